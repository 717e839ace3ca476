"""Invalid input is reported with file and position, and other reports are not affected."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from graphkit.model import Failure, NoReport, Report
from graphkit.reading import read_input, read_paths

GOOD = "石渡县召开会议。"


def failures(path: Path) -> list[Failure]:
    return [f for f in read_paths([path]) if isinstance(f, Failure)]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("empty.txt", b"", "empty"),
        ("binary.txt", bytes(range(256)), "byte"),
        ("half.docx", b"PK\x03\x04" + b"x" * 100, "not a whole .docx"),
        ("old.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 100, "old-format"),
        ("broken.pdf", b"%PDF-1.4\n1 0 obj", "PDF"),
        ("no.zip", b"PK\x03\x04 broken", "not a whole .zip"),
        ("empty.jsonl", b"", "empty"),
        ("empty.csv", b"", "empty"),
    ],
)
def test_an_unreadable_file_is_a_failure_with_its_name(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(data)
    (failure,) = failures(tmp_path / name)
    assert failure.source == str(tmp_path / name)
    assert words in failure.reason


def test_a_text_of_one_very_long_line_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_bytes(b"a" * 50_000_000)
    (failure,) = failures(tmp_path / "long.txt")
    assert "50,000,000 characters" in failure.reason


def test_a_very_long_jsonl_line_does_not_affect_other_lines(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    with path.open("wb") as file:
        file.write(b'{"id": "a", "text": "' + b"a" * 50_000_000 + b'"}\n')
        file.write(f'{{"id": "b", "text": "{GOOD}"}}\n'.encode())
    found = list(read_paths([path]))
    assert [f.source for f in found if isinstance(f, Failure)] == [f"{path}:1"]
    assert [r.id for r in found if isinstance(r, Report)] == ["b"]


def test_invalid_jsonl_lines_are_reported_and_the_others_are_read(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    lines = [
        f'{{"id": "a", "text": "{GOOD}"}}',
        "{broken",
        "[1]",
        '{"id": "c"}',
        '{"id": "d", "text": 3}',
        '{"id": "e", "text": ""}',
        f'{{"id": "f", "text": "{GOOD}"}}',
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    found = list(read_paths([path]))
    assert [r.id for r in found if isinstance(r, Report)] == ["a", "f"]
    assert [f.source.rsplit(":", 1)[1] for f in found if isinstance(f, Failure)] == ["2", "3", "4", "5"]
    assert [n.source for n in found if isinstance(n, NoReport)] == [f"{path}:6"]


def test_malformed_html_is_read_or_rejected(tmp_path: Path) -> None:
    (tmp_path / "p.html").write_text("<html><body><p>石渡县<div></p></table><<<", encoding="utf-8")
    (found,) = read_paths([tmp_path / "p.html"])
    assert isinstance(found, NoReport)


def test_an_encrypted_pdf_is_reported_as_encrypted(tmp_path: Path) -> None:
    import pypdf

    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(tmp_path / "p.pdf")
    (failure,) = failures(tmp_path / "p.pdf")
    assert "encrypted" in failure.reason


def test_a_member_with_a_path_outside_the_archive_is_not_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "r.zip", "w") as archive:
        archive.writestr("../evil.txt", GOOD)
        archive.writestr("/abs.txt", GOOD)
        archive.writestr("good.txt", GOOD)
    found = list(read_paths([tmp_path / "r.zip"]))
    assert [r.id for r in found if isinstance(r, Report)] == ["good"]
    assert len([f for f in found if isinstance(f, Failure) and "out of the archive" in f.reason]) == 2
    assert not (tmp_path.parent / "evil.txt").exists()


def test_a_decompression_bomb_is_rejected_and_other_members_are_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "r.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.txt", b"\0" * 60_000_000)
        archive.writestr("good.txt", GOOD)
    found = list(read_paths([tmp_path / "r.zip"]))
    assert [r.id for r in found if isinstance(r, Report)] == ["good"]
    (failure,) = [f for f in found if isinstance(f, Failure)]
    assert failure.source.endswith("r.zip!bomb.txt")
    assert "bomb" in failure.reason


def test_an_unknown_extension_is_reported(tmp_path: Path) -> None:
    (tmp_path / "r.xyz").write_text(GOOD, encoding="utf-8")
    (failure,) = failures(tmp_path / "r.xyz")
    assert "unknown kind of file .xyz" in failure.reason


def test_a_file_that_disappears_is_a_failure(tmp_path: Path) -> None:
    path = tmp_path / "r.txt"
    path.write_text(GOOD, encoding="utf-8")
    path.unlink()
    (failure,) = read_input(path)
    assert isinstance(failure, Failure)
    assert str(path) in failure.source


@pytest.mark.parametrize(
    ("name", "text"), [("a.txt", "，。、“”\n"), ("b.md", "####\n\n---"), ("c.jsonl", '{"id": "x", "text": "……"}')]
)
def test_a_text_without_words_is_not_a_report(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    (found,) = read_paths([tmp_path / name])
    assert isinstance(found, NoReport)
