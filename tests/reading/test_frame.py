"""Datelines, bylines, photographers, words of the page, and paragraphs that wide blanks separate."""

from __future__ import annotations

import itertools
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

import graphkit
from graphkit.model import PassageKind
from graphkit.reading.normalized import normalize
from graphkit.reading.passages import make_layout, passages
from graphkit.reading.sources import read_paths

HEAD = "石渡县委书记何清嘉到云雾镇调研"
LEAD = "4月5日，县委书记何清嘉到云雾镇调研春耕生产。"
NEXT = "何清嘉指出，要加强平台建设。"
BARE = "县委书记何清嘉到云雾镇调研。"
READ = (PassageKind.HEADLINE, PassageKind.LEAD, PassageKind.SENTENCE, PassageKind.CAPTION)
BLANKS = ["\u3000\u3000", "\u2003\u2003", "\u2002\u2002\u2002\u2002", "\xa0" * 8, " " * 8, "\t\t", "\u3000\u2003", "\n"]
DATELINES = [
    "新华社北京12月11日电 ", "新华社石渡4月5日电（记者谢明远、周禾）", "新华社石渡４月５日电　", "新华网石渡4月5日电 ",
    "中新社石渡4月5日电 ", "中新网石渡4月5日电 (记者 谢明远)", "中新网4月5日电 ", "人民网石渡4月5日电 ", "光明网讯 ",
    "本报石渡4月5日电 ", "本报讯(记者谢明远)", "本报讯（谢明远 周禾）", "本报讯 记者谢明远报道：", "本报讯　", "石渡日报4月5日讯 ",
    "石渡日报讯（全媒体记者 谢明远）", "石渡日报消息（记者 谢明远）", "石渡新闻网讯：", "石渡网4月5日讯（记者 谢明远）", "央视网消息：",
    "央视网消息（新闻联播）：", "石渡电视台消息 ", "石渡融媒讯 ", "石渡县融媒体中心讯 ", "石渡发布讯 ", "【石渡日报讯】",
    "［石渡日报讯］", "（石渡日报记者 谢明远）", "（记者 谢明远）", "(石渡日报全媒体记者谢明远)", "据新华社石渡4月5日电 ", "据新华社电 ",
    "据石渡日报消息，", "本台消息：", "本网讯（通讯员 李志强）", "本站讯 ", "石渡讯 ", "新华社北京2024年4月5日电 ", "记者谢明远报道：",
    "石渡日报石渡12月11日电\u3000", "新华社北京12月11日电\u2003\u2003", "石渡日报—石渡网讯 ", "石渡广播电视台记者谢明远报道：",
    "新华社石渡4月5日电 题：", "央广网石渡4月5日消息（记者谢明远）", "4月5日电 ",
]  # fmt: skip
FURNITURE = [
    "　　【纠错】    【责任编辑:薛小涛】    阅读下一篇：", "【纠错】【责任编辑:薛小涛】", "\n【纠错】", "\n责任编辑：薛小涛", "（责任编辑：薛小涛）",
    "[责任编辑：薛小涛]", "责编：薛小涛", "\n分享到：", "\n分享到： 微信 新浪微博 QQ空间", "\n字号：大 中 小", "\n【字体：大 中 小】",
    "\n【打印】【关闭】", "\n打印本页 关闭窗口", "\n上一篇：石渡县召开春耕会议\n下一篇：周远航到青石县调研",
    "\n相关链接：\n周远航到青石县调研\n石渡县召开会议", "\n【相关链接】\n周远航到青石县调研", "\n扫一扫在手机打开当前页", "\n扫一扫，分享到微信朋友圈",
    "\n点赞 128  收藏  评论", "\n关闭窗口", "\n来源：石渡日报\n编辑：薛小涛\n审核：周禾", "（来源：石渡日报 编辑：薛小涛）",
    "\n责编：薛小涛 | 审核：周禾 | 监制：方远", "\n初审：薛小涛　复审：周禾　终审：方远", "　　(完)", "（完）", "\n返回顶部", "\n我要纠错",
    "\n版权所有：石渡县人民政府", "\n转载请注明来源。", "\n阅读原文", "\n视频加载中，请稍候...", "\n点击查看更多", "\n原标题：何清嘉到云雾镇调研",
    "\n推荐阅读\n周远航到青石县调研", "\n用微信扫描二维码分享至好友和朋友圈", "　责任编辑：薛小涛 审校：周禾", "\n往期回顾\n周远航到青石县调研",
    "\n记者：谢明远 通讯员：周禾", "\n文/谢明远 图/周禾", "\n编辑丨薛小涛", "\n供稿：县委办", "\n浏览次数：128次", "\n微信扫一扫分享\n复制链接",
]  # fmt: skip
CREDITS = [
    "（谢明远 摄）", "（谢明远摄）", "（新华社发）", "（新华社记者谢明远摄）", "（县融媒体中心供图）", "（图片由县文旅局提供）", "（资料图片）",
    "（本报记者 谢明远 文/图）", "石渡日报记者 谢明远 摄", "新华社发（谢明远摄）", "县委宣传部 供图", "县融媒体中心供图", "图片由县文旅局提供", "谢明远摄",
    "摄影：谢明远", "（摄影：谢明远）", "（记者 谢明远）", "（谢明远 周禾）", "（记者 谢明远 通讯员 周禾）", "（图/谢明远）", "图/谢明远",
    "（图源：石渡发布）", "（人民图片）", "本报记者 谢明远 摄影报道", "本报记者谢明远摄", "（通讯员 周禾 供稿）",
]  # fmt: skip


