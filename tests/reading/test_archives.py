"""Each member of an archive is read or listed with a reason; an archive is opened once."""

from __future__ import annotations

import io
import struct
import time
import zipfile
from pathlib import Path

import pytest

from graphkit.model import Failure, Ignored, NoReport, NotRead, Report
from graphkit.reading import archives, cut, read_paths, read_piece

TEXT = "市委书记林知远到石渡县调研。"


def pack(path: Path, members: dict[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def overlapping(path: Path, number: int, payload: bytes) -> Path:
    """An archive whose directory lists one member many times."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", payload)
    data = out.getvalue()
    end = data.rindex(b"PK\x05\x06")
    (size, start) = struct.unpack("<II", data[end + 12 : end + 20])
    entry = data[start : start + size]
    tail = data[end : end + 8] + struct.pack("<HHII", number, number, size * number, start) + b"\0\0"
    path.write_bytes(data[:start] + entry * number + tail)
    return path


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a.pages", "save it as .docx"),
        ("in/b.zip", "archive inside an archive"),
        ("c.ZIP", "archive inside an archive"),
        ("d.rar", "unpack it"),
        ("e.png", "an image"),
        ("f", "add the ending"),
        ("g.tar.gz", "archive inside an archive"),
        ("h.tgz", "archive inside an archive"),
        ("i.rar.gz", "unpack it first"),
    ],
)
def test_members_of_unknown_type_are_listed(tmp_path: Path, name: str, words: str) -> None:
    path = pack(tmp_path / "r.zip", {"good.txt": TEXT, name: b"x"})
    found = list(read_paths([path]))
    assert [r.id for r in found if isinstance(r, Report)] == ["good"]
    (one,) = [f for f in found if isinstance(f, NotRead)]
    assert one.source == f"{path}!{name}"
    assert words in one.reason


@pytest.mark.parametrize("name", ["__MACOSX/._a.txt", ".DS_Store", "x/Thumbs.db", "~$a.docx", ".git/a.txt"])
def test_system_files_in_archives_are_ignored(tmp_path: Path, name: str) -> None:
    found = list(read_paths([pack(tmp_path / "r.zip", {name: b"x", "good.txt": TEXT})]))
    assert {type(f) for f in found} == {Ignored, Report}


@pytest.mark.parametrize("members", [{}, {"folder/": b""}])
def test_an_archive_without_files_is_listed(tmp_path: Path, members: dict[str, bytes | str]) -> None:
    (found,) = read_paths([pack(tmp_path / "r.zip", members)])
    assert isinstance(found, NoReport)


def test_members_that_cannot_be_unpacked_are_listed(tmp_path: Path) -> None:
    path = pack(tmp_path / "r.zip", {"bad.txt": TEXT * 50, "good.txt": TEXT, "locked.txt": TEXT, "odd.txt": TEXT})
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        at = {i.filename: i.header_offset for i in archive.infolist()}
    for name, place in (("locked.txt", 6), ("odd.txt", 8)):
        directory = data.rindex(name.encode())
        for offset, value in (
            (at[name] + place, 1 if place == 6 else 97),
            (directory - 46 + place + 2, 1 if place == 6 else 97),
        ):
            data[offset] = value
    body = at["bad.txt"] + 30 + len("bad.txt")
    data[body + 5] ^= 0xFF
    path.write_bytes(bytes(data))
    found = list(read_paths([path]))
    assert [r.id for r in found if isinstance(r, Report)] == ["good"]
    reasons = {f.source.rpartition("!")[2]: f.reason for f in found if isinstance(f, Failure)}
    assert set(reasons) == {"bad.txt", "locked.txt", "odd.txt"}
    assert "damaged" in reasons["bad.txt"]
    assert "encrypted" in reasons["locked.txt"]
    assert "cannot be unpacked" in reasons["odd.txt"]


@pytest.mark.parametrize(("number", "size"), [(2, 10), (100, 50_000), (1000, 900_000), (20_000, 100), (3, 3_000_000)])
def test_overlapping_members_are_rejected_immediately(tmp_path: Path, number: int, size: int) -> None:
    path = overlapping(tmp_path / "r.zip", number, b"a" * size)
    started = time.process_time()
    (failure,) = read_paths([path])
    assert time.process_time() - started < 3
    assert isinstance(failure, Failure)
    assert "overlap" in failure.reason


def test_an_archive_with_too_many_members_or_bytes_is_rejected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = pack(tmp_path / "r.zip", {f"{n}.txt": TEXT for n in range(12)})
    monkeypatch.setattr(archives, "MAX_MEMBERS", 11)
    (failure,) = read_paths([path])
    assert isinstance(failure, Failure)
    assert "at most 11" in failure.reason
    monkeypatch.setattr(archives, "MAX_MEMBERS", 12)
    monkeypatch.setattr(archives, "MAX_ARCHIVE", 100)
    (failure,) = read_paths([path])
    assert isinstance(failure, Failure)
    assert "at most 100 are read" in failure.reason


def test_an_archive_is_opened_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = pack(tmp_path / "r.zip", {f"{n:05d}.txt": TEXT for n in range(3000)})
    opened: list[object] = []
    original = zipfile.ZipFile.__init__

    def count(self: zipfile.ZipFile, *args: object, **options: object) -> None:
        opened.append(args)
        original(self, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(zipfile.ZipFile, "__init__", count)
    parts = list(cut([path]))
    assert sum(map(len, parts)) > 3
    found = [item for part in parts for piece in part for item in read_piece(piece)]
    assert [r.id for r in found if isinstance(r, Report)] == [f"{n:05d}" for n in range(3000)]
    assert len(opened) == 1


def test_an_archive_that_changes_is_opened_again(tmp_path: Path) -> None:
    path = pack(tmp_path / "r.zip", {"a.txt": TEXT})
    assert archives.member_count(path) == 1
    archives.open_archive(path)
    pack(path, {"b.txt": TEXT, "c.txt": TEXT})
    assert [i.filename for i in archives.open_archive(path).members] == ["b.txt", "c.txt"]
    archives.close_archive()
