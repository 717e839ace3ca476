"""Tables in JSON, merged cells, and names of fields in other forms, as data frames, WPS and crawlers write them."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from graphkit.model import NoReport, Report
from tests.reading.kinds.article import DAY, PARAGRAPHS, PUBLISHER, TEXT, TITLE, check, read_file, reports
from tests.reading.workbooks import xlsx

NAMES = ["title", "content", "date", "source"]
ROW = [TITLE, TEXT, DAY, PUBLISHER]
CHINESE = ["标题", "正文", "发布时间", "来源"]
FRAMES: dict[str, Any] = {
    "to_json()": {name: {"0": cell, "1": cell} for name, cell in zip(NAMES, ROW, strict=True)},
    "to_json() of a selection": {name: {"17": cell, "4": cell} for name, cell in zip(NAMES, ROW, strict=True)},
    "to_json() with missing values": {**{name: {"0": cell, "1": cell} for name, cell in zip(NAMES, ROW, strict=True)}, "author": {"0": None, "1": "林知远"}},
    "to_json() in Chinese": {name: {"0": cell, "1": cell} for name, cell in zip(CHINESE, ROW, strict=True)},
    "orient=split": {"columns": NAMES, "index": [0, 1], "data": [ROW, ROW]},
    "orient=split without an index": {"columns": CHINESE, "data": [ROW, ROW]},
    "orient=table": {"schema": {"fields": [{"name": n, "type": "string"} for n in NAMES], "pandas_version": "1.4.0"}, "data": [dict(zip(NAMES, ROW, strict=True))] * 2},
    "orient=records": [dict(zip(NAMES, ROW, strict=True))] * 2,
    "orient=index": {"0": dict(zip(NAMES, ROW, strict=True)), "1": dict(zip(NAMES, ROW, strict=True))},
    "to_dict('list')": {name: [cell, cell] for name, cell in zip(NAMES, ROW, strict=True)},
    "rows below a header": [NAMES, ROW, ROW],
    "rows below a Chinese header": [["序号", *CHINESE], [1, *ROW], [2, *ROW]],
    "rows of Solr": {"columns": ["id", *NAMES], "data": [[1, *ROW], [2, *ROW]], "total": 2},
}  # fmt: skip


@pytest.mark.parametrize("kind", FRAMES)
def test_each_row_of_a_data_frame_is_a_report(tmp_path: Path, kind: str) -> None:
    found = read_file(tmp_path, "r.json", json.dumps(FRAMES[kind], ensure_ascii=False))
    assert len(found) == 2
    for report in found:
        check(report)
    assert len({report.id for report in reports(found)}) == 2


@pytest.mark.parametrize(
    "record",
    [
        {"title": [TITLE], "content": list(PARAGRAPHS), "date": [DAY], "source": [PUBLISHER]},
        {"title": TITLE, "content": list(PARAGRAPHS), "tags": ["春耕", "调研", "云雾镇"], "date": DAY, "source": PUBLISHER},
        {"title": TITLE, "content": TEXT, "columns": ["要闻"], "data": [["x"]], "date": DAY, "source": PUBLISHER},
    ],
    ids=["lists of one", "paragraphs and tags", "columns of a site"],
)  # fmt: skip
def test_lists_in_a_record_are_no_columns(tmp_path: Path, record: dict[str, Any]) -> None:
    (report,) = read_file(tmp_path, "r.json", json.dumps(record, ensure_ascii=False))
    check(report)


RENAMED = [
    ("biaoti", "neirong", "riqi", "laiyuan"), ("BiaoTi", "ZhengWen", "FaBuShiJian", "LaiYuan"), ("标题：", "正文：", "发布时间：", "来源："),
    ("【标题】", "【正文】", "【日期】", "【来源】"), ("篇名", "全文", "日期", "报纸名称"), ("articleTitle", "mainBody", "issueTime", "fromSource"),
    ("title:", "content:", "date:", "source:"), ("新闻标题", "报道正文", "刊发日期", "来源出处"), ("title", "main_body", "issue_date", "source_from"),
    (" 标题 ", "内容 ", "发布 时间", "出处"),
]  # fmt: skip


@pytest.mark.parametrize("names", RENAMED)
@pytest.mark.parametrize("kind", [".json", ".csv", ".jl", ".jsonlines", ".xlsx"])
def test_names_of_fields_in_other_forms(tmp_path: Path, names: tuple[str, ...], kind: str) -> None:
    cells = [TITLE, TEXT, "2024-03-06", f"来源：{PUBLISHER}"]
    out = io.StringIO()
    csv.writer(out).writerows([names, cells])
    data: dict[str, bytes | str] = {".csv": out.getvalue(), ".xlsx": xlsx({"Sheet1": [list(names), cells]})}
    line = json.dumps(dict(zip(names, cells, strict=True)), ensure_ascii=False)
    (report,) = read_file(tmp_path, f"r{kind}", data.get(kind, line))
    check(report)


@pytest.mark.parametrize(
    ("names", "values", "day"),
    [
        (("年", "月", "日"), (2024, 3, 6), DAY), (("year", "month", "day"), ("2024", "03", "06"), DAY), (("年份", "月份", "日"), ("2024年", "3月", "6日"), DAY),
        (("Year", "Month", "Day"), (2024.0, 3.0, 6.0), DAY), (("年", "月", "日"), ("2024", "", "6"), ""), (("年", "月", "日"), (2024, 13, 6), ""),
        (("年", "月", "号"), (2024, 3, 6), ""), (("年", "月", "日"), ("去年", "3", "6"), ""),
    ],
)  # fmt: skip
def test_a_day_in_three_columns(tmp_path: Path, names: tuple[str, ...], values: tuple[Any, ...], day: str) -> None:
    record = {"title": TITLE, "content": TEXT, "source": PUBLISHER, **dict(zip(names, values, strict=True))}
    (report,) = read_file(tmp_path, "r.jsonl", json.dumps(record, ensure_ascii=False))
    check(report, date=day)
    (report,) = read_file(tmp_path, "s.jsonl", json.dumps({**record, "date": DAY}, ensure_ascii=False))
    check(report)


def merged(rows: list[list[object]], *ranges: str) -> bytes:
    """Return a workbook with merged cells."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx({"Sheet1": rows}))) as plain,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package,
    ):
        cells = "".join(f'<mergeCell ref="{one}"/>' for one in ranges)
        for name in plain.namelist():
            words = plain.read(name).decode()
            package.writestr(name, words.replace("</sheetData>", f"</sheetData><mergeCells>{cells}</mergeCells>"))
    return out.getvalue()


