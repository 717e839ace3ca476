"""When two mentions have the same name."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from graphkit.model import Mention

_IGNORED = re.compile(r"[\s“”\"'‘’《》〈〉()（）\[\]·、，。；：！？—–\-~]+")


@lru_cache(maxsize=4096)
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
    return agree(all_names(a), all_names(b))


def agree(names: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Tell the same of the names and aliases of two mentions, in the form of `plain`."""
    return not (_endings(others).isdisjoint(names) and _endings(names).isdisjoint(others))


@lru_cache(maxsize=4096)
def _endings(names: tuple[str, ...]) -> frozenset[str]:
    """Return the names, and their endings of at least two characters and half of the name."""
    return frozenset(
        name[-size:] for name in names for size in {len(name), *range(max(2, (len(name) + 1) // 2), len(name))}
    )
