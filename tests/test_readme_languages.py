"""README.md and README.zh-CN.md have the same commands, outputs, figures and links."""

from __future__ import annotations

import re

from tests.conftest import ROOT

ENGLISH = (ROOT / "README.md").read_text(encoding="utf-8")
CHINESE = (ROOT / "README.zh-CN.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.M | re.S)
LINK = re.compile(r"\]\(([^)]+)\)")
CODE = re.compile(r"`[^`\n]+`")
#: The links by which the two pages refer to each other.
OTHER_PAGE = {"README.md", "README.zh-CN.md"}


def numbers(text: str) -> list[str]:
    """Return the decimal numbers of the tables."""
    return [n for line in text.splitlines() if line.startswith("|") for n in re.findall(r"\d+(?:\.\d+)?", line)]


def test_code_blocks_are_equal() -> None:
    assert len(BLOCK.findall(ENGLISH)) > 10
    assert BLOCK.findall(ENGLISH) == BLOCK.findall(CHINESE)


def test_tables_have_the_same_figures() -> None:
    english = [n for n in numbers(ENGLISH) if n != "1"]
    assert len(english) > 30
    assert english == [n for n in numbers(CHINESE) if n != "1"]


def test_links_are_equal() -> None:
    assert sorted(set(LINK.findall(ENGLISH)) - OTHER_PAGE) == sorted(set(LINK.findall(CHINESE)) - OTHER_PAGE)


def test_sections_have_the_same_number() -> None:
    pattern = re.compile(r"^## .+$", re.M)
    assert len(pattern.findall(ENGLISH)) == len(pattern.findall(CHINESE))


def test_names_in_code_font_are_equal() -> None:
    def named(text: str) -> set[str]:
        return set(CODE.findall(BLOCK.sub("", text))) - {"`graphkit`"}

    assert named(ENGLISH) == named(CHINESE)


def test_chinese_sentences_have_chinese_punctuation() -> None:
    prose = re.sub(r"\]\([^)]*\)", "]", CODE.sub("", BLOCK.sub("", CHINESE)))
    assert not re.findall(r"[\u4e00-\u9fff][,;:?!]", prose)
    assert not re.findall(r"[\u4e00-\u9fff]\.(?:\s|$)", prose)


def test_documents_that_are_linked_exist() -> None:
    for link in LINK.findall(CHINESE):
        assert (ROOT / link.split("#")[0]).exists(), link
