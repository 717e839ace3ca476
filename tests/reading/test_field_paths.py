"""Fields at paths that the user states: text=data.article.body, in JSON, JSON Lines, CSV and workbooks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.errors import UsageError
from graphkit.model import Failure, NoReport, Report
from graphkit.reading import read_paths, reading_options
from graphkit.reading.field_paths import field_paths, locate, parse_fields
from graphkit.reading.options import current_options, each_under
from tests.reading.workbooks import ods, xlsx

TEXT = "4月5日，石渡县委书记何清嘉到云雾镇调研。"
OTHER = "4月6日，石渡县长周远航到青禾产业园调研。"
TITLE = "何清嘉到云雾镇调研"
DAY = "2024-04-05"


def read(folder: Path, name: str, content: str | bytes, **fields: Any) -> list[Report | NoReport | Failure]:
    """What is read from a file of this content with paths of fields."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_paths([path], reading_options(fields)))  # type: ignore[arg-type]


def read_one(folder: Path, record: Any, **fields: Any) -> Report:
    (report,) = read(folder, "r.json", json.dumps(record, ensure_ascii=False), **fields)
    assert isinstance(report, Report), report
    return report


RECORDS: dict[str, tuple[Any, dict[str, Any], tuple[str, str, str]]] = {
    "one name": ({"html": TEXT}, {"text": "html"}, (TEXT, "", "")),
    "a path": ({"data": {"article": {"html": TEXT}}}, {"text": "data.article.html"}, (TEXT, "", "")),
    "before a known name": ({"text": "摘要。", "full": TEXT}, {"text": "full"}, (TEXT, "", "")),
    "another spelling": ({"Full-Html": TEXT}, {"text": "full_html"}, (TEXT, "", "")),
    "a name with a dot": ({"data.html": TEXT, "data": {"html": OTHER}}, {"text": "data.html"}, (TEXT, "", "")),
    "a dot in an inner name": ({"data": {"a.b": TEXT}}, {"text": "data.a.b"}, (TEXT, "", "")),
    "a dot in an outer name": ({"x.y": {"z": TEXT}}, {"text": "x.y.z"}, (TEXT, "", "")),
    "an item of a list": ({"parts": [{"html": TEXT}]}, {"text": "parts.0.html"}, (TEXT, "", "")),
    "a list of paragraphs": ({"lines": ["甲。", "乙。"]}, {"text": "lines"}, ("甲。\n乙。", "", "")),
    "a Chinese name": ({"数据": {"稿件": TEXT}}, {"text": "数据.稿件"}, (TEXT, "", "")),
    "the second path": ({"b": TEXT}, {"text": ["a", "b"]}, (TEXT, "", "")),
    "a known name for a missing value": ({"html": None, "text": TEXT}, {"text": "html"}, (TEXT, "", "")),
    "all fields": (
        {"a": {"t": TEXT, "h": TITLE}, "when": 1712275200},
        {"text": "a.t", "title": "a.h", "date": "when"},
        (TEXT, TITLE, DAY),
    ),
    "known names next to the text": (
        {"id": 7, "data": {"article": {"html": TEXT, "title": TITLE}, "title": "x"}, "pubDate": DAY},
        {"text": "data.article.html"},
        (TEXT, TITLE, DAY),
    ),
    "only the date": ({"meta": {"when": DAY}, "text": TEXT}, {"date": "meta.when"}, (TEXT, "", DAY)),
    "an object for a value": ({"text": TEXT, "when": {"$date": DAY}}, {"date": "when"}, (TEXT, "", DAY)),
    "inside an unwrapped record": (
        {"head": {"h": TITLE}, "data": {"article": {"body": TEXT}}},
        {"title": "head.h"},
        (TEXT, TITLE, ""),
    ),
}


@pytest.mark.parametrize("name", RECORDS)
def test_values_at_paths(tmp_path: Path, name: str) -> None:
    record, fields, expected = RECORDS[name]
    report = read_one(tmp_path, record, **fields)
    assert (report.text, report.title, report.date) == expected


@pytest.mark.parametrize("name", RECORDS)
def test_values_at_paths_of_records_in_arrays(tmp_path: Path, name: str) -> None:
    record, fields, expected = RECORDS[name]
    content = {"code": 0, "list": [record, record]}
    found = read(tmp_path, "r.json", json.dumps(content, ensure_ascii=False), **fields)
    assert [(r.text, r.title, r.date) for r in found if isinstance(r, Report)] == [expected] * 2


@pytest.mark.parametrize("name", RECORDS)
def test_values_at_paths_of_lines(tmp_path: Path, name: str) -> None:
    record, fields, expected = RECORDS[name]
    line = json.dumps(record, ensure_ascii=False)
    found = read(tmp_path, "r.jsonl", f"{line}\n{line}\n", **fields)
    assert [(r.text, r.title, r.date) for r in found if isinstance(r, Report)] == [expected] * 2