HEADER: list[object] = ["日期", "来源", "标题", "正文"]
FULL: list[object] = [DAY, PUBLISHER, TITLE, TEXT]
BARE: list[object] = ["", "", TITLE, TEXT]
BOOKS = {
    "two rows": merged([HEADER, FULL, BARE], "A2:A3", "B2:B3"),
    "three rows": merged([HEADER, FULL, BARE, BARE], "A2:A4", "B2:B4"),
    "a title above": merged([["石渡县报道汇总", "", "", ""], HEADER, FULL, BARE], "A1:D1", "A3:A4", "B3:B4"),
    "one range of two columns": merged([["编号", "", "标题", "正文", "日期", "来源"], ["甲", "", TITLE, TEXT, DAY, PUBLISHER], ["", "", TITLE, TEXT, "", ""]], "A2:B3", "E2:E3", "F2:F3"),
    "two groups": merged([HEADER, FULL, BARE, FULL, BARE], "A2:A3", "B2:B3", "A4:A5", "B4:B5"),
    "a day as a number": merged([HEADER, [45357, PUBLISHER, TITLE, TEXT], BARE], "A2:A3", "B2:B3"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BOOKS)
def test_a_merged_cell_belongs_to_each_row(tmp_path: Path, kind: str) -> None:
    found = read_file(tmp_path, "r.xlsx", BOOKS[kind])
    assert len(found) >= 2
    for report in found:
        check(report)


def test_a_merged_text_is_one_report(tmp_path: Path) -> None:
    found = read_file(tmp_path, "r.xlsx", merged([HEADER, FULL, ["2024-03-07", "石渡网", "", ""]], "C2:C3", "D2:D3"))
    assert [type(one) for one in found] == [Report, NoReport]
    check(found[0])
