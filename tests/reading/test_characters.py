"""Glyphs of icon fonts, lost characters, ends of DOS files, and mojibake in texts, pages and records."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.errors import ReadingError
from graphkit.model import Failure, Report
from graphkit.reading import read_paths
from graphkit.reading.characters import tidy
from graphkit.reading.decoding import decode_leniently
from graphkit.reading.mojibake import check_mojibake

TEXT = "石渡县委书记何清嘉到云雾镇调研\n4月5日，县委书记何清嘉到云雾镇调研春耕生产。她强调，要推动高质量发展。"
PAGE = (
    "<html><head><title>何清嘉到青禾产业园调研</title></head><body><h1>何清嘉到青禾产业园调研</h1>{}<div><p>4月5日，县委书记何清嘉到"
    "青禾产业园调研项目建设。她强调，要优化营商环境，加快施工进度，推动高质量发展。{}</p></div></body></html>"
)


def read(path: Path, data: bytes) -> Report | Failure:
    path.write_bytes(data)
    (found,) = read_paths([path])
    assert isinstance(found, (Report, Failure))
    return found


@pytest.mark.parametrize("name", ["02-iconfont.html", "02-entity-pua.html", "02-replacement-outside.html"])
def test_pages_with_icons_are_read_as_without_them(shared: Path, name: str) -> None:
    folder = shared / "cases" / "reading"
    report, expected = read_paths([folder / name, folder / "02-ok.html"])
    assert isinstance(report, Report)
    assert isinstance(expected, Report)
    assert (report.text, report.title, report.note) == (expected.text, expected.title, "")


@pytest.mark.parametrize("name", ["27-gbk-a3a0.txt", "27-gbk-cuttail.txt", "35-ctrl-z.txt"])
def test_damaged_text_files_are_read(shared: Path, name: str) -> None:
    (report,) = read_paths([shared / "cases" / "reading" / name])
    assert isinstance(report, Report)
    assert report.text.strip().endswith("推动高质量发展。")
    assert ("could not be read" in report.note) == ("cuttail" in name)


def test_the_mojibake_of_users_is_named(shared: Path) -> None:
    (failure,) = read_paths([shared / "cases" / "reading" / "28-mojibake-utf8-as-gbk.txt"])
    assert isinstance(failure, Failure)
    assert "UTF-8 text that was read as GB18030" in failure.reason


@pytest.mark.parametrize("icon", ["\ue62c", "&#xe62c;", "&#xF0C9;", "&#58924;", " \ue600 \ue601 ", "\U000f0001"])
def test_icons_of_a_page_are_omitted(tmp_path: Path, icon: str) -> None:
    report = read(tmp_path / "p.html", PAGE.format(f"<i class=icon>{icon}</i>", f"<i>{icon}</i>").encode())
    assert isinstance(report, Report)
    assert report.text.endswith("推动高质量发展。")
    assert report.note == ""


@pytest.mark.parametrize("tail", [b"\x1a", b"\x00" * 9, b"\r\n\x1a", b"\x1a\x1a\x00\n", b"\n\x00 \x1a"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-8-sig"])
def test_the_end_of_a_dos_file_is_omitted(tmp_path: Path, encoding: str, tail: bytes) -> None:
    report = read(tmp_path / "r.txt", TEXT.encode(encoding) + tail)
    assert isinstance(report, Report)
    assert (report.text, report.note) == (TEXT, "")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (TEXT.encode("gb18030") + b"\xcd", TEXT),
        (TEXT.encode() + b"\xe5\xb9", TEXT),
        (TEXT.encode("utf-16") + b"\x00", TEXT),
        (TEXT.encode().replace("春".encode(), b"\xff"), TEXT.replace("春", "\ufffd")),
        (TEXT.encode("gb18030").replace("春".encode("gb18030"), b"\xff"), TEXT.replace("春", "\ufffd")),
        (TEXT.replace("春", "\ufffd").encode(), TEXT.replace("春", "\ufffd")),
    ],
)
def test_a_few_invalid_bytes_are_counted(tmp_path: Path, data: bytes, text: str) -> None:
    report = read(tmp_path / "r.txt", data)
    assert isinstance(report, Report), report
    assert report.text == text
    assert report.note.startswith("1 character could not be read")


def test_a_private_use_character_in_a_name_is_not_removed() -> None:
    assert tidy("县长林\ue123远到石渡县调研。", "f").text == "县长林\ufffd远到石渡县调研。"
    tidied = tidy("\ue123 县长林知远，\ue124到石渡县调研。", "f")
    assert tidied.text == " 县长林知远，到石渡县调研。"
    assert tidied.note == "2 private-use characters were removed, the first at character 0 (U+E123)"


@pytest.mark.parametrize(
    ("data", "char"),
    [
        (b"\xa3\xa0", "\u3000"),
        (b"\xfe\x59", "\u9fb4"),
        (b"\xfe\x51", "\U00020087"),
        (b"\xa8\xbc", "ḿ"),
        (b"\xa6\xd9", "︐"),
    ],
)
def test_newer_characters_of_gb18030_are_decoded(data: bytes, char: str) -> None:
    assert decode_leniently("林".encode("gb18030") + data, "f") == f"林{char}"


WRONG: dict[str, Callable[[str], str]] = {
    "UTF-8 text that was read as GB18030": lambda t: t.encode().decode("gb18030", "replace"),
    "GB18030 text that was read as Windows-1252": lambda t: t.encode("gb18030").decode("latin-1"),
    "UTF-8 text that was read as Windows-1252": lambda t: t.encode().decode("latin-1"),
    "read as Windows-1252 and then UTF-8 text": lambda t: t.encode().decode("latin-1").encode().decode("latin-1"),
    "in a wrong encoding, probably GB18030 as UTF-8": lambda t: t.encode("gb18030").decode("utf-8", "replace"),
}
SENTENCES = st.lists(
    st.sampled_from(
        ["县委书记何清嘉到云雾镇调研", "她强调要推动高质量发展", "会议要求优化营商环境", "青禾产业园建成投产"]
    ),
    min_size=1,
    max_size=6,
).map("，".join)


@pytest.mark.parametrize("words", WRONG)
@given(text=SENTENCES)
def test_mojibake_is_named(words: str, text: str) -> None:
    with pytest.raises(ReadingError) as raised:
        check_mojibake(WRONG[words](text), "f")
    assert words in str(raised.value)
    check_mojibake(text, "f")


@pytest.mark.parametrize("ending", [".txt", ".md", ".jsonl", ".html"])
def test_mojibake_is_rejected_in_every_format(tmp_path: Path, ending: str) -> None:
    text = TEXT.encode().decode("gb18030", "replace")
    page = PAGE.format("", "").encode().decode("gb18030", "replace").replace("?/", "</")
    words = {".jsonl": json.dumps({"text": text}), ".html": page}.get(ending, text)
    failure = read(tmp_path / f"r{ending}", words.encode())
    assert isinstance(failure, Failure)
    assert "mojibake" in failure.reason


@pytest.mark.parametrize(
    "text",
    [
        "联通",
        "赵翊䶮、𬭎、㐂、朱镕基、喆堃赟翀",
        "Café Müller straße ÀÁÂÃ",
        "東京都、きょう。",
        "艾尔肯·吐尼亚孜",
        "臺灣體育學會，縣長蘇貞",
    ],
)
def test_rare_characters_are_not_mojibake(text: str) -> None:
    check_mojibake(text, "f")
    check_mojibake(text * 5, "f")