def cut(text: str) -> list[tuple[PassageKind, str]]:
    normalized = normalize(text)
    found = passages(normalized, make_layout(normalized))
    return [(p.kind, text[p.start : p.end]) for p in found if p.kind is not PassageKind.QUOTATION]


def read(text: str) -> list[str]:
    return [words for kind, words in cut(text) if kind in READ]


@pytest.mark.parametrize("line", DATELINES)
def test_the_dateline_is_not_part_of_the_lead(line: str) -> None:
    assert [w for k, w in cut(f"{line}{BARE}他强调，要实干。") if k is PassageKind.LEAD] == [BARE]


@pytest.mark.parametrize(
    "text",
    ["石渡县供电公司举行活动。", "时间银行在石渡县启动。", "通讯工程在石渡县开工。", "石渡县水务中心电力抢修开始。", "记者节庆祝活动在石渡县举行。",
     "编辑部召开座谈会。", "打印机产业园开工。", "点赞石渡的人很多。", "来源地管理会议召开。", "县消息中心成立。"],
)  # fmt: skip
def test_a_sentence_is_no_dateline_and_no_furniture(text: str) -> None:
    assert read(text + NEXT) == [text, NEXT]


@pytest.mark.parametrize("words", FURNITURE)
def test_words_of_the_page_are_not_read(words: str) -> None:
    assert read(f"{HEAD}\n{LEAD}{NEXT}{words}") == [HEAD, LEAD, NEXT]


@pytest.mark.parametrize(
    "words", ["【纠错】", "【责任编辑：薛小涛】", "［打印］", "【关闭窗口】", "（谢明远摄）", "【分享到】"]
)
def test_words_of_the_page_within_a_paragraph_are_not_read(words: str) -> None:
    assert read(f"{HEAD}\n{LEAD}{words}{NEXT}") == [HEAD, LEAD, NEXT]


@pytest.mark.parametrize("blank", BLANKS[:2] + BLANKS[-1:])
@pytest.mark.parametrize("words", CREDITS)
def test_photographers_and_agencies_are_not_read(words: str, blank: str) -> None:
    assert read(f"{HEAD}\n{LEAD}{words}{blank}{NEXT}") == [HEAD, LEAD, NEXT]


@pytest.mark.parametrize("words", [c for c in CREDITS if c.startswith("（")])
def test_a_photographer_before_the_full_stop_is_not_read(words: str) -> None:
    assert read(f"{HEAD}\n{LEAD[:-1]}{words}。{NEXT}") == [HEAD, LEAD[:-1], NEXT]


@pytest.mark.parametrize("words", ["（县委书记）", "（主持工作）", "（一期）", "（2024年）", "（下同）"])
def test_other_words_in_brackets_are_read(words: str) -> None:
    assert read(f"{HEAD}\n{LEAD[:-1]}{words}。{NEXT}") == [HEAD, f"{LEAD[:-1]}{words}。", NEXT]


