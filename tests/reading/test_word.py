"""A Word file is read as Word displays it with all changes accepted, each word once and in reading order."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path

import pytest

from graphkit.model import Failure, NoReport, Report
from graphkit.reading import read_paths

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SPACES = (
    f'xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)


def run(words: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t xml:space='preserve'>{words}</w:t></w:r>"


def par(*runs: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(runs)}</w:p>"


def cell(*blocks: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{''.join(blocks)}</w:tc>"


def row(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def table(*rows: str) -> str:
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


def char(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def code(words: str) -> str:
    return f"<w:r><w:instrText>{words}</w:instrText></w:r>"


def document(folder: Path, body: str, head: str = "", spaces: str = SPACES) -> Path:
    xml = f"<?xml version='1.0' encoding='UTF-8'?>{head}<w:document {spaces}><w:body>{body}</w:body></w:document>"
    with zipfile.ZipFile(folder / "r.docx", "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", xml)
    return folder / "r.docx"


def lines(folder: Path, body: str, **options: str) -> list[str]:
    (found,) = read_paths([document(folder, body, **options)])
    assert isinstance(found, Report), found
    return found.text.split("\n")


WIDE = '<w:gridSpan w:val="2000000000"/>'
FIRST, LEFT, RIGHT = '<w:vMerge w:val="restart"/>', '<w:hMerge w:val="restart"/>', '<w:hMerge w:val="continue"/>'
TEXT_BOX = (
    "<w:r><mc:AlternateContent><mc:Choice Requires='wps'>"
    "<w:drawing><wps:txbx><w:txbxContent>{0}</w:txbxContent></wps:txbx></w:drawing></mc:Choice>"
    "<mc:Fallback><w:pict><v:textbox><w:txbxContent>{0}</w:txbxContent></v:textbox></w:pict></mc:Fallback>"
    "</mc:AlternateContent></w:r>"
)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (par(run("到"), f"<w:ins>{run('云雾镇')}</w:ins>", run("调研")), ["到云雾镇调研"]),
        (par(run("到"), "<w:del><w:r><w:delText>青石</w:delText></w:r></w:del>", run("调研")), ["到调研"]),
        (par(run("到"), f"<w:del>{run('青石')}</w:del>", run("调研")), ["到调研"]),
        (f"<w:ins>{par(run('甲'))}</w:ins>" + par(run("乙")), ["甲", "乙"]),
        (
            par(run("甲"), f"<w:moveFrom>{run('丙')}</w:moveFrom>")
            + par(run("乙"), f"<w:moveTo>{run('丙')}</w:moveTo>"),
            ["甲", "乙丙"],
        ),
        (par(run("甲"), properties="<w:rPr><w:del/></w:rPr>") + par(run("乙")) + par(run("丙")), ["甲乙", "丙"]),
        (par(f"<w:ins><w:del>{run('甲')}</w:del></w:ins>", run("乙")), ["乙"]),
        (par(run("甲", "<w:ins/>"), run("乙", "<w:del/>")), ["甲乙"]),
        (par(f"<w:sdt><w:sdtPr/><w:sdtContent>{run('县长参加。')}</w:sdtContent></w:sdt>"), ["县长参加。"]),
        (
            f"<w:sdt><w:sdtContent>{par(run('甲'))}<w:tbl>{row(cell(par(run('乙'))))}</w:tbl></w:sdtContent></w:sdt>",
            ["甲", "乙"],
        ),
        (
            table(row(cell(par(run("甲"))), f"<w:sdt><w:sdtContent>{cell(par(run('乙')))}</w:sdtContent></w:sdt>")),
            ["甲", "乙"],
        ),
        (
            par(
                f"<w:hyperlink>{run('甲')}</w:hyperlink>",
                f"<w:smartTag>{run('乙')}</w:smartTag>",
                f"<w:fldSimple w:instr='DATE'>{run('丙')}</w:fldSimple>",
            ),
            ["甲乙丙"],
        ),
        (
            par(
                f"<w:customXml>{run('甲')}</w:customXml>", f"<w:bdo>{run('乙')}</w:bdo>", f"<w:dir>{run('丙')}</w:dir>"
            ),
            ["甲乙丙"],
        ),
        (par(char("begin"), code("DATE"), char("separate"), run("4月5日"), char("end"), run("调研")), ["4月5日调研"]),
        (
            par(
                char("begin"),
                code("IF"),
                char("begin"),
                code("X"),
                char("separate"),
                run("内"),
                char("end"),
                char("separate"),
                run("外"),
                char("end"),
            ),
            ["外"],
        ),
        (par(char("begin"), code("TOC"), run("甲")) + par(run("乙")), ["甲", "乙"]),
        (par(char("end"), char("separate"), run("甲")), ["甲"]),
        (par(run("甲")) + f"<w:tbl>{row(cell(par(run('乙'))))}</w:tbl>" + par(run("丙")), ["甲", "乙", "丙"]),
        (
            table(row(cell(par(run("甲")), table(row(cell(par(run("乙"))))), par(run("丙"))))),
            ["甲", "乙", "丙"],
        ),
        (f"<w:tbl>{row(cell(par(run('甲')), properties=WIDE), cell(par(run('乙'))))}</w:tbl>", ["甲", "乙"]),
        (
            table(row(cell(par(run("甲")), properties=FIRST)), row(cell(par(run("残")), properties="<w:vMerge/>")) * 3),
            ["甲"],
        ),
        (
            f"<w:tbl>{row(cell(par(run('甲')), properties=LEFT), cell(par(run('残')), properties=RIGHT))}</w:tbl>",
            ["甲"],
        ),
        (
            table(row(cell(par(run("甲"))), properties="<w:del/>"), row(cell(par(run("乙"))), properties="<w:ins/>")),
            ["乙"],
        ),
        (
            par(
                run("甲"),
                run("密", "<w:vanish/>"),
                run("乙", '<w:vanish w:val="0"/>'),
                run("丙", '<w:vanish w:val="false"/>'),
            ),
            ["甲乙丙"],
        ),
        (par(run("甲"), TEXT_BOX.format(par(run("框"))), run("乙")) + par(run("丙")), ["甲乙", "框", "丙"]),
        (
            par(
                f"<w:r><w:ruby><w:rt>{run('zhong')}</w:rt><w:rubyBase>{run('中')}</w:rubyBase></w:ruby></w:r>",
                run("国"),
            ),
            ["中国"],
        ),
        (
            par("<w:r><w:t>甲</w:t><w:br/><w:t>乙</w:t><w:tab/><w:t>丙</w:t><w:noBreakHyphen/><w:t>丁</w:t></w:r>"),
            ["甲", "乙\t丙-丁"],
        ),
    ],
)
def test_the_text_is_read_as_word_displays_it(tmp_path: Path, body: str, expected: list[str]) -> None:
    assert lines(tmp_path, body) == expected


def test_strict_open_xml_is_read(tmp_path: Path) -> None:
    strict = 'xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"'
    assert lines(tmp_path, par(run("甲"), run("密", "<w:vanish/>")), spaces=strict) == ["甲"]


def test_the_document_part_may_have_another_name(tmp_path: Path) -> None:
    relation = (
        '<Relationships><Relationship Id="r" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
        'Target="/word/d2.xml"/></Relationships>'
    )
    with zipfile.ZipFile(tmp_path / "r.docx", "w") as package:
        package.writestr("_rels/.rels", relation)
        package.writestr("word/d2.xml", f"<w:document {SPACES}><w:body>{par(run('甲'))}</w:body></w:document>")
    (report,) = read_paths([tmp_path / "r.docx"])
    assert isinstance(report, Report)
    assert report.text == "甲"


ENTITIES = (
    "<!DOCTYPE x [<!ENTITY a '哈哈哈哈哈哈哈哈哈哈'>"
    + "".join(f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 20}'>" for n in range(8))
    + "]>"
)
HUGE = "2000000000"


@pytest.mark.parametrize(
    ("body", "head", "words"),
    [
        (par(run("&i;")), ENTITIES, "document type"),
        (par(run("&x;")), "<!DOCTYPE x [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>", "document type"),
        (par(run("长" * 1_000_001)), "", "more than 1,000,000 characters"),
        (par(run("甲")) * 700_000, "", "refused as a bomb"),
        ("<w:p><w:r><w:t>甲", "", "damaged"),
    ],
)
def test_a_decompression_bomb_is_rejected_quickly(tmp_path: Path, body: str, head: str, words: str) -> None:
    path = document(tmp_path, body, head)
    started = time.process_time()
    (failure,) = read_paths([path])
    assert time.process_time() - started < 10
    assert isinstance(failure, Failure)
    assert words in failure.reason
    assert "root:" not in failure.reason


@pytest.mark.parametrize(
    "properties",
    [
        f'<w:gridSpan w:val="{HUGE}"/>',
        '<w:gridSpan w:val="-1"/>',
        '<w:gridSpan w:val="x"/>',
        f'<w:vMerge w:val="restart"/><w:gridSpan w:val="{HUGE}"/>',
        '<w:tcW w:w="1e999"/>',
        f'<w:gridSpan w:val="{"9" * 5000}"/>',
    ],
)
def test_large_counts_in_a_table_need_no_time(tmp_path: Path, properties: str) -> None:
    grid = f'<w:gridBefore w:val="{HUGE}"/><w:gridAfter w:val="{HUGE}"/>'
    body = table(row(cell(par(run("甲")), properties=properties), properties=grid))
    assert lines(tmp_path, body) == ["甲"]


def test_many_nested_fields_take_linear_time(tmp_path: Path) -> None:
    started = time.process_time()
    body = par(*[char("begin"), char("separate")] * 20_000, run("甲"), *[char("end")] * 20_000)
    assert lines(tmp_path, body) == ["甲"]
    assert time.process_time() - started < 10


def test_deeply_nested_elements_are_read_or_rejected(tmp_path: Path) -> None:
    started = time.process_time()
    (found,) = read_paths([document(tmp_path, "<w:sdt>" * 100_000 + par(run("甲")) + "</w:sdt>" * 100_000)])
    assert time.process_time() - started < 10
    assert "甲" in found.text if isinstance(found, Report) else "damaged" in found.reason


def test_a_file_without_a_document_or_text_is_reported(tmp_path: Path) -> None:
    (nothing,) = read_paths([document(tmp_path, par())])
    assert isinstance(nothing, NoReport)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("xl/workbook.xml", "<x/>")
    (tmp_path / "r.docx").write_bytes(out.getvalue())
    (failure,) = read_paths([tmp_path / "r.docx"])
    assert isinstance(failure, Failure)
    assert "not a Word file" in failure.reason
