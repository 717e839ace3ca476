"""Text files: datelines, captions, words of the page, wide blanks, encodings, radicals, and ends of files."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphkit.model import Failure, Report
from tests.reading.kinds.article import PARAGRAPHS, PUBLISHER, TEXT, TITLE, check, read_file, sentences

LEAD, SECOND, THIRD = PARAGRAPHS
INFO = "2024-03-06 来源：石渡日报"


def file(*lines: str) -> str:
    return "\n".join((TITLE, INFO, *lines))


DATELINES = [
    "石渡日报讯（记者 林知远）", "石渡日报石渡3月5日电（记者 林知远 许言）", "石渡日报讯 记者林知远报道：", "本报讯（首席记者 林知远 通讯员 许言）",
    "本报石渡3月5日电 （林知远）", "【石渡日报讯】", "石渡融媒讯（全媒体记者 林知远）", "石渡新闻网3月5日讯(记者林知远)", "新华社石渡3月5日电（记者林知远、许言）",
    "中新社石渡3月5日电 （林知远）", "本网讯 （通讯员 林知远）", "石渡发布消息：", "石渡县融媒体中心讯（记者 林知远 见习记者 许言）", "（石渡日报记者 林知远）",
    "(本报记者 林知远)", "石渡日报全媒体讯（记者 林知远）", "据石渡日报消息：", "人民网石渡3月5日电 （记者林知远）",
]  # fmt: skip


@pytest.mark.parametrize("dateline", DATELINES)
@pytest.mark.parametrize("indent", ["", "\u3000\u3000", "    "])
def test_datelines_are_not_part_of_a_sentence(tmp_path: Path, dateline: str, indent: str) -> None:
    text = file(*(f"{indent}{dateline if n == 0 else ''}{words}" for n, words in enumerate(PARAGRAPHS)))
    (report,) = read_file(tmp_path, "r.txt", text)
    assert isinstance(report, Report)
    assert (report.title, report.date) == (TITLE, "2024-03-06")
    assert sentences(report) == "".join(PARAGRAPHS)


CAPTIONS = [
    "图为何清嘉在云雾镇调研。", "图为何清嘉（前排中）在青禾产业园察看春茶。 谢明远 摄", "▲何清嘉（左二）在田间了解情况", "△ 何清嘉在云雾镇调研 石渡日报记者 谢明远 摄",
    "（图片由石渡县委宣传部提供）", "谢明远 摄", "摄影：谢明远", "图/谢明远", "石渡日报记者 谢明远 摄影报道", "新华社记者 谢明远 摄", "上图：何清嘉在云雾镇调研。",
    "（资料图片）", "通讯员 谢明远 供图", "↑何清嘉在云雾镇调研。谢明远摄", "图1 何清嘉在云雾镇调研", "（石渡县融媒体中心供图）",
]  # fmt: skip


@pytest.mark.parametrize("caption", CAPTIONS)
@pytest.mark.parametrize("at", [0, 1, 3])
def test_captions_are_not_sentences(tmp_path: Path, caption: str, at: int) -> None:
    lines = [*PARAGRAPHS[:at], caption, *PARAGRAPHS[at:]]
    (report,) = read_file(tmp_path, "r.txt", file(*lines))
    check(report)


FURNITURE = [
    "【纠错】 【责任编辑：林知远】", "责任编辑：林知远", "（责编：林知远、许言）", "编辑：林知远 校对：许言 审核：谢明远", "分享到：微信 微博 QQ空间", "分享让更多人看到",
    "打印 关闭", "【打印本页】 【关闭窗口】", "上一篇：石渡县召开全体会议", "下一篇：没有了", "上一条：石渡县召开全体会议 下一条：石渡县开展植树活动", "字号：大 中 小",
    "【字体：大 中 小】", "阅读（128） 评论（0） 收藏", "扫一扫在手机打开当前页", "点击次数：128", "顶一下 (0) 踩一下 (0)", "返回顶部", "来源：石渡日报 作者：林知远",
    "初审：林知远 复审：许言 终审：谢明远", "一审：林知远 二审：许言 三审：谢明远", "监制：林知远 编审：许言 编辑：谢明远", "原标题：何清嘉在云雾镇调研", "关键词：春耕 调研",
    "（本文来源：石渡日报 责任编辑：林知远）", "END", "— END —", "(完)", "阅读原文", "微信编辑：林知远", "版权声明：凡本网注明来源的作品，版权均属于石渡日报。", "网友评论仅供其表达个人看法，并不表明本网立场",
    "文章来源：石渡日报", "主办：石渡县人民政府", "值班编委：林知远 责任编辑：许言", "浏览次数：128次", "您是第128位访客", "返回搜狐，查看更多", "相关链接", "扫描二维码 关注我们",
]  # fmt: skip


@pytest.mark.parametrize("words", FURNITURE)
def test_words_of_the_page_are_not_sentences(tmp_path: Path, words: str) -> None:
    (report,) = read_file(tmp_path, "r.txt", file(*PARAGRAPHS, words))
    check(report)
    (report,) = read_file(tmp_path, "p.html", _page(words))
    check(report)


def _page(words: str) -> str:
    body = "".join(f"<p>{line}</p>" for line in (*PARAGRAPHS, words))
    return f"<html><body><h1>{TITLE}</h1><div>{INFO}</div><div class='content'>{body}</div></body></html>"


BLANKS = [
    "\u3000\u3000",
    "\u2003\u2003",
    "    " * 2,
    "\t\t",
    "\u00a0" * 8,
    "\u3000 \u3000",
    "\u2002" * 4,
    " \u3000\u3000 ",
    "\t \t",
    "\u3000" * 4,
]


@pytest.mark.parametrize("blank", BLANKS)
@pytest.mark.parametrize("credit", ["", "（记者 林知远）", "谢明远 摄", "（谢明远 摄）", "图为何清嘉在调研。"])
def test_wide_blanks_separate_paragraphs_and_captions(tmp_path: Path, blank: str, credit: str) -> None:
    (report,) = read_file(tmp_path, "r.txt", file(blank.join((LEAD, *filter(None, [credit]), SECOND, THIRD))))
    check(report)


ENCODINGS = {
    "utf-8": TEXT.encode(), "utf-8-sig": TEXT.encode("utf-8-sig"), "utf-16": TEXT.encode("utf-16"), "utf-16-le": TEXT.encode("utf-16-le"),
    "utf-16-be": TEXT.encode("utf-16-be"), "gb18030": TEXT.encode("gb18030"), "gbk": TEXT.encode("gbk"), "gb2312": TEXT.encode("gb2312"),
    "ctrl-z": TEXT.encode("gbk") + b"\x1a", "ctrl-z and nul": TEXT.encode("gbk") + b"\x1a\x00\x00\x00", "nul tail": TEXT.encode() + b"\x00" * 64,
    "cr": TEXT.replace("\n", "\r").encode(), "crlf": TEXT.replace("\n", "\r\n").encode(), "blank lines": TEXT.replace("\n", "\n\n \n").encode(),
    "form feed": TEXT.replace("\n", "\x0c").encode(), "line separator": TEXT.replace("\n", "\u2028").encode(), "next line": TEXT.replace("\n", "\x85").encode(),
    "gbk space A3A0": b"\xa3\xa0\xa3\xa0" + TEXT.encode("gbk"), "zero width": TEXT.replace("何清嘉", "何\u200b清嘉", 1).encode(), "bom inside": TEXT.replace("\n", "\n\ufeff").encode(),
    "soft hyphen": TEXT.replace("产业园", "产业\xad园", 1).encode(), "cut utf-8": TEXT.encode() + "。".encode()[:2], "cut gbk": TEXT.encode("gbk") + "会".encode("gbk")[:1],
    "trailing blanks": (TEXT + "\u3000\n\n\t\n").encode(), "control": TEXT.replace("何清嘉", "何清嘉\x08", 1).encode(),
}  # fmt: skip


@pytest.mark.parametrize("kind", ENCODINGS)
def test_bytes_of_text_files(tmp_path: Path, kind: str) -> None:
    (report,) = read_file(tmp_path, "r.txt", ENCODINGS[kind])
    assert isinstance(report, Report), report
    assert sentences(report) == "".join(PARAGRAPHS)


@pytest.mark.parametrize(
    "word",
    [
        "⾼质量发展",
        "⾏政审批",
        "⼯业园区",
        "⼈⺠群众",
        "⽣产",
        "⽥间",
        "⼀体化",
        "⼦弟兵",
        "⽇报",
        "⽔利",
        "⻔户",
        "⻅证",
    ],
)
def test_radicals_and_full_width_signs_are_compared_as_the_usual_ones(tmp_path: Path, word: str) -> None:
    words = f"石渡县要抓好{word}，投资１２００万元，占地６００亩。"
    (report,) = read_file(tmp_path, "r.txt", file(*PARAGRAPHS, words))
    assert isinstance(report, Report)
    assert word in report.text
    assert not any("\u2e80" <= c <= "\u2fd5" or "\uff10" <= c <= "\uff19" for c in sentences(report))


MOJIBAKE = [
    ("utf-8", "gb18030"), ("utf-8", "cp1252"), ("utf-8", "latin-1"), ("gb18030", "cp1252"), ("gb18030", "latin-1"), ("big5", "gb18030"),
]  # fmt: skip


@pytest.mark.parametrize("text", [TEXT, LEAD, SECOND, THIRD, f"{TITLE}\n{TEXT}", TEXT * 3, f"a b c\n{TEXT}", f"<p>{TEXT}</p>", file(*PARAGRAPHS), TITLE + "\n" + LEAD])  # fmt: skip
@pytest.mark.parametrize(("right", "used"), MOJIBAKE)
def test_mojibake_is_named_and_not_read(tmp_path: Path, right: str, used: str, text: str) -> None:
    if right == "big5":
        text = (
            "三月五日，石渡縣委書記何清嘉到雲霧鎮調研春耕生產。縣長周遠航參加調研，強調要優化營商環境，推動高質量發展。"
            * 2
            + text[:0]
        )
    spoilt = text.encode(right).decode(used, "replace")
    (found,) = read_file(tmp_path, "r.txt", spoilt)
    assert isinstance(found, Failure), found
    assert "mojibake" in found.reason or "lost" in found.reason


DAYS = {
    "2024-03-06": ["2024-03-06", "2024年3月6日", "2024/3/6", "2024.3.6", "2024年03月06日 08:30", "发布时间：2024-03-06 08:30:12", "发布日期：二〇二四年三月六日", "（2024-03-06）",
                   "[2024-03-06]", "日期：2024.03.06", "来源：石渡日报 2024-03-06", "石渡日报 2024年3月6日", "时间:2024-03-06 来源:石渡日报", "2024-3-6", "２０２４年３月６日", "二零二四年三月六日"],
    "": ["3月6日", "2024年3月", "会议时间：2024-03-01", "24-03-06", "昨日"],
}  # fmt: skip


@pytest.mark.parametrize(("day", "line"), [(day, line) for day, lines in DAYS.items() for line in lines])
def test_the_day_of_a_text(tmp_path: Path, day: str, line: str) -> None:
    (report,) = read_file(tmp_path, "r.txt", f"{TITLE}\n{line}\n{TEXT}")
    assert isinstance(report, Report)
    assert (report.title, report.date) == (TITLE, day)
    assert report.publisher in ("", PUBLISHER)
