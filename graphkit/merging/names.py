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
    """Tell whether two mentions have a name in common, or a name ends with a name of the other that is half as long.

    A name that begins with the other is another entity: 云雾镇 and 云雾镇古井村.
    """
    for x in all_names(a):
        for y in all_names(b):
            short, long = sorted((x, y), key=len)
            if short == long or (len(short) >= 2 and long.endswith(short) and 2 * len(short) >= len(long)):
                return True
    return False
