"""The Chinese README has the commands, outputs, links and figures of README.md, and is written as Chinese is."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.conftest import ROOT

ENGLISH = (ROOT / "README.md").read_text(encoding="utf-8")
CHINESE = (ROOT / "README.zh-CN.md").read_text(encoding="utf-8")
_BLOCK = re.compile(r"^```\w+\n.*?^```$", re.M | re.S)
_CODE = re.compile(r"`([^`]+)`")
_LINK = re.compile(r"\[([^\]]*)\]\(([^)]*)\)")
_HAN = "[\u4e00-\u9fff]"
_WORDS = dict(
    zip(
        ["three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "twenty-five"],
        (*range(3, 13), 25),
        strict=True,
    )
)
#: Chinese numerals, with those before and behind 十 (ten).
_NUMERAL = re.compile("([二三四五六七八九]?)(十?)([三四五六七八九]?)")
_DIGITS = {char: number for number, char in enumerate("一二三四五六七八九", 1)}
#: Words with a numeral that is no figure: ordinals, and 三元组 (a triple).
_NO_FIGURES = re.compile(r"第[三四五六七八九十]|三元组|\bthird\b")


def prose(page: str) -> str:
    """The page without blocks of code, code in lines, and targets of links."""
    return _LINK.sub(r"\1", _CODE.sub("", _BLOCK.sub("", page)))


def parts(page: str) -> list[str]:
    """The text of each part of the page between two headings."""
    return re.split(r"^#.*$", prose(page), flags=re.M)


def figures(text: str) -> set[float]:
    """The numbers from 3 in a text, and decimal numbers."""
    words = _NO_FIGURES.sub("", text)
    found = {float(n) for n in re.findall(r"\d+(?:\.\d+)?", words)}
    found |= {float(_WORDS[w]) for w in re.findall(r"[a-z]+(?:-[a-z]+)?", words.lower()) if w in _WORDS}
    for tens, ten, ones in _NUMERAL.findall(words):
        found.add((_DIGITS.get(tens, 1) if ten else _DIGITS.get(tens, 0)) * (10 if ten else 1) + _DIGITS.get(ones, 0))
    return {n for n in found if n >= 3 or n != int(n)}


def test_blocks_of_commands_and_outputs_are_equal() -> None:
    assert len(_BLOCK.findall(ENGLISH)) >= 16
    assert _BLOCK.findall(CHINESE) == _BLOCK.findall(ENGLISH)


def test_code_in_lines_is_equal() -> None:
    # README.md names its own parts of commands; `graphkit` is the name of the command in both.
    assert Counter(_CODE.findall(_BLOCK.sub("", CHINESE))) == Counter(_CODE.findall(_BLOCK.sub("", ENGLISH)))


def test_links_have_the_same_targets() -> None:
    targets = {n: Counter(t for _, t in _LINK.findall(p)) for n, p in (("en", ENGLISH), ("zh", CHINESE))}
    assert targets["en"].pop("README.zh-CN.md") == 1
    assert targets["zh"].pop("README.md") == 1
    # The Chinese page names the glossary once more, for the Chinese terms of the English pages.
    assert targets["zh"] - targets["en"] == Counter(["docs/glossary.md"])
    assert targets["en"] - targets["zh"] == Counter()


def test_headings_have_the_same_levels() -> None:
    levels = [re.findall(r"^(#+) ", _BLOCK.sub("", page), re.M) for page in (ENGLISH, CHINESE)]
    assert levels[0] == levels[1]


def test_figures_are_equal_in_every_part() -> None:
    # The Chinese page explains the English outputs, and repeats their figures.
    of_outputs = figures("".join(_BLOCK.findall(ENGLISH)))
    for english, chinese in zip(parts(ENGLISH), parts(CHINESE), strict=True):
        assert figures(english) - figures(chinese) == set()
        assert figures(chinese) - figures(english) - of_outputs == set()
    assert len(figures(prose(ENGLISH))) >= 20


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("twenty-five queries", "二十五个查询"),
        ("eight times faster", "是原来的八倍"),
        ("at least 0.5, at most three", "不低于 0.5，最多三篇"),
        ("the third one", "第三条"),
        ("Python 3.11 or later", "Python 3.11 或更高版本"),
    ],
)
def test_figures_of_both_languages_are_compared(english: str, chinese: str) -> None:
    assert figures(english) == figures(chinese)


@pytest.mark.parametrize(
    ("english", "chinese"), [("eight times", "九倍"), ("0.5", "0.6"), ("ten", ""), ("twenty-five", "二十四")]
)
def test_other_figures_are_noticed(english: str, chinese: str) -> None:
    assert figures(english) != figures(chinese)


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("half-width punctuation next to a character", rf"{_HAN}[,;:!?()]|[,;!?()]{_HAN}"),
        ("a half-width full stop", rf"{_HAN}\.(\s|$)"),
        ("straight quotation marks", rf"[\"']{_HAN}|{_HAN}[\"']"),
        ("spaces between characters", rf"{_HAN} +{_HAN}"),
        ("no space between a character and a Latin word", rf"{_HAN}[A-Za-z0-9]|[A-Za-z0-9]{_HAN}"),
        ("a space next to full-width punctuation", r"[，。；：、（）“”] | [，。；：、）”]"),
    ],
)
def test_the_page_is_set_as_chinese_is(what: str, pattern: str) -> None:
    words = _LINK.sub(r"\1", _CODE.sub("Code", _BLOCK.sub("", CHINESE)))
    lines = [line for line in words.splitlines() if not line.startswith(("#", "- "))]
    text = "\n".join(re.sub(r"\*\*(.*?)\*\* ?", r"\1", line) for line in lines)
    assert re.findall(pattern, text) == [], what


def test_terms_are_those_of_the_glossary() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    terms = dict(re.findall(r"^\| ([a-z ,A-Z0-9()-]+) \| ([\u4e00-\u9fff]+) \|", glossary, re.M))
    for term in ("report", "statement", "quote", "policy phrase", "entity", "build", "export", "load", "decision"):
        assert terms[term] in CHINESE, term
    assert not re.search("引用语|语句|声明|政策短语|知识图$", CHINESE)
