"""Regular expressions that are composed in code; patterns that become data move to graphkit/grammar/patterns."""

from __future__ import annotations

import re
from collections.abc import Iterable


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
