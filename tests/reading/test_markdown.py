"""Headings, links and character references of Markdown, including malformed ones."""

from __future__ import annotations

import random
import re

import pytest

from graphkit.reading.markdown import first_address, headings_in, plain, without_heading_marks, without_links
from graphkit.reading.plain import read_markdown

#: The regular expressions that the functions replace. They are slow on long input.
_SLOW_HEADING = re.compile(r"^(#{1,6})[ \t]+(.+?)[ \t]*#*$", re.M)
_SLOW_LINK = re.compile(r"\[([^\]]*)\]\([^)\s]*\)")


def broken(seed: int) -> str:
    numbers = random.Random(seed)
    line = "".join(numbers.choices("# \t#[]()*-\n甲a<>&;\u3000。", k=numbers.randint(1, 80)))
    return line if seed % 2 else re.sub("^", "## ", line, flags=re.M)


@pytest.mark.parametrize("first", range(0, 3000, 500))
def test_headings_and_links_agree_with_the_regular_expressions(first: int) -> None:
    for seed in range(first, first + 500):
        text = broken(seed)
        expected = [(len(m[1]), m[2], m.start(), m.end()) for m in _SLOW_HEADING.finditer(text)]
        headings = headings_in(text)
        assert [(h.level, h.title, h.start, h.end) for h in headings] == expected, text
        assert without_heading_marks(text, headings) == _SLOW_HEADING.sub(lambda m: m[2], text)
        for line in text.split("\n"):
            assert without_links(line) == _SLOW_LINK.sub(r"\1", line), line


def test_the_parent_heading_is_the_nearest_of_a_higher_level() -> None:
    headings = headings_in("# 甲\n## 乙\n### 丙\n## 丁\n# 戊\n")
    assert [h.above for h in headings] == [-1, 0, 1, 0, -1]


def test_headings_of_a_table_of_contents_are_not_reports() -> None:
    text = "# 目录\n## 甲\n青石\n## 乙\n青石\n# 正文\n## 丙\n王建国来到青石县。\n## 丁\n李志强来到白云县。\n"
    found = list(read_markdown(text.encode(), "m.md", "m"))
    assert [r.title for r in found] == ["丙", "丁"]  # type: ignore[union-attr]
    assert [r.source for r in found] == ["m.md:7", "m.md:9"]


@pytest.mark.parametrize("text", ["&#" + "9" * 6000 + ";", "&#x" + "f" * 6000 + ";", "&#00000000000065;"])
def test_an_unterminated_character_reference_is_unchanged(text: str) -> None:
    assert plain(text) == text


def test_the_first_link_supplies_the_address() -> None:
    assert first_address("[甲](mailto:a) [乙](https://x.cn/a)[丙](http://y.cn)") == "https://x.cn/a"
    assert first_address("](http://" * 1000) == ""
