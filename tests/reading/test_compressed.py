"""Files that are compressed with gzip are read as those in them; bombs and damaged files are failures."""

from __future__ import annotations

import gzip
import json
import zipfile
from pathlib import Path

import pytest

import graphkit
from graphkit.model import Failure, NotRead, Report
from graphkit.reading import cut, list_inputs, read_paths, read_piece

TEXT = "4月5日，石渡县委书记何清嘉到云雾镇调研。"
PAGE = f"<html><head><title>何清嘉调研</title></head><body><h1>何清嘉调研</h1><p>{TEXT * 6}</p></body></html>"
FILES = {
    "r.txt": TEXT,
    "r.md": TEXT,
    "r.html": PAGE,
    "r.csv": f"id,正文\nr,{TEXT}\n",
    "r.json": json.dumps([{"id": "r", "text": TEXT}]),
    "r.jsonl": json.dumps({"id": "r", "text": TEXT}) + "\n",
    "r.ndjson": json.dumps({"id": "r", "text": TEXT}, indent=1),
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("ending", [".gz", ".GZ"])
def test_a_compressed_file_is_read_as_the_file_in_it(tmp_path: Path, name: str, ending: str) -> None:
    (tmp_path / name).write_text(FILES[name], encoding="utf-8")
    (tmp_path / f"{name}{ending}").write_bytes(gzip.compress(FILES[name].encode()))
    (plain,) = read_paths([tmp_path / name])
    (packed,) = read_paths([tmp_path / f"{name}{ending}"])
    assert isinstance(plain, Report)
    assert isinstance(packed, Report)
    assert (packed.id, packed.fingerprint) == (plain.id, plain.fingerprint)
    assert packed.source == plain.source.replace(name, f"{name}{ending}")


def test_the_case_is_read(shared: Path) -> None:
    path = shared / "cases" / "reading" / "40-skip" / "19-x.jsonl.gz"
    if not path.exists():
        pytest.skip(f"there is no {path}")
    (report,) = read_paths([path])
    assert isinstance(report, Report)


def test_a_compressed_file_in_a_folder_and_in_an_archive_is_read(tmp_path: Path) -> None:
    data = gzip.compress(FILES["r.jsonl"].encode())
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "r.jsonl.gz").write_bytes(data)
    with zipfile.ZipFile(tmp_path / "in" / "r.zip", "w") as archive:
        archive.writestr("x.jsonl.gz", data)
        archive.writestr("x.zip.gz", data)
    found = list(read_paths([tmp_path / "in"]))
    assert [type(f) for f in found] == [Report, Report, NotRead]


@pytest.mark.parametrize("name", ["a.gz", "a.rar.gz", "a.zip.gz", "a.xyz.gz"])
def test_other_compressed_files_are_listed(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(gzip.compress(b"x"))
    (found,) = read_paths([tmp_path / name])
    assert isinstance(found, NotRead)
    assert "unpack it first" in found.reason
    assert [type(f) for f in list_inputs([tmp_path]).skipped] == [NotRead]


@pytest.mark.parametrize("name", ["r.txt.gz", "r.jsonl.gz", "r.json.gz", "r.csv.gz", "r.html.gz"])
def test_a_bomb_is_rejected(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(gzip.compress(b" " * 30_000_000))
    (failure,) = read_paths([tmp_path / name])
    assert isinstance(failure, Failure)
    assert failure.source == str(tmp_path / name)
    assert "refused as a bomb" in failure.reason


@pytest.mark.parametrize("name", ["r.txt.gz", "r.json.gz", "r.csv.gz", "r.jsonl.gz"])
@pytest.mark.parametrize(
    "data",
    [b"", b"not compressed", gzip.compress(TEXT.encode() * 50)[:-12], b"\x1f\x8b\x08\x00"],
    ids=["empty", "not compressed", "cut off", "only the beginning"],
)
def test_a_damaged_file_is_a_failure(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    failure = list(read_paths([tmp_path / name]))[-1]
    assert isinstance(failure, Failure)
    assert str(tmp_path / name) in failure.source
    assert "damaged" in failure.reason or "empty" in failure.reason


def test_the_reports_before_the_damage_are_read(tmp_path: Path) -> None:
    lines = "".join(json.dumps({"id": f"r{n}", "text": f"{n * n * n}{TEXT}"}) + "\n" for n in range(5000))
    data = gzip.compress(lines.encode())
    (tmp_path / "r.jsonl.gz").write_bytes(data[: len(data) // 2])
    *reports, failure = read_paths([tmp_path / "r.jsonl.gz"])
    assert isinstance(failure, Failure)
    assert "damaged after" in failure.reason
    assert len(reports) > 1000
    assert all(isinstance(r, Report) for r in reports)


def test_compressed_lines_are_read_the_same_with_any_number_of_workers(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl.gz"
    lines = "".join(json.dumps({"id": f"r{n}", "text": f"{n}{TEXT}"}) + "\n" for n in range(200))
    path.write_bytes(gzip.compress(lines.encode()))
    parts = [found for part in cut([path]) for piece in part for found in read_piece(piece)]
    assert parts == list(read_paths([path]))
    with graphkit.open(tmp_path / "g", create=True) as graph:
        assert graph.build(path, workers=2).added == 200
