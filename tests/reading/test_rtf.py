"""An .rtf file is read as Word displays it."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.errors import ReadingError
from graphkit.model import NoReport, Report
from graphkit.reading.rtf import read_rtf

HEAD = r"{\rtf1\ansi\ansicpg936\deff0{\fonttbl{\f0\fnil\fcharset134 \'cb\'ce\'cc\'e5;}{\f1 Times;}{\f2\fcharset238 Arial CE;}}"


def lines(body: str, head: str = HEAD) -> list[str]:
    (report,) = read_rtf(f"{head}{body}}}".encode("gb18030"), "r.rtf", "r")
    assert isinstance(report, Report), report
    return report.text.split("\n")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (r"\f0 \'ca\'af\'b6\'c9\'cf\'d8\par \'ce\'af", ["石渡县", "委"]),
        ("石渡县\\par 委", ["石渡县", "委"]),
        (r"\u30707?\u28193?\par{\uc2\u21439 ab}x", ["石渡", "县x"]),
        (r"\u-26357?", [chr(0x10000 - 26357)]),
        (r"a\u-10179?\u-8704?", ["a😀"]),
        (r"a{\deleted b}{\v c}d\v e\v0 f", ["adf"]),
        (r"a{\v b\plain c}d", ["acd"]),
        (r"a{\footnote \chftn n1}{\footnote n2\par n3}b\par c", ["ab", "c", "n1", "n2", "n3"]),
        (r"{\pntext \'d2\'bb\'a1\'a2\tab}a\par", ["一、\ta"]),
        (r"{\*\pn\pnlvlbody{\pntxta .}}a", ["a"]),
        (r"{\field{\*\fldinst HYPERLINK x}{\fldrslt a}}b", ["ab"]),
        (r"{\info{\title x}{\author y}}{\header h}{\footerf f}{\stylesheet{\s1 Normal;}}{\*\unknown z}a", ["a"]),
        (r"{\pict\wmetafile8 0102ab}a{\object{\*\objdata 01}{\result r}}", ["a"]),
        (r"{\shp{\*\shpinst{\sp{\sn x}{\sv 1}}{\shptxt box\par}}}a", ["box", "a"]),
        (r"\trowd\cellx1 a\cell b\cell\row c", ["a\tb", "c"]),
        (r"a\{b\}\\c\~d\_e\-f", ["a{b}\\c\xa0d-ef"]),
        (r"a\line b\emdash\ldblquote c\rdblquote", ["a", "b—“c”"]),
        (r"{\f2\'e8}", ["č"]),
        (r"{\*\annotation note}a{\*\bkmkstart x}b", ["ab"]),
    ],
)  # fmt: skip
def test_the_text_is_read_as_word_displays_it(body: str, expected: list[str]) -> None:
    assert lines(body) == expected


def test_binary_data_is_skipped() -> None:
    (report,) = read_rtf(b"{\\rtf1 a{\\pict\\bin5 }}}}}}b}", "r.rtf", "r")
    assert isinstance(report, Report)
    assert report.text == "ab"


@given(
    st.text(st.characters(exclude_categories=("Cc", "Cs", "Co", "Cn", "Zs", "Zl", "Zp", "Cf")), min_size=1, max_size=40)
)
def test_any_text_is_read(words: str) -> None:
    units = words.encode("utf-16-le")
    codes = [int.from_bytes(units[n : n + 2], "little", signed=True) for n in range(0, len(units), 2)]
    assert lines("中" + "".join(f"\\u{code}?" for code in codes)) == ["中" + words]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not an .rtf file"),
        (b"text", "not an .rtf file"),
        (b"{\\rtf1 {a", "cut off"),
        (b"{\\rtf1 " + b"{" * 20_000, "groups within each other"),
        (b"{\\rtf1 " + b"a" * 1_000_001 + b"}", "more than 1,000,000 characters"),
    ],
    ids=["empty", "text", "cut off", "deep", "long"],
)
def test_a_damaged_file_is_an_error(data: bytes, words: str) -> None:
    with pytest.raises(ReadingError, match=words):
        list(read_rtf(data, "r.rtf", "r"))


def test_a_file_without_text_contains_no_report() -> None:
    (found,) = read_rtf(b"{\\rtf1{\\info{\\title x}}\\par}", "r.rtf", "r")
    assert isinstance(found, NoReport)


@pytest.mark.parametrize(
    "piece", ["\\'ca\\'af", "\\u30707?", "{\\v a}", "{", "\\par", "{\\*", "\\footnote ", "{\\field{\\*\\fldinst "]
)
def test_the_time_is_linear(piece: str) -> None:
    started = time.process_time()
    with contextlib.suppress(ReadingError):
        list(read_rtf(f"{{\\rtf1 {piece * 100_000}}}".encode(), "r.rtf", "r"))
    assert time.process_time() - started < 20
