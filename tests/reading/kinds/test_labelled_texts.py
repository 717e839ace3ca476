"""Texts with labelled fields, as databases of newspapers export them, and what people copy from pages and accounts."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphkit.model import Report
from tests.reading.kinds.article import DAY, PARAGRAPHS, PUBLISHER, TEXT, TITLE, check, read_file, reports
from tests.reading.test_word import cell, document, par, row, run, table

LABELLED = {
    "colons": f"标题：{TITLE}\n发布时间：2024-03-06 08:30\n来源：{PUBLISHER}\n正文：\n{TEXT}",
    "text behind its label": f"标题:{TITLE}\n时间:2024年3月6日\n来源:{PUBLISHER}\n内容:{TEXT}",
    "brackets": f"【标题】{TITLE}\n【日期】2024-03-06\n【来源】{PUBLISHER}\n【正文】{TEXT}",
    "brackets and colons": f"【标题】：{TITLE}\n【日期】：2024-03-06\n【来源】：{PUBLISHER}\n\n{TEXT}",
    "database of newspapers": f"【篇名】{TITLE}\n【作者】林知远\n【机构】石渡日报记者\n【报纸】{PUBLISHER}\n【日期】2024-03-06\n【版号】001\n【正文】\n{TEXT}",
    "square brackets": f"[标题] {TITLE}\n[作者] 林知远\n[来源] {PUBLISHER}\n[日期] 20240306\n\n{TEXT}",
    "address": f"标题：{TITLE}\n链接：http://a.cn/1.html\n发布日期：2024/3/6\n媒体：{PUBLISHER}\n全文：\n{TEXT}",
    "English": f"Title: {TITLE}\nDate: 2024-03-06\nSource: {PUBLISHER}\nContent:\n{TEXT}",
    "full-width blanks": f"标　题：{TITLE}\n日　期：2024年3月6日\n来　源：{PUBLISHER}\n正　文：\n{TEXT}",
    "rule": f"========\n标题：{TITLE}\n日期：2024-03-06\n来源：{PUBLISHER}\n--------\n{TEXT}\n========",
    "source first": f"来源：{PUBLISHER}\n日期：2024-03-06\n标题：{TITLE}\n正文：{TEXT}",
    "labels above values": f"标题\n{TITLE}\n日期\n2024-03-06\n来源\n{PUBLISHER}\n正文\n{TEXT}",
}  # fmt: skip


@pytest.mark.parametrize("kind", LABELLED)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_fields_with_labels_are_read(tmp_path: Path, kind: str, encoding: str) -> None:
    (report,) = read_file(tmp_path, "r.txt", LABELLED[kind], encoding)
    check(report)
    assert isinstance(report, Report)
    assert report.text == f"{TITLE}\n{TEXT}"


@pytest.mark.parametrize("kind", LABELLED)
def test_fields_with_labels_in_word_files(tmp_path: Path, kind: str) -> None:
    document(tmp_path, "".join(par(run(line)) for line in LABELLED[kind].split("\n")))
    (report,) = reports(read_file(tmp_path, "r.docx", (tmp_path / "r.docx").read_bytes()))
    check(report)


def test_a_form_of_two_columns_in_a_word_file(tmp_path: Path) -> None:
    pairs = [("标题", TITLE), ("日期", DAY), ("来源", PUBLISHER)]
    rows = [row(cell(par(run(name))), cell(par(run(value)))) for name, value in pairs]
    body = row(cell(par(run("正文"))), cell(*(par(run(words)) for words in PARAGRAPHS)))
    document(tmp_path, table(*rows, body))
    (report,) = reports(read_file(tmp_path, "r.docx", (tmp_path / "r.docx").read_bytes()))
    check(report)


@pytest.mark.parametrize("kind", [kind for kind in LABELLED if kind != "source first"])
@pytest.mark.parametrize("between", ["\n", "\n\n", "\n\n------\n\n"])
def test_several_labelled_reports_in_one_file(tmp_path: Path, kind: str, between: str) -> None:
    found = read_file(tmp_path, "r.txt", between.join([LABELLED[kind]] * 3))
    assert [report.id for report in reports(found)] == ["r-01", "r-02", "r-03"]
    for report in found:
        check(report)


@pytest.mark.parametrize(
    "text",
    [
        f"时间：2024年3月1日\n地点：三楼会议室\n{TEXT}",
        f"{TITLE}\n内容：抓好春耕。\n{TEXT}",
        f"题目：抓好春耕\n{TEXT}",
        f"标题：{TITLE}",
        f"会议主题：春耕\n标题：{TITLE}\n{TEXT}",
        f"内容\n{TEXT}",
    ],
    ids=range(6),
)
def test_lines_of_a_text_that_are_no_fields_are_kept(tmp_path: Path, text: str) -> None:
    (report,) = reports(read_file(tmp_path, "r.txt", text))
    assert report.text == text


HEADS = {
    "address": ("https://www.a.cn/xw/1.html", TITLE, f"2024-03-06 08:30  来源：{PUBLISHER}"),
    "page of a newspaper": ("2024年03月06日 星期三", "第01版：要闻", TITLE, f"《{PUBLISHER}》（2024年03月06日 第01版）"),
    "page only": ("第A2版 综合", TITLE, f"{PUBLISHER} 2024-03-06"),
    "page with a colon": ("01版：要闻", TITLE, f"（2024年3月6日） {PUBLISHER}"),
    "day in brackets": (TITLE, f"（2024年3月6日）{PUBLISHER}"),
    "day and time": (TITLE, f"2024-03-06 08:30 {PUBLISHER}"),
    "day and bar": (TITLE, f"2024-03-06 | {PUBLISHER}"),
    "account": (TITLE, "", f"原创 林知远 {PUBLISHER} 2024-03-06 08:30 贵州"),
    "account without an author": (TITLE, "", f"{PUBLISHER} 2024-03-06 08:30 发表于贵州"),
    "account in Chinese": (TITLE, f"林知远 {PUBLISHER} 2024年03月06日 08:30"),
    "account with a day of its own": (TITLE, f"原创 {PUBLISHER} 2024-03-06 08:30"),
}  # fmt: skip


@pytest.mark.parametrize("kind", HEADS)
def test_heads_that_people_copy(tmp_path: Path, kind: str) -> None:
    (report,) = read_file(tmp_path, "r.txt", "\n".join((*HEADS[kind], "", *PARAGRAPHS)))
    check(report)


@pytest.mark.parametrize("width", [22, 25, 26, 30, 32])
@pytest.mark.parametrize("indent", ["", "　　"])
def test_short_texts_of_hard_wrapped_paragraphs(tmp_path: Path, width: int, indent: str) -> None:
    wrapped = (
        "\n".join(f"{indent}{words}"[n : n + width] for n in range(0, len(indent + words), width))
        for words in PARAGRAPHS
    )
    text = "\n\n".join((f"{TITLE}\n2024-03-06 来源：{PUBLISHER}", *wrapped))
    (report,) = read_file(tmp_path, "r.txt", text)
    check(report)


def test_short_lines_between_blank_lines_are_not_joined(tmp_path: Path) -> None:
    words = "石渡县召开春耕生产工作会议\n\n云雾镇推进高标准农田的建设\n\n青禾产业园的项目开工"
    text = f"{TITLE}\n2024-03-06 来源：{PUBLISHER}\n{TEXT}\n\n{words}"
    (report,) = read_file(tmp_path, "r.txt", text)
    check(report)
