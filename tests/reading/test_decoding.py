from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.errors import ReadingError
from graphkit.reading.decoding import MAX_CHARACTERS, check_length, decode

TEXT = "3月2日，市委书记林知远到石渡县调研。𬭎"


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode("utf-8"),
        codecs.BOM_UTF8 + TEXT.encode("utf-8"),
        codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.encode("gb18030"),
    ],
    ids=["utf-8", "utf-8 with BOM", "utf-16-le", "utf-16-be", "gb18030"],
)
def test_every_encoding_is_decoded_to_the_same_text(data: bytes) -> None:
    assert decode(data, "f") == TEXT


def test_an_undecodable_byte_is_reported_with_its_offset() -> None:
    data = "市委书记".encode() + b"\xff\xff" + "调研".encode()
    with pytest.raises(ReadingError, match=r"f\.txt: byte \d+ is neither UTF-8 \(first wrong byte 12\) nor GB18030"):
        decode(data, "f.txt")


def test_a_truncated_utf16_file_is_an_error() -> None:
    with pytest.raises(ReadingError, match="byte"):
        decode(codecs.BOM_UTF16_LE + "市委".encode("utf-16-le") + b"\x00", "f")


@pytest.mark.parametrize(
    ("data", "words"), [(b"", "empty"), (b" \n\t ", "no text"), (b"\x89PNG\r\n\x1a\n\x00\x00", "byte")]
)
def test_empty_and_binary_files_are_errors(data: bytes, words: str) -> None:
    with pytest.raises(ReadingError, match=words):
        decode(data, "f")


def test_private_use_characters_are_rejected_as_mojibake() -> None:
    with pytest.raises(ReadingError, match=r"byte 3 is U\+E000"):
        decode("市\ue000".encode(), "f")


def test_reports_over_the_maximum_length_are_rejected() -> None:
    with pytest.raises(ReadingError, match="at most"):
        check_length("市" * (MAX_CHARACTERS + 1), "f")


@given(st.binary(max_size=400))
def test_decoding_gives_clean_text_or_an_error(data: bytes) -> None:
    try:
        text = decode(data, "f")
    except ReadingError:
        return
    assert "\ufffd" not in text
    assert "\r" not in text


@given(st.text(st.characters(categories=["L", "N", "P"]), min_size=1).filter(lambda t: not t.startswith("\ufeff")))
def test_utf8_text_is_decoded_unchanged(text: str) -> None:
    assert decode(text.encode(), "f") == text