@pytest.mark.parametrize(
    ("header", "path"),
    [
        ("稿件", "稿件"),
        ("Raw HTML", "raw_html"),
        ("data.html", "data.html"),
        ("a.b.c", "a.b.c"),
        ("x-y", "XY"),
        ("1", "1"),
        ("summary ", "summary"),
        ("详情", "详情"),
        ("text2", "text2"),
        ("段落", "段落"),
    ],
)
@pytest.mark.parametrize("kind", ["csv", "tsv", "xlsx", "ods"])
def test_columns(tmp_path: Path, kind: str, header: str, path: str) -> None:
    rows = [[header, "名", "日子"], [TEXT, TITLE, DAY], [OTHER, "", ""]]
    if kind in ("csv", "tsv"):
        delimiter = "," if kind == "csv" else "\t"
        content = "\n".join(delimiter.join(row) for row in rows).encode()
    else:
        content = {"xlsx": xlsx, "ods": ods}[kind]({"Sheet1": rows})
    found = read(tmp_path, f"r.{kind}", content, text=path, title="名", date="日子")
    assert [(r.text, r.title, r.date) for r in found if isinstance(r, Report)] == [(TEXT, TITLE, DAY), (OTHER, "", "")]


def test_the_stated_column_precedes_a_known_one(tmp_path: Path) -> None:
    (report,) = read(tmp_path, "r.csv", f"text,full\n摘要。,{TEXT}\n", text="full")
    assert isinstance(report, Report)
    assert report.text == TEXT
    assert report.origin is not None
    assert dict(report.origin.fields)["text"] == "full"
    assert report.origin.unused == ("text",)


def test_a_value_that_is_no_text_is_named(tmp_path: Path) -> None:
    (failure,) = read(tmp_path, "r.json", json.dumps({"data": {"a": 1}}), text="data")
    assert isinstance(failure, Failure)
    assert failure.reason == "`data` (field text=data) is dict, not a string"


def test_a_field_that_is_no_text_is_named(tmp_path: Path) -> None:
    (failure,) = read(tmp_path, "r.json", json.dumps({"text": TEXT, "h": {"a": 1}}), title="h")
    assert isinstance(failure, Failure)
    assert failure.reason == "`h` (field title=h) is dict, not a string"


def test_a_record_without_the_path_and_without_a_text_names_both(tmp_path: Path) -> None:
    (failure,) = read(tmp_path, "r.jsonl", json.dumps({"html": TEXT}), text="htm")
    assert isinstance(failure, Failure)
    assert failure.reason.startswith("no `htm` (field text=htm) and no `text`; ")
    assert failure.origin is not None
    assert failure.origin.names == ("html",)


@pytest.mark.parametrize(
    ("fields", "part"),
    [
        ({"txt": "a"}, "did you mean text?"),
        ({"source": "a"}, "the fields are text, id, title"),
        ({"text": ""}, "the path of the field text is empty"),
        ({"text": " . "}, "is empty"),
        ({"title": ["a", ""]}, "the path of the field title is empty"),
    ],
)
def test_invalid_fields(fields: dict[str, Any], part: str) -> None:
    with pytest.raises(UsageError, match=part.replace("?", r"\?")):
        field_paths(fields)


@pytest.mark.parametrize("argument", ["text", "", "title:data"])
def test_arguments_without_an_equals_sign(argument: str) -> None:
    with pytest.raises(UsageError, match="NAME=PATH"):
        parse_fields([argument])


def test_arguments() -> None:
    assert parse_fields(["text=a.b", "Text = c", "date=x=y"]) == {"text": ["a.b", " c"], "date": ["x=y"]}


def test_options_apply_to_one_iteration_only(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text("".join(json.dumps({"text": TEXT, "b": OTHER}) + "\n" for _ in range(3)), encoding="utf-8")
    pairs = zip(read_paths([path]), read_paths([path], reading_options({"text": "b"})), strict=True)
    texts = [(a.text, b.text) for a, b in pairs if isinstance(a, Report) and isinstance(b, Report)]
    assert texts == [(TEXT, OTHER)] * 3
    assert current_options().fields == ()


def test_options_end_with_an_iteration_that_is_abandoned() -> None:
    items = each_under(reading_options({"text": "b"}), iter([1, 2]))
    assert next(items) == 1
    assert current_options().fields == ()
    items.close()  # type: ignore[attr-defined]
    assert current_options().fields == ()


NAMES = st.text(st.sampled_from("ab.甲_ "), min_size=1, max_size=4)
VALUES = st.recursive(
    st.integers() | st.text(max_size=3),
    lambda inner: st.dictionaries(NAMES, inner, max_size=3) | st.lists(inner, max_size=2),
    max_leaves=12,
)


@given(record=st.dictionaries(NAMES, VALUES, max_size=4))
def test_every_exact_name_is_found_as_it_is(record: dict[str, Any]) -> None:
    for name, value in record.items():
        located = locate(record, name)
        assert located is not None
        assert located.value is value
        assert located.path == name


@given(record=st.dictionaries(NAMES, VALUES, max_size=4), path=st.text(st.sampled_from("ab.01甲"), max_size=8))
def test_a_located_value_is_at_its_path(record: dict[str, Any], path: str) -> None:
    located = locate(record, path)
    if located is not None:
        again = locate(record, located.path)
        assert again is not None
        assert again.around[0] is record


@given(names=st.lists(st.sampled_from("abcde"), min_size=1, max_size=7))
def test_a_path_of_plain_names_leads_to_its_value(names: list[str]) -> None:
    record: Any = TEXT
    for name in reversed(names):
        record = {name: record}
    located = locate(record, ".".join(names))
    assert located is not None
    assert located.value == TEXT
    assert len(located.around) == len(names)
