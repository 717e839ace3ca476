"""Tables as spreadsheet programs write them: any delimiter and encoding, titles above the header, workbooks."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.model import Failure, NoReport, Report
from graphkit.reading import read_paths
from graphkit.reading.record_fields import is_missing
from graphkit.reading.sheets import read_workbook
from graphkit.reading.tables import find_delimiter, read_delimited
from tests.reading.workbooks import ods, xlsx

TEXT = "4月5日，石渡县委书记何清嘉到云雾镇调研；她强调，要实干。\n会议要求|抓落实,促发展。"
HEADER = ["标题", "发布时间", "来源", "链接", "正文"]
ROW = ["何清嘉调研", "2024/4/5", "石渡日报", "http://a.cn/1", TEXT]


def table(delimiter: str, *rows: list[str]) -> str:
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter).writerows(rows or [HEADER, ROW])
    return file.getvalue()


def read(path: Path, data: bytes) -> list[object]:
    path.write_bytes(data)
    return list(read_paths([path]))


def check(found: object) -> None:
    assert isinstance(found, Report), found
    assert (found.text, found.title, found.date) == (TEXT, "何清嘉调研", "2024-04-05")
    assert (found.publisher, found.url) == ("石渡日报", "http://a.cn/1")


@pytest.mark.parametrize("name", ["16-sep.csv", "16-tab.csv", "16-excel-gbk.csv"])
def test_the_files_of_users_are_read(shared: Path, name: str) -> None:
    (report,) = read_paths([shared / "cases" / "reading" / name])
    assert isinstance(report, Report)
    assert report.text == "4月5日，石渡县委书记何清嘉到云雾镇调研。\n她强调，要推动高质量发展。"
    assert (report.title, report.publisher, report.url) == ("何清嘉到云雾镇调研", "石渡日报", "http://a.cn/1")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("ending", [".csv", ".tsv", ".tab"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_any_delimiter_and_encoding_is_read(tmp_path: Path, delimiter: str, ending: str, encoding: str) -> None:
    (report,) = read(tmp_path / f"r{ending}", table(delimiter).encode(encoding))
    check(report)


@pytest.mark.parametrize("first", ["sep={}\r\n", "sep={}\n", '"sep={}"\r\n', "SEP={}\r\n"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|", "~"])
def test_the_delimiter_that_excel_states_is_used(tmp_path: Path, first: str, delimiter: str) -> None:
    (report,) = read(tmp_path / "r.csv", (first.format(delimiter) + table(delimiter)).encode("utf-16"))
    check(report)
    assert isinstance(report, Report)
    assert report.id == "r-4"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8", "gb18030"])
def test_unicode_text_of_excel_is_a_table(tmp_path: Path, encoding: str) -> None:
    (report,) = read(tmp_path / "r.txt", table("\t").encode(encoding))
    check(report)


def test_a_text_file_with_tabs_is_a_report(tmp_path: Path) -> None:
    (report,) = read(tmp_path / "r.txt", f"标题\t何清嘉调研\n{TEXT}".encode())
    assert isinstance(report, Report)
    assert report.id == "r"


@pytest.mark.parametrize(
    "above",
    [
        [["2024年稿件汇总", "", "", "", ""]],
        [["稿件"], ["制表：办公室", "2024年"]],
        [["", ""], ["稿件，第1批"]],
        [["a;b;c", "d|e"]],
        [["x"] * 9] * 9,
    ],
)
def test_titles_above_the_header_are_skipped(tmp_path: Path, above: list[list[str]]) -> None:
    (report,) = read(tmp_path / "r.csv", table(";", *above, HEADER, ROW).encode())
    check(report)


def test_a_header_of_two_rows_is_joined(tmp_path: Path) -> None:
    upper = ["稿件信息", "", "", "", "正文"]
    (report,) = read(tmp_path / "r.csv", table(",", upper, [*HEADER[:4], ""], ROW).encode())
    check(report)


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_a_table_without_a_text_column_names_its_columns(tmp_path: Path, delimiter: str) -> None:
    (failure,) = read(tmp_path / "r.csv", table(delimiter, ["栏目", "作者"], ["a", "b"]).encode())
    assert isinstance(failure, Failure)
    assert "no text column" in failure.reason
    assert failure.reason.endswith("found: 栏目, 作者")


def test_rows_before_a_broken_one_are_read(tmp_path: Path) -> None:
    found = read(tmp_path / "r.csv", (table(",") + "\r\n" + '"' + "x" * (17 * 1024 * 1024)).encode())
    check(found[0])
    assert isinstance(found[1], Failure)
    assert "broken CSV" in found[1].reason


CELLS = st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1, max_size=12).filter(
    lambda t: t == t.strip() and t.strip('"')
)


@given(st.sampled_from(",\t;|"), CELLS, st.lists(st.sampled_from(HEADER[:4]), unique=True, min_size=1))
def test_the_delimiter_of_any_table_is_found(delimiter: str, title: str, names: list[str]) -> None:
    text = table(delimiter, [*names, "正文"], [*([title] * len(names)), TEXT])
    assert find_delimiter(text) == delimiter
    (report,) = read_delimited(text, "f", "f")
    assert not isinstance(report, Report) or report.text == TEXT


BOOK: dict[str, list[list[object]]] = {
    "稿件": [
        ["2024年稿件"],
        ["标题", "发布时间", "编号", "正文"],
        ["甲", 45387, 7, "何清嘉调研。"],
        [],
        ["乙", "2024/4/6", 8.5, "她强调。"],
    ],
    "说明": [["栏目", "作者"], ["a", "b"]],
    "空": [],
}


@pytest.mark.parametrize("write", [xlsx, ods])
def test_the_rows_of_the_sheets_of_a_workbook_are_read(tmp_path: Path, write: object) -> None:
    assert callable(write)
    path = tmp_path / f"r.{write.__name__}"
    first, second, failure = read(path, write(BOOK))
    assert isinstance(first, Report)
    assert isinstance(second, Report)
    assert isinstance(failure, Failure)
    assert (first.id, first.title, first.date, first.text) == ("7", "甲", "2024-04-05", "何清嘉调研。")
    assert (second.id, second.date, second.source) == ("8.5", "2024-04-06", f"{path}!稿件:5")
    assert failure.source == f"{path}!说明"
    assert failure.reason.endswith("found: 栏目, 作者")


@pytest.mark.parametrize("write", [xlsx, ods])
def test_the_only_sheet_is_not_named_in_ids(tmp_path: Path, write: object) -> None:
    assert callable(write)
    (report,) = read(tmp_path / f"r.{write.__name__}", write({"S": [["正文"], ["何清嘉调研。"]]}))
    assert isinstance(report, Report)
    assert report.id == "r-2"


def test_a_workbook_in_an_archive_is_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "r.zip", "w") as archive:
        archive.writestr("a.xlsx", xlsx({"S": [["正文"], ["何清嘉调研。"]]}))
    (report,) = read_paths([tmp_path / "r.zip"])
    assert isinstance(report, Report)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not a whole workbook"),
        (b"PK\x03\x04" + b"x" * 50, "not a whole workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "save it as an unprotected .xlsx"),
        (xlsx({"S": [["正文"]]})[:-30], "not a whole workbook"),
        (xlsx({"S": []}, extra='<c r="XFD1048576"><v>1</v></c>'), "1,048,576 rows and 16,384 columns"),
        (ods({"S": [["x"]]}, rows=1_048_576, columns=16_384), "1,048,576 rows and 16,384 columns"),
        (xlsx({"S": []}, extra=" " * 9_000_000), "refused as a bomb"),
        (xlsx({"S": []}, extra="<c>"), "mismatched tag"),
        (ods({"S": []}, head="<!DOCTYPE x>"), "document type"),
    ],
    ids=lambda value: value if isinstance(value, str) else "workbook",
)
@pytest.mark.parametrize("ending", ["xlsx", "ods"])
def test_a_damaged_or_excessive_workbook_is_rejected(tmp_path: Path, ending: str, data: bytes, words: str) -> None:
    (failure,) = read(tmp_path / f"r.{ending}", data)
    assert isinstance(failure, Failure)
    assert words in failure.reason


def test_an_empty_workbook_has_no_report() -> None:
    (nothing,) = read_workbook(xlsx({"S": [], "T": []}), "f", "f")
    assert isinstance(nothing, NoReport)


@given(st.lists(CELLS, min_size=1, max_size=5))
def test_the_texts_of_a_workbook_are_kept(texts: list[str]) -> None:
    for write in (xlsx, ods):
        found = list(read_workbook(write({"S": [["正文"], *([t] for t in texts)]}), "f", "f"))
        read_texts = [f.text for f in found if isinstance(f, Report)]
        assert read_texts == [t for t in texts if any(c.isalnum() for c in t) and not is_missing(t)]
