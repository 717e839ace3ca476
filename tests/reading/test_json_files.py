"""JSON files: one report, arrays at any path, encodings, and errors with their position; the number of parts is free."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import graphkit
from graphkit.model import Failure, NoReport, Report
from graphkit.reading import Found, cut, read_input, read_paths, read_piece
from graphkit.reading.json_files import read_json
from tests.reading.strategies import report_texts

TEXT = "4月5日，石渡县委书记何清嘉到青禾产业园调研项目建设。"
ONE: dict[str, Any] = {"id": "a", "title": "何清嘉调研", "date": "2024-04-05", "text": TEXT}
TWO: dict[str, Any] = {"id": "b", "date": "2024-04-06", "text": "4月6日，石渡县长周远航到云雾镇调研。"}


def read(folder: Path, value: Any, name: str = "r.json", encoding: str = "utf-8", **options: Any) -> list[Found]:
    path = folder / name
    data = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, **options)
    path.write_bytes(data.encode(encoding))
    return list(read_paths([path]))


def ids(found: list[Found]) -> list[str]:
    return [r.id for r in found if isinstance(r, Report)]


@pytest.mark.parametrize(
    ("value", "paths"),
    [
        (ONE, [""]),
        ([ONE, TWO], [":[0]", ":[1]"]),
        ({"data": {"list": [ONE, TWO]}}, [":data.list[0]", ":data.list[1]"]),
        ({"code": 0, "msg": "ok", "result": {"total": 2, "rows": [ONE, TWO]}}, [":result.rows[0]", ":result.rows[1]"]),
        ([{"page": 1, "items": [ONE]}, {"page": 2, "items": [TWO]}], [":[0].items[0]", ":[1].items[0]"]),
        ([[ONE], [TWO]], [":[0][0]", ":[1][0]"]),
        ({"甲": ONE, "b:c!": TWO}, [":甲", ':"b_c_"']),
        ({"hits": {"hits": [{"_id": "9", "_source": ONE}, {"_source": TWO}]}}, [":hits.hits[0]", ":hits.hits[1]"]),
        ({"data": {"article": ONE}}, [""]),
    ],
)
@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("name", ["r.json", "r.jsonl"])
def test_reports_at_any_path_are_read(
    tmp_path: Path, value: Any, paths: list[str], indent: int | None, name: str
) -> None:
    found = read(tmp_path, value, name, indent=indent)
    assert ids(found) == ["a", "b"][: len(paths)]
    if name == "r.json":
        assert [r.source.removeprefix(str(tmp_path / name)) for r in found if isinstance(r, Report)] == paths


@pytest.mark.parametrize(
    ("name", "expected"),
    [("04-array.json", ["a", "b"]), ("04-array-named.jsonl", ["a"]), ("40-skip/d.json", ["a", "b"])],
)
def test_the_arrays_of_the_cases_are_read(shared: Path, name: str, expected: list[str]) -> None:
    path = shared / "cases" / "reading" / name
    if not path.exists():
        pytest.skip(f"there is no {path}")
    assert ids(list(read_paths([path]))) == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "utf-32"])
@pytest.mark.parametrize("indent", [None, 2])
def test_encodings_of_json(tmp_path: Path, encoding: str, indent: int | None) -> None:
    (report, _) = read(tmp_path, [ONE, TWO], encoding=encoding, indent=indent)
    assert isinstance(report, Report)
    assert (report.text, report.title) == (TEXT, "何清嘉调研")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("name", ["r.jsonl", "r.json", "r.ndjson"])
def test_encodings_of_json_lines(tmp_path: Path, encoding: str, name: str) -> None:
    lines = "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in (ONE, TWO))
    assert ids(read(tmp_path, lines, name, encoding)) == ["a", "b"]


def test_a_wrong_byte_in_json_lines_is_not_read_as_gb18030(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    lines = [json.dumps(r, ensure_ascii=False).encode() for r in (ONE, TWO)]
    path.write_bytes(lines[0].replace(b"\xe4\xbd\x95", b"\xd0\xd0") + b"\n" + lines[1])
    failure, report = read_paths([path])
    assert isinstance(failure, Failure)
    assert "is not UTF-8" in failure.reason
    assert isinstance(report, Report)


@pytest.mark.parametrize(
    ("data", "place", "words"),
    [
        ('[\n {"text": },\n {"text": "甲"}\n]', ":2", "not JSON at column 11"),
        ('[{"text": "甲"', ":1", "cut off at column 14"),
        ("{", ":1", "cut off at column"),
        ("3", "", "not int"),
        ('"甲"', "", "not str"),
        ('{"name": "graphkit", "version": 1}', "", "found: name, version"),
        ('[{"name": "甲"}, {"name": "乙"}]', "", "found: name"),
        ("[" * 100_000, "", "nested too deeply"),
        ('{"text": 3}', "", "`text` is int"),
        ('{"text": ' + "9" * 5000 + "}", "", "not JSON that can be read"),
        ('{"text": "甲\\u0000"}', "", "character 1 is U+0000"),
        ("", "", "the file is empty"),
    ],
)
def test_errors_name_their_position(tmp_path: Path, data: str, place: str, words: str) -> None:
    (failure,) = read(tmp_path, data)
    assert isinstance(failure, Failure)
    assert failure.source == f"{tmp_path / 'r.json'}{place}"
    assert words in failure.reason


def test_other_bytes_are_rejected_with_their_position(tmp_path: Path) -> None:
    (tmp_path / "r.json").write_bytes(b'{"text": "\xff\xff"}')
    (failure,) = read_paths([tmp_path / "r.json"])
    assert isinstance(failure, Failure)
    assert "byte 10 is neither UTF-8" in failure.reason


@pytest.mark.parametrize("value", [[], {}])
def test_an_empty_file_contains_no_report(tmp_path: Path, value: Any) -> None:
    (found,) = read(tmp_path, value)
    assert isinstance(found, NoReport)
    assert "empty" in found.reason


def test_a_wrong_item_is_counted_and_the_others_are_read(tmp_path: Path) -> None:
    found = read(tmp_path, {"list": [ONE, 3, {"title": "x"}, {"text": ""}, None, TWO]})
    assert ids(found) == ["a", "b"]
    assert [f.source.rpartition(":")[2] for f in found if isinstance(f, Failure)] == ["list[1]", "list[2]", "list[4]"]
    assert [type(f) for f in found].count(NoReport) == 1


def test_an_object_with_a_text_is_one_report_with_its_comments(tmp_path: Path) -> None:
    assert ids(read(tmp_path, {**ONE, "comments": [{"content": "好"}], "related": [TWO]})) == ["a"]


def test_the_ids_of_reports_without_one_are_numbers(tmp_path: Path) -> None:
    without = [{"text": TEXT}, {"text": TWO["text"]}]
    assert ids(read(tmp_path, without)) == ["r-1", "r-2"]
    assert ids(read(tmp_path, without[0])) == ["r"]


@pytest.mark.parametrize("indent", [None, 1])
def test_standard_input_can_be_a_json_file(monkeypatch: pytest.MonkeyPatch, indent: int | None) -> None:
    data = json.dumps([ONE, TWO], indent=indent).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert ids(list(read_input("-"))) == ["a", "b"]


@pytest.mark.parametrize("name", ["r.json", "r.jsonl"])
def test_a_large_file_is_read_the_same_with_any_number_of_workers(tmp_path: Path, name: str) -> None:
    records = [{**ONE, "id": f"r{n}", "text": f"{n}{TEXT}" * 20} for n in range(150)]
    path = tmp_path / name
    path.write_text(json.dumps({"data": records}, indent=1), encoding="utf-8")
    whole = list(read_paths([path]))
    parts = [found for part in cut([path]) for piece in part for found in read_piece(piece)]
    assert parts == whole
    assert len(whole) == 150
    assert len(list(cut([path]))) > 1
    with graphkit.open(tmp_path / "g", create=True) as graph:
        assert graph.build(path, workers=2).added == 150


@given(texts=st.lists(report_texts(), min_size=1, max_size=4), indent=st.sampled_from([None, 1]))
def test_the_texts_of_an_array_are_those_of_json_lines(texts: list[str], indent: int | None) -> None:
    def shown(found: Sequence[Found]) -> list[tuple[str, str]]:
        return [(type(f).__name__, f.text if isinstance(f, Report) else f.reason) for f in found]

    records = [{"id": str(n), "text": text} for n, text in enumerate(texts)]
    array = list(read_json(json.dumps({"x": [{"list": records}]}, indent=indent).encode(), "r.json", "r"))
    lines = list(read_json("".join(json.dumps(r) + "\n" for r in [*records, *records]).encode(), "r.json", "r"))
    assert shown(array) * 2 == shown(lines)
