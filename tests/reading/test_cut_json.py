"""A JSON file that is cut off or damaged: the complete records before this place are read, and the place is named."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.errors import ReadingError
from graphkit.model import Failure, Report
from graphkit.reading import Found, read_paths
from graphkit.reading.json_files import read_json
from tests.reading.test_json_files import ONE, TEXT, TWO, read

CUT = {
    "in a record": '[{A}, {"id": "x", "tex',
    "in a text": '[{A}, {"text": "3月5日，何清',
    "after a record": "[{A}",
    "after a comma": "[{A},",
    "after the array": '{"data": {"list": [{A}]',
    "after an object": '{"data": {"list": [{A}]} ',
    "in lines": '[\n{A},\n{"id": "x",\n',
    "in an object": '{"code": 0, "data": {"total": 9, "list": [{A}, {"text": "3月',
    "in an array of arrays": '{"pages": [{"page": 1, "list": [{A}, {"text": "3月',
    "in a list in a record": '[{A}, {"id": "x", "content": "甲", "images": [{"a": 1}, {"b"',
    "in an object in a record": '[{A}, {"id": "x", "meta": {"a": {"b": 1}, "c"',
    "in an escape": '[{A}, {"text": "a\\',
    "in a name of a field": '[{A}, {"',
    "wrapped records": '[{"_id": 1, "data": {A}}, {"_id": 2, "data": {"te',
    "damaged": '[{A}, {"text": }, {B}]',
    "a missing comma": "[{A} {B}]",
    "quotation marks": '[{A}, {"text": "他说"好"。"}, {B}]',
}


@pytest.mark.parametrize("name", ["r.json", "r.jsonl"])
@pytest.mark.parametrize("kind", CUT)
def test_the_complete_records_of_a_cut_array_are_read(tmp_path: Path, kind: str, name: str) -> None:
    data = CUT[kind].replace("{A}", json.dumps(ONE, ensure_ascii=False)).replace("{B}", json.dumps(TWO))
    report, failure = read(tmp_path, data, name)
    assert isinstance(report, Report)
    assert (report.id, report.text) == ("a", TEXT)
    assert isinstance(failure, Failure)
    assert re.match(rf"{re.escape(str(tmp_path / name))}:\d$", failure.source)
    assert "1 report before this place is read" in failure.reason
    assert name == "r.jsonl" or ("cut off" in failure.reason) == (
        kind not in ("damaged", "a missing comma", "quotation marks")
    )


def test_an_array_that_is_cut_within_a_character_is_read(tmp_path: Path) -> None:
    data = json.dumps([ONE, TWO], ensure_ascii=False).encode()
    (tmp_path / "r.json").write_bytes(data[: data.rindex("周".encode()) + 1])
    report, failure = read_paths([tmp_path / "r.json"])
    assert isinstance(report, Report)
    assert isinstance(failure, Failure)
    assert "cut off" in failure.reason


@given(st.integers(0, 300))
def test_the_records_before_any_cut_are_those_of_the_whole_file(size: int) -> None:
    whole = json.dumps({"data": [{"id": f"r{n}", "text": f"{n}{TEXT}"} for n in range(4)]}, ensure_ascii=False)
    expected = list(read_json(whole.encode(), "r.json", "r"))
    cut_off = whole[: size % len(whole)]
    found = [one for one in _until_error(cut_off) if isinstance(one, Report)]
    assert [(r.id, r.text) for r in found] == [(r.id, r.text) for r in expected[: len(found)] if isinstance(r, Report)]
    assert len(found) == cut_off.count("}")


def _until_error(text: str) -> Iterator[Found]:
    try:
        yield from read_json(text.encode(), "r.json", "r")
    except ReadingError:
        return