@pytest.mark.parametrize("blank", BLANKS)
def test_wide_blanks_separate_paragraphs(blank: str) -> None:
    text = f"石渡日报石渡12月11日电　{LEAD}石渡日报记者 谢明远 摄{blank}会议指出，要实干。{blank}会议强调，要创新。"
    assert read(text) == [LEAD, "会议指出，要实干。", "会议强调，要创新。"]
    assert "摄" not in "".join(read(text))


@pytest.mark.parametrize("blank", ["\u3000\u3000", "\u2003\u2003", "        "])
def test_wide_blanks_between_words_do_not_separate(blank: str) -> None:
    assert len(normalize(f"何清嘉{blank}周远航{blank}沈若兰参加调研。").text.split("\n")) == 1
    headline = f"何清嘉在云雾镇调研时强调{blank}健全长效机制"
    assert read(f"{headline}\n{LEAD}")[:2] == headline.split(blank)


@pytest.mark.parametrize("caption", ["图为何清嘉在调研。", "△图为何清嘉在调研。", "▲何清嘉在调研。", "图①：何清嘉在调研。", "图1：何清嘉在调研。",
                                     "上图为何清嘉在调研。", "资料图：云雾镇", "（图为何清嘉在调研）", "图片说明：云雾镇", "题图：云雾镇茶园"])  # fmt: skip
def test_captions_are_recognized(caption: str) -> None:
    (words,) = [w for k, w in cut(f"{HEAD}\n{LEAD}\n{caption}\n{NEXT}") if k is PassageKind.CAPTION]
    assert words.strip("（）") == caption.strip("（）")


@pytest.mark.parametrize(
    "line",
    ["本报记者 谢明远", "石渡日报记者 谢明远 通讯员 周禾", "□ 本报记者 谢明远", "■记者 谢明远 报道", "◎本报首席记者 谢明远", "文/谢明远", "谢明远/文",
     "□本报记者谢明远", "通讯员 周禾 谢明远", "石渡融媒记者 谢明远"],
)  # fmt: skip
def test_a_line_with_reporters_is_no_headline(line: str) -> None:
    assert read(f"{HEAD}\n{line}\n{LEAD}{NEXT}") == [HEAD, LEAD, NEXT]


@pytest.mark.parametrize("name", ["06-caption-emsp.txt", "06-caption-nl.txt", "06b-dateline-emsp2.txt", "07-xinhua-furniture.txt"])  # fmt: skip
def test_the_statements_of_the_cases_have_exact_quotes(shared, name: str) -> None:  # type: ignore[no-untyped-def]
    (report,) = read_paths([shared / "cases" / "reading" / name])
    reading = graphkit.extract(report.text, title=report.title)  # type: ignore[union-attr]
    assert reading.statements
    for s in reading.statements:
        words = f"{report.text[s.start : s.end]}{s.subject.name}{getattr(s.object, 'name', '')}"
        assert not re.search("摄|纠错|责任编辑|阅读下一篇|电　|谢明远", words)
    assert any(s.subject.name == "何清嘉" and s.relation in ("attended", "presided") for s in reading.statements)


PIECES = [*DATELINES, *FURNITURE, *CREDITS, LEAD, NEXT, HEAD, *BLANKS, "（", "）", "。", "\n", "图", "摄", "记者", "："]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_passages_are_in_the_text_and_do_not_overlap(text: str) -> None:
    normalized = normalize(text)
    layout = make_layout(normalized)
    parts = sorted([(s.start, s.end) for s in layout.sentences] + [(a, b) for _, a, b, _ in layout.frame if a < b])
    assert all(0 <= a < b <= len(normalized.text) for a, b in parts)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(parts))


@pytest.mark.parametrize(
    "piece",
    [
        " ",
        "\u3000",
        "（",
        "【",
        "记者 ",
        "本报",
        "【纠错】",
        "打印 ",
        "网",
        "。\u3000\u3000",
        "谢明远 ",
        "责编：",
        "图/",
        "大中",
    ],
)
def test_the_time_is_linear(piece: str) -> None:
    times = []
    for size in (20_000, 80_000):
        text = (piece * size)[:size]
        start = time.process_time()
        cut(text)
        times.append(time.process_time() - start)
    assert times[1] < 10 * times[0] + 0.5
