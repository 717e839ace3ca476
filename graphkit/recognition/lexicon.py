"""Reads the lexicons beside this file. Lines that begin with `#` name the source."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent / "data"


@cache
def words(name: str) -> tuple[str, ...]:
    """Entries of `data/NAME.txt`, separated by white space, longest first."""
    found: list[str] = []
    for line in (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            found += line.split()
    return tuple(sorted(dict.fromkeys(found), key=lambda w: (-len(w), w)))


@cache
def word_set(name: str) -> frozenset[str]:
    return frozenset(words(name))


@cache
def table(name: str) -> dict[str, Any]:
    """`data/NAME.toml`."""
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def surnames() -> tuple[frozenset[str], frozenset[str]]:
    """Surnames of one and of two characters."""
    single: set[str] = set()
    double: set[str] = set()
    for word in words("surnames"):
        if len(word) == 2:
            double.add(word)
        else:
            single.update(word)
    return frozenset(single), frozenset(double)


def any_of(entries: tuple[str, ...] | list[str]) -> str:
    """A regular expression that matches one of the words, longest first."""
    return "(?:" + "|".join(re.escape(w) for w in sorted(entries, key=lambda w: (-len(w), w))) + ")"


def led_by(fixed: str, opened: dict[str, tuple[int, int]], outside: str = "，。；") -> str:
    """A regular expression of words in front of a verb, any number of them: 分别, 就财政工作, 代表市委.

    fixed: alternatives, as they are. opened: words that so many characters (least, most) follow, none of `outside`. After
    the least number the next word's beginning ends them: a text can be read in one way only, so that the time is linear.

    >>> re.match(led_by("先后|分别", {"就": (2, 30)}), "分别就财政工作、就业先后汇报").group()
    '分别就财政工作、就业先后'
    """
    starts = "|".join([fixed, *opened])
    more = (f"{word}[^{outside}]{{{least}}}(?:(?!{starts})[^{outside}]){{0,{most - least}}}" for word, (least, most) in opened.items())
    return f"(?:{'|'.join([fixed, *more])})*"


class OnlyWith:
    """A pattern with what no match of it can be without: words that are looked for first, because that is much faster.

    >>> [m.group() for m in OnlyWith("陪同下", "(?:的)?(?:一同)?陪同下").finditer("在甲的陪同下", 0, 6)]
    ['的陪同下']
    """

    def __init__(self, needed: str, pattern: str) -> None:
        self.needed = re.compile(needed)
        self.pattern = re.compile(pattern)

    def finditer(self, text: str, start: int, end: int) -> Iterable[re.Match[str]]:
        return self.pattern.finditer(text, start, end) if self.needed.search(text, start, end) else ()

    def search(self, text: str, start: int, end: int) -> re.Match[str] | None:
        return self.pattern.search(text, start, end) if self.needed.search(text, start, end) else None


@cache
def _speech_verbs() -> frozenset[str]:
    """看望委员时|强调: no name."""
    return frozenset(table("verbs")["speech"])


def looks_like_name(text: str) -> bool:
    """Is this shaped like a Chinese personal name (surname + one or two), or one with a middle dot?"""
    if "·" in text:
        return 3 <= len(text) <= 24 and not text.startswith("·") and not text.endswith("·")
    single, double = surnames()
    if text[:2] in double:
        return 3 <= len(text) <= 4
    # 习主席, 周书记 are a surname with a title.
    return 2 <= len(text) <= 3 and text[:1] in single and text[1:] not in word_set("posts") and text[1:] not in _speech_verbs()
