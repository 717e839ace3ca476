"""Word, OpenDocument, RTF, PDF and books, as people make them in offices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from graphkit.model import Report
from graphkit.reading import read_paths
from tests.reading.every_format import Sample, pdf_pages, written
from tests.reading.kinds.article import DAY, PARAGRAPHS, PUBLISHER, TITLE, check, read_file, reports, sentences
from tests.reading.test_epub import book, chapter
from tests.reading.test_word import cell, char, code, document, par, row, run, table

LEAD, SECOND, THIRD = PARAGRAPHS
HEAD = par(run(TITLE)) + par(run("2024-03-06 来源：石渡日报"))
ALL = "".join(par(run(words)) for words in PARAGRAPHS)


def inserted(words: str) -> str:
    return f"<w:ins w:id='1' w:author='a'>{run(words)}</w:ins>"


def deleted(words: str) -> str:
    return f"<w:del w:id='2' w:author='a'><w:r><w:delText>{words}</w:delText></w:r></w:del>"


def control(*blocks: str, properties: str = "") -> str:
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{''.join(blocks)}</w:sdtContent></w:sdt>"


WORD = {
    "plain": ALL,
    "runs of one character": "".join(par(*map(run, words)) for words in PARAGRAPHS),
    "insertion": par(run(LEAD[:9]), inserted(LEAD[9:20]), run(LEAD[20:])) + par(run(SECOND)) + par(run(THIRD)),
    "deletion": par(run(LEAD), deleted("副县长李志强出席。")) + par(run(SECOND)) + par(run(THIRD)),
    "replacement": par(run(LEAD[:2]), deleted("6日"), inserted(LEAD[2:4]), run(LEAD[4:])) + par(run(SECOND)) + par(run(THIRD)),
    "moved paragraph": f"<w:p><w:moveFrom w:id='3'>{run(SECOND)}</w:moveFrom></w:p>" + par(run(LEAD)) + f"<w:p><w:moveTo w:id='4'>{run(SECOND)}</w:moveTo></w:p>" + par(run(THIRD)),
    "content control around a paragraph": control(par(run(LEAD))) + par(run(SECOND)) + par(run(THIRD)),
    "content control in a paragraph": par(run(LEAD[:9]), control(run(LEAD[9:]))) + par(run(SECOND)) + par(run(THIRD)),
    "empty content control": ALL + control(par(run("单击或点击此处输入文字。")), properties="<w:showingPlcHdr/>"),
    "layout table": table(row(cell(par(run(LEAD)))), row(cell(par(run(SECOND)), par(run(THIRD))))),
    "nested table": table(row(cell(par(run(LEAD)), table(row(cell(par(run(SECOND))))), par(run(THIRD))))),
    "merged cells": table(row(cell(par(run(LEAD)), properties='<w:gridSpan w:val="3"/>')), row(cell(par(run(SECOND)), properties="<w:vMerge w:val='restart'/>")),
                          row(cell(par(), properties="<w:vMerge/>")), row(cell(par(run(THIRD))))),
    "field": par(run(LEAD[:9]), char("begin"), code(' HYPERLINK "http://a.cn" '), char("separate"), run(LEAD[9:20]), char("end"), run(LEAD[20:])) + par(run(SECOND)) + par(run(THIRD)),
    "hidden text": par(run(LEAD), run("内部资料。", "<w:vanish/>")) + par(run(SECOND)) + par(run(THIRD)),
    "empty paragraphs": par() + ALL.replace("</w:p>", "</w:p><w:p/>"),
    "line breaks": par(run(LEAD), "<w:r><w:br/></w:r>", run(SECOND), "<w:r><w:br/></w:r>", run(THIRD)),
    "indent of blanks": "".join(par(run(f"　　{words}")) for words in PARAGRAPHS),
    "page break": par(run(LEAD)) + par("<w:r><w:br w:type='page'/></w:r>", run(SECOND)) + par(run(THIRD)),
    "furniture": ALL + par(run("（责任编辑：林知远）")),
    "bookmarks and proofs": par("<w:bookmarkStart w:id='0' w:name='a'/>", run(LEAD[:4]), "<w:proofErr w:type='spellStart'/>", run(LEAD[4:]), "<w:bookmarkEnd w:id='0'/>") + par(run(SECOND)) + par(run(THIRD)),
    "smart tag": par(f"<w:smartTag w:uri='urn:x' w:element='date'>{run(LEAD[:4])}</w:smartTag>", run(LEAD[4:])) + par(run(SECOND)) + par(run(THIRD)),
}  # fmt: skip


@pytest.mark.parametrize("kind", WORD)
def test_word_files(tmp_path: Path, kind: str) -> None:
    (report,) = read_paths([document(tmp_path, HEAD + WORD[kind])])
    check(report)


SAMPLE = Sample(TITLE, DAY, "人民日报", "", PARAGRAPHS)
#: Paragraphs without equal lines: what is repeated at the top of pages is a page header.
MANY = tuple(f"{'甲乙丙丁戊己庚辛'[: n + 1]}{words}" for n in range(8) for words in PARAGRAPHS)
LONG = replace(SAMPLE, paragraphs=MANY)
PDF: dict[str, Callable[[], bytes]] = {
    "one column": lambda: pdf_pages(SAMPLE),
    "two columns": lambda: pdf_pages(SAMPLE, columns=2),
    "two columns, several pages": lambda: pdf_pages(LONG, columns=2, lines=10),
    "header and numbers": lambda: pdf_pages(LONG, header="石渡日报 2024年3月6日 星期三 第1版", lines=12),
    "header and two columns": lambda: pdf_pages(LONG, columns=2, header="石渡县新闻汇编", lines=14),
    "narrow": lambda: pdf_pages(SAMPLE, width=18),
    "wide": lambda: pdf_pages(SAMPLE, width=60),
    "short pages": lambda: pdf_pages(LONG, lines=8),
    "three columns": lambda: pdf_pages(LONG, columns=3),
    "very narrow columns": lambda: pdf_pages(LONG, columns=2, width=14),
}


@pytest.mark.parametrize("kind", PDF)
def test_pdf_files(tmp_path: Path, kind: str) -> None:
    (report,) = read_file(tmp_path, "r.pdf", PDF[kind]())
    assert isinstance(report, Report)
    assert (report.title, report.date, report.publisher) == (TITLE, DAY, "人民日报")
    assert "".join(sentences(report).split()) in ("".join(PARAGRAPHS), "".join(MANY))


@pytest.mark.parametrize("ending", [".doc", ".wps", ".dot", ".wpt", ".rtf", ".odt", ".ott", ".docx", ".docm", ".dotx"])
def test_files_whose_name_states_another_format(tmp_path: Path, ending: str) -> None:
    for inner in (".rtf", ".docx", ".odt"):
        if ending in (".doc", ".wps", ".dot", ".wpt") or inner == ending:
            (report,) = read_file(tmp_path, f"r{ending}", written(SAMPLE, inner))
            check(report, publisher="人民日报")
    (report,) = read_file(tmp_path, f"s{ending}", written(SAMPLE, ending))
    check(report, publisher="人民日报")


BOOKS = {
    "chapters": book({"1.xhtml": chapter(TITLE, "2024-03-06 来源：石渡日报", *PARAGRAPHS)}),
    "cover": book({"cover.xhtml": chapter("", "石渡年鉴"), "1.xhtml": chapter(TITLE, "2024-03-06 来源：石渡日报", *PARAGRAPHS)}, spine=["cover.xhtml", "1.xhtml"]),
    "metadata": book({"1.xhtml": chapter(TITLE, *PARAGRAPHS)}, metadata=f"<dc:date>{DAY}</dc:date><dc:publisher>{PUBLISHER}</dc:publisher>"),
    "time in the metadata": book({"1.xhtml": chapter(TITLE, *PARAGRAPHS)}, metadata=f"<dc:date>{DAY}T00:00:00+08:00</dc:date><dc:publisher>{PUBLISHER}</dc:publisher>"),
    "two chapters": book({"1.xhtml": chapter(TITLE, "2024-03-06 来源：石渡日报", *PARAGRAPHS), "2.xhtml": chapter(TITLE, "2024-03-06 来源：石渡日报", *PARAGRAPHS)}),
    "order": book({"2.xhtml": chapter("", "版权信息"), "1.xhtml": chapter(TITLE, "2024-03-06 来源：石渡日报", *PARAGRAPHS)}, spine=["1.xhtml"]),
    "other folder": book({"1.xhtml": chapter(TITLE, "2024-03-06 来源：石渡日报", *PARAGRAPHS)}, folder="EPUB/"),
    "no folder": book({"1.xhtml": chapter(TITLE, "2024-03-06 来源：石渡日报", *PARAGRAPHS)}, folder=""),
    "title in the head": book({"1.xhtml": chapter("", f"{TITLE}", "2024-03-06 来源：石渡日报", *PARAGRAPHS, head=f"<title>{TITLE}</title>")}),
    "indent": book({"1.xhtml": chapter(TITLE, "2024-03-06 来源：石渡日报", *(f"　　{p}" for p in PARAGRAPHS))}),
}  # fmt: skip


@pytest.mark.parametrize("kind", BOOKS)
def test_books(tmp_path: Path, kind: str) -> None:
    found = reports(read_file(tmp_path, "b.epub", BOOKS[kind]))
    found = [report for report in found if TITLE in report.text]
    assert len(found) == (2 if kind == "two chapters" else 1)
    for report in found:
        check(report)
