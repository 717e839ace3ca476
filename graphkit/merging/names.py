"""When two mentions have the same name."""

from __future__ import annotations

import re
import unicodedata

from graphkit.model import Mention

_IGNORED = re.compile(r"[\s“”\"'‘’《》〈〉()（）\[\]·、，。；：！？—–\-~]+")


def plain(name: str) -> str:
    """Return a name without differences of width, spaces and punctuation."""
    return _IGNORED.sub("", unicodedata.normalize("NFKC", name))


def all_names(mention: Mention) -> tuple[str, ...]:
    """Return the name and the aliases of a mention in this form."""
    return tuple(dict.fromkeys(p for n in (mention.name, *mention.aliases) if (p := plain(n))))


def same_name(a: Mention, b: Mention) -> bool:
    """Tell whether two mentions have a name in common, or one name contains the other and is half as long."""
    for x in all_names(a):
        for y in all_names(b):
            short, long = sorted((x, y), key=len)
            if short == long or (len(short) >= 2 and short in long and 2 * len(short) >= len(long)):
                return True
    return False
