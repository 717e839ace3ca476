"""Batches together contain all inputs, whichever process reads them."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphkit.model import Failure, Report
from graphkit.reading import Found, cut, list_paths, read_input, read_piece
from tests.reading.strategies import report_texts

sizes = pytest.mark.parametrize("size", [1, 300, 5000])


def in_parts(folder: Path) -> list[Found]:
    return [found for part in cut(list_paths([folder])) for piece in part for found in read_piece(piece)]


def whole(folder: Path) -> list[Found]:
    return [found for path in list_paths([folder]) for found in read_input(path)]


@st.composite
def jsonl(draw: st.DrawFn) -> bytes:
    """Records, blank lines, broken lines, lines without an end, with and without a byte order mark."""
    lines = []
    for n in range(draw(st.integers(0, 12))):
        kind = draw(st.sampled_from(("record", "record", "record", "blank", "broken", "no text")))
        if kind == "record":
            record = {"id": draw(st.sampled_from((f"r{n}", ""))), "text": draw(report_texts())}
            lines.append(json.dumps(record, ensure_ascii=draw(st.booleans())).encode())
        else:
            lines.append({"blank": b"  ", "broken": b'{"text": "\xff', "no text": b'{"id": 3}'}[kind])
    ends = draw(st.sampled_from((b"\n", b"\r\n")))
    return draw(st.sampled_from((b"", b"\xef\xbb\xbf"))) + ends.join(lines) + draw(st.sampled_from((b"", ends)))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=jsonl(), size=st.sampled_from((1, 50, 400)))
def test_line_ranges_cover_the_whole_file(tmp_path_factory: pytest.TempPathFactory, data: bytes, size: int) -> None:
    folder = tmp_path_factory.mktemp("lines")
    (folder / "r.jsonl").write_bytes(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("graphkit.reading.parts.PART_BYTES", size)
        found = in_parts(folder)
    complete = whole(folder)
    # Only a file that is read as a whole can be reported as empty.
    assert [f for f in found if not isinstance(f, Failure) or "empty" not in f.reason] == [
        f for f in complete if not isinstance(f, Failure) or "empty" not in f.reason
    ]


@sizes
def test_folders_archives_and_tables_are_divided_into_batches(
    tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(30):
        (tmp_path / f"{n:02}.txt").write_text(f"石渡县召开第{n}次会议。" * 9, encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        for n in range(40):
            archive.writestr(f"{n:02}.txt", f"青石镇召开第{n}次会议。" * 9)
    (tmp_path / "t.csv").write_text(
        "id,text\n" + "".join(f'c{n},"石渡县\n召开会议。"\n' for n in range(130)), encoding="utf-8"
    )
    (tmp_path / "bad.zip").write_bytes(b"PK no archive")
    monkeypatch.setattr("graphkit.reading.parts.PART_BYTES", size)
    found = in_parts(tmp_path)
    assert found == whole(tmp_path)
    assert sum(isinstance(f, Report) for f in found) == 200


def test_every_file_has_exactly_one_last_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphkit.reading.parts.PART_BYTES", 100)
    (tmp_path / "a.jsonl").write_text('{"text": "石渡县召开会议。"}\n' * 20, encoding="utf-8")
    (tmp_path / "b.csv").write_text("text\n" + "石渡县召开会议。\n" * 100, encoding="utf-8")
    (tmp_path / "c.txt").write_text("石渡县召开会议。", encoding="utf-8")
    pieces = [piece for part in cut(list_paths([tmp_path])) for piece in part]
    assert len(pieces) > 6
    assert sorted(Path(p.path).name for p in pieces if p.last) == ["a.jsonl", "b.csv", "c.txt"]


def test_a_file_changed_after_it_was_divided_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphkit.reading.parts.PART_BYTES", 100)
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "石渡县召开会议。"}\n' * 20, encoding="utf-8")
    pieces = [piece for part in cut([path]) for piece in part]
    path.write_text('{"text": "石渡县召开会议。"}\n' * 19, encoding="utf-8")
    (failure,) = read_piece(pieces[2])
    assert failure == Failure(str(path), "the file was changed while it was being read; read it again")
    path.unlink()
    (failure,) = read_piece(pieces[2])
    assert isinstance(failure, Failure)
    assert "cannot be read" in failure.reason


@settings(max_examples=40, deadline=None)
@given(text=report_texts())
def test_every_span_is_inside_its_text(text: str) -> None:
    import graphkit

    reading = graphkit.extract(text, id="h")
    for statement in reading.statements:
        assert reading.report.text[statement.start : statement.end].strip()
    words = [(w.start, w.end) for w in reading.words]
    assert words == sorted(words)
    assert all(0 <= a < b <= len(reading.report.text) for a, b in words)
