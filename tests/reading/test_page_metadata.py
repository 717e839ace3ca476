"""The title, date, publisher and text of an article, from the head of its page and from what the page displays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.model import NoReport, Report
from graphkit.reading.page_metadata import address_day, site_in_title
from graphkit.reading.web import read_html

TITLE = "石渡县举行产业推介会"
DAY = "2019-09-18"
FIRST = "9月16日下午，石渡县产业推介会在县会议中心举行。县委书记何清嘉出席并致辞。何清嘉指出，要优化营商环境，推动高质量发展。"
BODY = (
    f"<p>{FIRST}</p><p>县长周远航主持推介会，并介绍了青禾产业园的建设情况。与会企业现场签约项目12个，总投资30亿元。</p>"
)
OTHERS = (
    "<ul>" + "".join(f"<li><a href='/{n}'>石渡县召开第{n}次会议</a> 2026-01-0{n}</li>" for n in range(1, 8)) + "</ul>"
)


def page(
    head: str = "", info: str = "", *, before: str = "", after: str = "", body: str = BODY, title: str = TITLE
) -> str:
    return (
        f"<html><head><meta charset='utf-8'><title>{title} - 石渡新闻网</title>{head}</head><body>{before}<h1>{title}</h1>"
        f"<div class='info'>{info}</div><div class='content'>{body}</div>{after}</body></html>"
    )


def read(text: str) -> Report:
    (found,) = read_html(text.encode(), "p.html", "p")
    assert isinstance(found, Report)
    return found


def ld(**fields: object) -> str:
    record = {"@context": "https://schema.org", "@type": "NewsArticle", **fields}
    return f'<script type="application/ld+json">{json.dumps(record, ensure_ascii=False)}</script>'


DATES = {
    "PubDate": page('<meta name="PubDate" content="2019-09-18 06:23">'),
    "pub-date": page('<meta name="pub-date" content="2019/9/18">'),
    "og": page('<meta property="og:release_date" content="2019-09-18">'),
    "article:published_time": page('<meta property="article:published_time" content="2019-09-17T22:23:00Z">'),
    "itemprop": page('<meta itemprop="datePublished" content="2019-09-18T06:23">'),
    "json-ld": page(ld(datePublished="2019-09-18T06:23:00+08:00")),
    "json-ld list of types": page(ld(**{"@type": ["WebPage", "NewsArticle"]}, datePublished=DAY)),
    "json-ld graph": page(
        '<script type="application/ld+json">{"@graph":[{"@type":"WebSite","name":"x"},{"@type":"Article",'
        '"datePublished":"2019-09-18"}]}</script>'
    ),
    "json-ld of Baidu": page(
        '<script type="application/ld+json">{"@context":"https://ziyuan.baidu.com/contexts/cambrian.jsonld",'
        '"title":"石渡县举行产业推介会","pubDate":"2019-09-18T06:23:00"}</script>'
    ),
    "time": page(info='<time datetime="2019-09-18T06:23:00+08:00">昨天</time>'),
    "time of the article": page(
        info="",
        body=f'<article><time datetime="2019-09-18">9月18日</time>{BODY}</article>',
        after='<time datetime="2026-01-01">x</time>',
    ),
    "label": page(info="发布时间：2019-09-18 06:23"),
    "label in numerals": page(info="发布时间：二〇一九年九月十八日"),
    "label 时间": page(info="时间：2019年9月18日"),
    "no label": page(info="2019-09-18 06:23 来源：石渡日报"),
    "no label, full words": page(info="石渡日报 2019年09月18日 06:23"),
    "after the article": page(after="<div>发布时间：2019-09-18</div>"),
    "address": page('<link rel="canonical" href="http://a.cn/xw/201909/t20190918_12.shtml">'),
    "og:url": page('<meta property="og:url" content="http://a.cn/2019/09/18/1.html">'),
    # Dates of the template and of other articles.
    "today in the header": page(info="发布时间：2019-09-18", before="<div>今天是2026年11月29日 星期日</div>"),
    "today as a date": page('<meta name="PubDate" content="2019-09-18">', before="<div>日期：2026年11月29日</div>"),
    "list before": page(info="2019-09-18 来源：石渡日报", before=OTHERS),
    "list after": page(info="发布日期：2019-09-18", after=OTHERS),
    "copyright": page(info="2019-09-18", after="<div>版权所有 2010-01-01 至 2026-01-01</div>"),
    "alt": page(info='<span alt="发布时间：2017-11-08"><i>时间：</i>2019-09-18</span>'),
    "hidden": page(info='<span style="display:none">发布时间：2017-11-08</span><i>时间：</i>2019-09-18'),
    "modified": page(ld(dateModified="2026-01-01", datePublished=DAY)),
    "labelled list": page(info="发布时间：2019-09-18", before="<div>最新 发布时间：2026-01-01 石渡县开会</div>"),
}


@pytest.mark.parametrize("kind", DATES)
def test_the_date_is_that_of_the_article(kind: str) -> None:
    assert read(DATES[kind]).date == DAY


@pytest.mark.parametrize(
    "text",
    [
        page(),
        page(before="<div>今天是2026年11月29日</div>"),
        page(after=OTHERS),
        page(before=OTHERS),
        page(after="<div>版权所有 © 2010-2026 石渡新闻网</div>"),
        page('<meta name="PubDate" content="">'),
        page(ld(datePublished="unknown")),
        page('<script type="application/ld+json">{broken</script>'),
        page(ld(dateModified="2026-01-01")),
        page('<link rel="canonical" href="http://a.cn/2026/list.html">'),
        page(after='<time datetime="2026-01-01">x</time><time datetime="2026-01-02">x</time>'),
    ],
    ids=range(11),
)
def test_no_date_is_taken_from_the_template(text: str) -> None:
    assert read(text).date == ""


PUBLISHERS = {
    "ContentSource": page('<meta name="ContentSource" content="山西日报">'),
    "meta source": page('<meta name="source" content="来源：山西日报">'),
    "og:source": page('<meta property="og:source" content="山西日报">'),
    "displayed": page(info="来源：山西日报"),
    "displayed before the date": page(info="<span>来源：山西日报</span><span>2019-09-18</span>"),
    "displayed as a link": page(info="来源：<a href='http://a.cn'>山西日报</a> 作者：林知远"),
    "displayed with blanks": page(info="来源 ： 山西日报　　字号：大 中 小"),
    "稿源": page(info="稿源：山西日报 | 编辑：林知远"),
    "after the article": page(after="<div>（来源：山西日报）</div>"),
    "json-ld of a portal": page(ld(publisher={"@type": "Organization", "name": "网易"}), info="来源：山西日报"),
    "site of a portal": page('<meta property="og:site_name" content="搜狐网">', info="来源：山西日报"),
    "json-ld": page(ld(publisher={"name": "山西日报"}), title="石渡县举行推介会活动"),
    "json-ld source": page(ld(sourceOrganization={"name": "山西日报"}, publisher={"name": "石渡网"})),
    "og:site_name": page('<meta property="og:site_name" content="山西日报">'),
    "dateline": page(body=BODY.replace("<p>9月", "<p>山西日报讯 9月")),
}


@pytest.mark.parametrize("kind", PUBLISHERS)
def test_the_publisher_is_that_of_the_article(kind: str) -> None:
    assert read(PUBLISHERS[kind]).publisher == "山西日报"


@pytest.mark.parametrize(
    "site",
    [
        "网易",
        "网易版权所有",
        "搜狐网",
        "新浪新闻",
        "腾讯网",
        "今日头条",
        "百度百家号",
        "凤凰网",
        "一点资讯",
        "微信公众平台",
    ],
)
def test_a_portal_is_no_publisher(site: str) -> None:
    text = page(f'<meta property="og:site_name" content="{site}">' + ld(publisher={"name": site})).replace(
        "石渡新闻网", site
    )
    assert read(text).publisher == ""


@pytest.mark.parametrize("source", ["本站", "未知", "互联网", "原创", "转载", "网络", "综合", "本网"])
def test_the_site_is_the_publisher_if_the_source_names_nobody(source: str) -> None:
    assert read(page(info=f"来源：{source}")).publisher == "石渡新闻网"


@pytest.mark.parametrize(
    ("title", "site"),
    [
        ("石渡县举行推介会_石渡新闻网", "石渡新闻网"),
        ("石渡县举行推介会 - 石渡县人民政府门户网站", "石渡县人民政府"),
        ("石渡县举行推介会-要闻-石渡日报", "石渡日报"),
        ("石渡县举行推介会|石渡在线", "石渡在线"),
        ("石渡县举行推介会—石渡电视台", "石渡电视台"),
        ("石渡县举行推介会_网易新闻网", ""),
        ("石渡县举行推介会_搜狐网", ""),
        ("石渡县举行推介会", ""),
        ("石渡县举行推介会_正文", ""),
        ("石渡网", ""),
        ("", ""),
    ],
)
def test_the_site_in_the_title_of_a_page(title: str, site: str) -> None:
    assert site_in_title(title) == site


TITLES = {
    "h1": page(),
    "ArticleTitle": page('<meta name="ArticleTitle" content="石渡县举行产业推介会">').replace(f"<h1>{TITLE}</h1>", f"<h2>{TITLE}</h2>"),
    "ArticleTitle only": page('<meta name="ArticleTitle" content="石渡县举行产业推介会">').replace(f"<h1>{TITLE}</h1>", ""),
    "name of the site in h1": page('<meta name="ArticleTitle" content="石渡县举行产业推介会">', before="<h1>石渡县人民政府网站</h1>"),
    "json-ld": page(ld(headline=TITLE)).replace(f"<h1>{TITLE}</h1>", "<h1>石渡县新闻频道首届</h1>"),
    "og:title": page(f'<meta property="og:title" content="{TITLE}_石渡网">').replace(f"<h1>{TITLE}</h1>", "").replace("<title>", "<title>x"),
    "class": page().replace(f"<h1>{TITLE}</h1>", f"<div class='article-title'>{TITLE}</div>"),
    "title of the page": page().replace(f"<h1>{TITLE}</h1>", ""),
    "blanks": page().replace(f"<h1>{TITLE}</h1>", f"<h1>\n  {TITLE}\n</h1>"),
    "line above the date": page(info=f"<p>{TITLE}</p><p>发布时间：2019-09-18</p>").replace(f"<h1>{TITLE}</h1>", ""),
}  # fmt: skip


@pytest.mark.parametrize("kind", TITLES)
def test_the_title_is_that_of_the_article(kind: str) -> None:
    found = read(TITLES[kind])
    assert found.title == TITLE
    assert found.text.startswith(TITLE) or FIRST in found.text


def test_the_text_in_json_ld_is_read_if_the_page_displays_none() -> None:
    found = read(page(ld(headline=TITLE, articleBody=f"{FIRST}\n县长周远航参加。"), body="<div id='app'></div>"))
    assert found.text == f"{TITLE}\n{FIRST}\n县长周远航参加。"


def test_the_case_of_a_government_page(shared: Path) -> None:
    (found,) = read_html((shared / "cases" / "reading" / "05-gov-meta.html").read_bytes(), "p.html", "p")
    assert isinstance(found, Report)
    assert (found.title, found.date, found.publisher) == (TITLE, DAY, "山西日报")


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("http://a.cn/art/2024/4/5/art_1.html", "2024-04-05"),
        ("http://a.cn/2024-04/05/content_1.htm", "2024-04-05"),
        ("http://a.cn/202404/05/1.html", "2024-04-05"),
        ("http://a.cn/xw/202404/t20240405_99.shtml", "2024-04-05"),
        ("http://a.cn/html/2024-04-05/1.html", "2024-04-05"),
        ("http://a.cn/20240405/1.html", "2024-04-05"),
        ("http://a.cn/2024/13/45/1.html", ""),
        ("http://a.cn/2024/02/30/1.html", ""),
        ("http://a.cn/content_202404051.html", ""),
        ("http://a.cn/?id=20240405", ""),
        ("", ""),
    ],
)
def test_the_day_in_an_address(url: str, day: str) -> None:
    assert address_day(url) == day


def test_control_characters_of_a_page_are_omitted() -> None:
    assert "\x08" not in read(page(info="发布时间：2019-09-18\x08\x0b").replace("清嘉", "清\x1f嘉")).text


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=8), lambda c: st.lists(c, max_size=3) | st.dictionaries(
    st.sampled_from(["@type", "@graph", "headline", "datePublished", "publisher", "articleBody", "name", "url"]), c, max_size=4), max_leaves=12))  # fmt: skip
def test_any_json_ld_gives_a_report(value: object) -> None:
    script = f'<script type="application/ld+json">{json.dumps(value)}</script>'
    assert not isinstance(next(read_html(page(script).encode(), "p.html", "p")), NoReport)
