"""Pages of the programs with which government sites, newspapers and portals are made."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reading.kinds.article import PARAGRAPHS, PUBLISHER, TITLE, check, read_file

BODY = "".join(f"<p>{words}</p>\n" for words in PARAGRAPHS)
INDENTED = "".join(f"<p>　　{words}</p>\n" for words in PARAGRAPHS)
SPANS = "".join(f'<p style="text-indent:2em"><span style="font-family:宋体">{words}</span></p>' for words in PARAGRAPHS)
BREAKS = "<br>\n<br>\n".join(f"&nbsp;&nbsp;&nbsp;&nbsp;{words}" for words in PARAGRAPHS)
DIVS = "".join(f"<div>　　{words}</div>" for words in PARAGRAPHS)
NAV = '<div class="nav"><a href="/">首页</a> <a href="/xw">新闻中心</a> <a href="/zw">政务公开</a> <a href="/hd">互动交流</a></div>'
LIST = "<div class='list'><h3>相关新闻</h3><ul>" + "".join(
    f"<li><a href='/{n}.html'>石渡县召开第{n}次工作会议</a><span>2025-0{n}-11</span></li>" for n in range(1, 8)
) + "</ul></div>"  # fmt: skip
FOOT = "<div class='footer'>主办单位：石渡县人民政府办公室 承办：石渡县融媒体中心 版权所有 京ICP备05000000号 网站标识码1100000001</div>"


def page(
    body: str, head: str = "", title: str = f"{TITLE}_石渡县人民政府", before: str = NAV, after: str = LIST + FOOT
) -> str:
    return (
        f"<!DOCTYPE html>\n<html><head><meta charset='utf-8'><title>{title}</title>{head}</head>\n<body>{before}{body}{after}</body></html>"
    )  # fmt: skip


PAGES = {
    "govcms": page(
        f'<div class="article oneColumn pub_border"><h1>{TITLE}</h1><div class="pages-date">2024-03-06 08:30 <span class="font">来源：'
        '石渡日报</span><span class="font printIco" onclick="doPrint()">【字体：<a>大</a> <a>中</a> <a>小</a>】</span><span>打印</span>'
        f'<div class="share">分享到：<a>微信</a><a>微博</a></div></div><div class="pages_content" id="UCAP-CONTENT">{SPANS}</div>'
        '<div class="editor">责任编辑：林知远</div><div>扫一扫在手机打开当前页</div></div>',
        '<meta name="firstpublishedtime" content="2024-03-06-08:30:00"><meta name="author" content="林知远">',
    ),
    "TRS": page(
        f'<div class="xl-con"><h2 class="xl-title">{TITLE}</h2><div class="xl-info"><span>2024-03-06 08:30</span><span>来源：石渡日报</span>'
        f'<span>浏览量：<script>document.write(12)</script></span></div><div class="TRS_Editor"><style>.TRS_Editor P{{line-height:2}}</style>{INDENTED}</div></div>',
        f'<meta name="ArticleTitle" content="{TITLE}"><meta name="PubDate" content="2024-03-06 08:30:12"><meta name="ContentSource" '
        'content="石渡日报"><meta name="ColumnName" content="今日要闻"><meta name="SiteName" content="石渡县人民政府">',
    ),
    "TRS without names": page(
        f'<div id="zoom"><div class="view TRS_UEDITOR trs_paper_default trs_web">{SPANS}</div></div>',
        f'<meta name="ArticleTitle" content="{TITLE}"><meta name="PubDate" content="2024-03-06 08:30"><meta name="ContentSource" content="石渡日报">',
    ),
    "jcms": page(
        f"<table width='100%'><tr><td class='title' align='center'><!--<$[标题名称(html)]>begin-->{TITLE}<!--<$[标题名称(html)]>end--></td>"
        "</tr><tr><td>发布日期:2024-03-06 08:30</td><td>来源:石渡日报</td><td>浏览次数：<span id='hit'></span></td><td>字号：[ <span>大</span> "
        f"<span>中</span> <span>小</span> ]</td></tr><tr><td colspan='4' class='bt_content'><div id='zoom'>{INDENTED}</div></td></tr></table>"
    ),
    "jeecms": page(
        f'<div class="mainbox"><div class="wzy1"><h1>{TITLE}</h1><div class="msgbar">发布时间：2024-03-06 08:30:00 &nbsp; 浏览次数：<span '
        f'id="views">0</span>次 &nbsp; 来源：石渡日报 &nbsp; 编辑：林知远</div><div class="content">{BODY}</div><div>上一篇：<a href="1.jhtml">'
        '石渡县召开全体会议</a></div><div>下一篇：<a href="3.jhtml">石渡县开展植树活动</a></div></div></div>'
    ),
    "dedecms": page(
        f"<div class='viewbox'><div class='title'><h2>{TITLE}</h2></div><div class='info'><small>时间:</small>2024-03-06 08:30<small>来源:"
        "</small>石渡日报 <small>作者:</small>admin <small>点击:</small>128次</div><div class='content'><table width='100%'><tr><td>"
        f"{BREAKS}</td></tr></table></div><div class='newdigg'>顶一下 (0) 踩一下 (0)</div></div>"
    ),
    "people": page(
        f'<div class="col-1 fl"><h1>{TITLE}</h1><div class="author cf">本报记者 林知远</div><div class="channel cf"><div class="col-1-1 fl">'
        f'2024年03月06日08:30 | 来源：<a href="http://a.cn">石渡日报</a></div><div>小字号</div></div><div class="rm_txt_con cf">{INDENTED}'
        '<div class="edit cf">(责编：林知远、许言)</div></div></div>',
        title=f"{TITLE}--石渡频道--石渡网",
    ),
    "xinhua": page(
        '<div class="header domPC"><div class="header-cont"><div class="header-time left"><span class="year"><em> 2024</em></span> <span '
        'class="day"><em>03</em>/<em>06</em></span> <span class="time">08:30:00</span></div><div class="source">来源：石渡日报</div>'
        f'<div class="head-line"><h1><span class="title">{TITLE}</span></h1></div></div></div><div class="main-left"><div id="detail">'
        f'{INDENTED}</div><div class="editor">【纠错】 【责任编辑:林知远】</div></div>',
        title=f"{TITLE}-石渡网",
    ),
    "newspaper": page(
        f'<div class="date-box">2024年03月06日 星期三</div><div class="newsdetatit"><h3></h3><h3 style="text-align:center">{TITLE}</h3></div><div class="newsdetatext"><founder-content>'
        f'{INDENTED}</founder-content></div>',
        '<meta name="source" content="石渡日报">',
        title=f"石渡日报数字报-{TITLE}",
    ),
    "wechat": page(
        f'<div id="img-content"><h1 class="rich_media_title" id="activity-name">{TITLE}</h1><div id="meta_content"><span class="rich_media_meta '
        'rich_media_meta_text">林知远</span><span class="rich_media_meta rich_media_meta_nickname" id="profileBt"><a id="js_name">石渡日报</a></span>'
        '<em id="publish_time" class="rich_media_meta rich_media_meta_text">2024-03-06 08:30</em></div><div class="rich_media_content" id="js_content" '
        'style="visibility: hidden; opacity: 0; ">' + "".join(f"<section><span>{p}</span></section>" for p in PARAGRAPHS) + "</div></div>",
        f'<meta property="og:title" content="{TITLE}"><meta property="og:site_name" content="微信公众平台"><meta property="og:article:author" content="林知远">',
        title=TITLE, before="", after="<div>阅读原文</div><div>微信扫一扫<br>关注该公众号</div>",
    ),
    "wechat without scripts": page(
        f'<div id="img-content"><h1 class="rich_media_title" id="activity-name">{TITLE}</h1><div id="meta_content"><a id="js_name">  石渡日报 </a>'
        '<em id="publish_time"></em></div><div class="rich_media_content" id="js_content" style="visibility: hidden;">'
        + "".join(f"<section><span>{p}</span></section>" for p in PARAGRAPHS)
        + '</div></div><script>var ct = "1709685000"; var nickname = htmlDecode("石渡日报");</script>',
        title="", before="", after="",
    ),
    "sohu": page(
        f'<div class="text-title"><h1>{TITLE}</h1><div class="article-info"><span class="time" id="news-time" data-val="1709685000000">2024-03-06 '
        f'08:30</span> 来源: <a href="http://a.cn">石渡日报</a></div></div><article class="article" id="mp-editor"><p data-role="original-title">'
        f'原标题：{TITLE}</p>{BODY}<p data-role="editor-name">责任编辑：<span></span></p></article><span>返回搜狐，查看更多</span>',
        '<meta property="og:site_name" content="搜狐网">', title=f"{TITLE}_石渡县",
    ),
    "netease": page(
        f'<h1 class="post_title">{TITLE}</h1><div class="post_info">2024-03-06 08:30:00　来源: <a href="http://a.cn">石渡日报</a>　<a>举报</a></div>'
        f'<div class="post_body">{BODY}<p>责任编辑：林知远</p></div>',
        '<meta property="article:published_time" content="2024-03-06T08:30:00+08:00"><meta name="copyright" content="网易版权所有">',
        title=f"{TITLE}_网易新闻",
    ),
    "toutiao": page(
        f'<div class="article-content"><h1>{TITLE}</h1><div class="article-meta"><span>2024-03-06 08:30</span><span class="dot">·</span><span '
        f'class="name"><a>石渡日报</a></span></div><article class="syl-article-base">{BODY}</article></div>',
        title=f"{TITLE}-今日头条",
    ),
    "tables and fonts": page(
        f'<table><tr><td align="center"><font size="5"><b>{TITLE}</b></font></td></tr><tr><td align="center">2024年3月6日 来源：石渡日报</td></tr>'
        f'<tr><td><font size="3">{BREAKS}</font></td></tr><tr><td align="right">【<a href="javascript:window.print()">打印</a>】【<a '
        'href="javascript:window.close()">关闭</a>】</td></tr></table>'
    ),
    "divs": page(f"<h1>{TITLE}</h1><div class='info'>日期：2024-03-06　来源：石渡日报　【字体：大 中 小】</div><div class='con'>{DIVS}</div>"),
    "clicks in the address": page(
        f"<h1>{TITLE}</h1><div class='info'>来源：石渡日报 点击：1024 时间：2024-03-06</div><div class='article'>{BODY}</div>"
    ),
    "microdata": page(
        f'<article itemscope itemtype="https://schema.org/NewsArticle"><h1 itemprop="headline">{TITLE}</h1><time itemprop="datePublished" '
        f'datetime="2024-03-06T08:30:00+08:00">3月6日</time><span itemprop="publisher">来源：石渡日报</span><div itemprop="articleBody">{BODY}</div></article>'
    ),
    "photographs": page(
        f"<h1>{TITLE}</h1><div class='info'>2024-03-06 来源：石渡日报</div><div class='con'><p><img src='1.jpg' alt='发布时间：2017-01-01'></p>"
        f"<p style='text-align:center'>图为何清嘉在云雾镇调研。谢明远 摄</p>{BODY}<p>（记者 林知远）</p></div>"
    ),
    "today and visits": page(
        f"<div>今天是2026年11月30日 星期一 您是第 88 位访客</div><h1>{TITLE}</h1><div>发布日期：2024-03-06 信息来源：石渡日报 阅读：12次</div><div class='c'>{BODY}</div>"
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", PAGES)
def test_pages_of_content_management_systems(tmp_path: Path, kind: str) -> None:
    (report,) = read_file(tmp_path, "index.shtml", PAGES[kind])
    check(report, publisher=PUBLISHER)
