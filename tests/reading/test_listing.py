"""Every entry of a folder is read or listed with a reason."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from graphkit.errors import UsageError
from graphkit.model import Failure, Ignored, NoReport, NotRead, Report
from graphkit.reading import list_inputs, printable, read_paths
from graphkit.reading.naming import READABLE
from graphkit.reading.sources import READERS

TEXT = "林知远到石渡县调研\n3月12日，市委书记林知远到石渡县调研。"


def write(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(TEXT, encoding="utf-8")


def not_read(folder: Path) -> dict[str, NotRead]:
    return {os.path.relpath(s.source, folder): s for s in list_inputs([folder]).skipped if isinstance(s, NotRead)}


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("a.pages", "save it as .docx"),
        ("a.FODT", "save it as .docx"),
        ("a.dotm", "save it as .docx"),
        ("a.aspx", "rename it to .html"),
        ("a.webarchive", "save it as .html"),
        ("a.yaml", "save its reports as .jsonl"),
        ("a.rar.gz", "unpack it first"),
        ("a.rar", "pack its files into a .zip"),
        ("a.xlsb", "save it as .xlsx or .csv"),
        ("a.jpg", "an image"),
        ("a.mp4", "a recording"),
        ("a", "add the ending"),
        ("a.xyz", "readable: .atom"),
        ("a.ofd", ".docx or .txt"),
    ],
)
def test_a_file_of_unknown_type_is_listed_with_a_remedy(tmp_path: Path, name: str, remedy: str) -> None:
    write(tmp_path, "good.txt", name)
    (found,) = not_read(tmp_path).values()
    assert found.source == str(tmp_path / name)
    assert found.kind == "unknown type"
    assert "unknown kind of file" in found.reason
    assert remedy in found.reason
    assert list(read_paths([tmp_path / name])) == [found]


def test_the_listed_extensions_are_those_that_are_read() -> None:
    assert tuple(sorted(READERS)) == READABLE


def test_a_folder_without_readable_files_lists_them(tmp_path: Path) -> None:
    write(tmp_path, "a.pages", "sub/b.pages")
    assert sorted(not_read(tmp_path)) == ["a.pages", os.path.join("sub", "b.pages")]
    assert list_inputs([tmp_path]).paths == []


@pytest.mark.parametrize(
    "names",
    [[".DS_Store"], ["Thumbs.db", "desktop.ini"], ["~$a.docx"], [".git/x.txt"], ["__MACOSX/a.txt"], ["._a.txt"]],
)
def test_system_files_are_ignored_and_listed(tmp_path: Path, names: list[str]) -> None:
    write(tmp_path, *names)
    with pytest.raises(UsageError, match="no report in this folder"):
        list_inputs([tmp_path])
    write(tmp_path, "good.txt")
    listing = list_inputs([tmp_path])
    assert listing.paths == [tmp_path / "good.txt"]
    assert [type(s) for s in listing.skipped] == [Ignored] * len(names)


def test_the_folder_of_a_graph_is_not_read(tmp_path: Path) -> None:
    write(tmp_path, "good.txt", "graph/ledger.sqlite", "graph/views/a.txt")
    listing = list_inputs([tmp_path])
    assert listing.paths == [tmp_path / "good.txt"]
    assert [(s.source, s.reason) for s in listing.skipped] == [(str(tmp_path / "graph"), "the folder of a graph")]


def test_links_inside_the_folder_are_read_once(tmp_path: Path) -> None:
    write(tmp_path, "r/sub/a.txt", "r/.store/b.txt")
    (tmp_path / "r" / "link.txt").symlink_to("sub/a.txt")
    (tmp_path / "r" / "annex.txt").symlink_to(".store/b.txt")
    (tmp_path / "r" / "again.txt").symlink_to(".store/b.txt")
    (tmp_path / "r" / "folder").symlink_to("sub")
    (tmp_path / "r" / "sub" / "up").symlink_to("..")
    listing = list_inputs([tmp_path / "r"])
    assert [str(p.relative_to(tmp_path / "r")) for p in listing.paths if isinstance(p, Path)] == [
        "again.txt",
        "sub/a.txt",
    ]
    assert {type(s) for s in listing.skipped} == {Ignored}
    assert {Path(s.source).name for s in listing.skipped} == {"link.txt", "annex.txt", "folder", "up", ".store"}


@pytest.mark.parametrize(
    "target",
    ["../secret.txt", "../private", "..", "{root}/secret.txt", "{root}", "/etc/passwd", "sub/../../secret.txt", "hop"],
)
def test_links_that_leave_the_folder_are_listed_and_not_followed(tmp_path: Path, target: str) -> None:
    write(tmp_path, "r/good.txt", "r/sub/x.txt", "secret.txt", "private/p.txt")
    (tmp_path / "r" / ".hop").symlink_to("../secret.txt")
    (tmp_path / "r" / "link.txt").symlink_to(".hop" if target == "hop" else target.format(root=tmp_path))
    assert "leads outside the folder" in not_read(tmp_path / "r")["link.txt"].reason
    assert [p.name for p in list_inputs([tmp_path / "r"]).paths if isinstance(p, Path)] == ["good.txt", "x.txt"]


def test_a_link_given_by_name_is_read(tmp_path: Path) -> None:
    write(tmp_path, "secret.txt", "private/p.txt")
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "link.txt").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "r" / "folder").symlink_to(tmp_path / "private")
    found = read_paths([tmp_path / "r" / "link.txt", tmp_path / "r" / "folder"])
    assert [r.id for r in found if isinstance(r, Report)] == ["link", "p"]


@pytest.mark.parametrize(
    ("links", "words"),
    [
        ({"a.txt": "nowhere"}, "does not exist"),
        ({"a.txt": "b/c/d"}, "does not exist"),
        ({"a.txt": "good.txt/x"}, "does not exist"),
        ({"a.txt": "a.txt"}, "back to itself"),
        ({"a.txt": "b.txt", "b.txt": "a.txt"}, "back to itself"),
        ({"a.txt": "b", "b": "c", "c": "./b"}, "back to itself"),
        ({"a.txt": "/no/such/place"}, "does not exist"),
    ],
)
def test_broken_and_circular_links_are_listed(tmp_path: Path, links: dict[str, str], words: str) -> None:
    write(tmp_path, "good.txt")
    for name, target in links.items():
        (tmp_path / name).symlink_to(target)
    found = not_read(tmp_path)
    assert set(found) == set(links)
    assert found["a.txt"].kind == "link"
    assert words in found["a.txt"].reason
    (by_name,) = read_paths([tmp_path / "a.txt"])
    assert by_name == found["a.txt"]
    by_glob = [f for f in read_paths([str(tmp_path / "*.txt")]) if isinstance(f, NotRead)]
    assert found["a.txt"] in by_glob


def test_special_files_are_listed_and_not_opened(tmp_path: Path) -> None:
    write(tmp_path, "good.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "pipe-link.txt").symlink_to("pipe.txt")
    with socket.socket(socket.AF_UNIX) as listener:
        here = Path.cwd()
        os.chdir(tmp_path)  # The path of a socket has at most 107 bytes.
        try:
            listener.bind("s.txt")
        finally:
            os.chdir(here)
        found = not_read(tmp_path)
    assert {name: f.kind for name, f in found.items()} == dict.fromkeys(
        ("pipe.txt", "pipe-link.txt", "s.txt"), "special file"
    )
    assert "a FIFO" in found["pipe.txt"].reason
    assert "a socket" in found["s.txt"].reason
    for path in (tmp_path / "pipe.txt", Path("/dev/null")):
        (one,) = read_paths([path])
        assert isinstance(one, NotRead)


def test_a_folder_that_cannot_be_opened_is_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "good.txt", "closed/a.txt", "closed/deeper/b.txt")
    scandir = os.scandir

    def refuse(path: Path) -> object:
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    (found,) = not_read(tmp_path).values()
    assert (found.source, found.kind) == (str(tmp_path / "closed"), "unreadable folder")
    assert "Permission denied" in found.reason


def test_a_file_without_permission_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "a.txt")

    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert list(read_paths([tmp_path])) == [Failure(str(tmp_path / "a.txt"), "cannot be read: Permission denied")]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a\nb.txt", "a\\nb"),
        ("a\x1b[31mb.txt", "a\\x1b[31mb"),
        ("a\u202eb.txt", "a\\u202eb"),
        ("a\tb.txt", "a\\tb"),
        ("a\u2028b.txt", "a\\u2028b"),
        (os.fsdecode(b"\xce\xf7.txt"), "\\xce\\xf7"),
    ],
)
def test_unprintable_file_names_are_escaped(tmp_path: Path, name: str, shown: str) -> None:
    write(tmp_path, name)
    (report,) = read_paths([tmp_path])
    assert isinstance(report, Report)
    assert (report.id, report.source) == (shown, str(tmp_path / f"{shown}.txt"))
    assert printable("石渡县 01.txt") == "石渡县 01.txt"


@pytest.mark.parametrize("argument", ["", "no/such", "no*match", "x" * 5000, "a\0b"])
def test_an_input_path_without_files_is_a_usage_error(argument: str) -> None:
    with pytest.raises(UsageError):
        list_inputs([argument])


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", b"text\n"),
        ("a.csv", b"id,text\n\n,\n"),
        ("a.csv", b""),
        ("a.csv", b"\xef\xbb\xbf"),
        ("a.csv", b"\n\n"),
        ("a.jsonl", b"\n \n\n"),
        ("a.jsonl", b"\xef\xbb\xbf"),
        ("a.jsonl", b"\n" * 400_000),
        ("a.txt", b"\xef\xbb\xbf\n\n"),
        ("a.txt", b"\xff\xfe"),
        ("a.md", b"\n \n"),
        ("a.md", "# 目录\n## 一\n## 二\n".encode()),
        ("a.html", b"\xef\xbb\xbf"),
        ("a.html", b"<html></html>"),
        ("a.zip", b"PK\x05\x06" + bytes(18)),
        ("a.docx", b""),
        ("a.pdf", b""),
    ],
)
def test_a_file_without_content_is_listed(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    found = list(read_paths([tmp_path]))
    assert found
    assert all(isinstance(f, (Failure, NoReport)) for f in found)
