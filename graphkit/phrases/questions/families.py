"""Families of phrases: a phrase and those that contain it, and which of them answers a question."""

from __future__ import annotations

from graphkit.grammar import lexicon
from graphkit.phrases.index.reader import QUOTED, PhraseIndex
from graphkit.phrases.keys import bare
from graphkit.phrases.questions.nested import Better
from graphkit.phrases.questions.novelty import Novelty

#: Minimum probability of a member that represents a family, and of one that is much newer than the others.
SURE, SURE_NEWER = 0.4, 0.3
#: A member is newer than another one if its newness is higher by this factor.
NEWER = 1.5
#: A shorter member is a part of a longer one if the longer one is used in this share of its reports.
WHOLE = 0.6
#: Maximum number of characters of a longer member that represents a family because it is whole.
LONGEST_WHOLE = 14
_FRONT = tuple(lexicon.words("phrase_front"))


def newest_whole(index: PhraseIndex, c: Novelty, score: dict[int, float]) -> Better:
    """Return a function that selects the one of two nested phrases that is new, most used and whole.

    The longer one is selected if it is newer (全球治理倡议, not 全球治理), if the shorter one divides an enumeration of it,
    or if the shorter one is rarely used without it. Otherwise, the shorter one is selected: it is more frequent.
    """
    newness, used = c.newness, c.inside + c.before + c.later

    def better(a: int, b: int) -> int:
        short, long = (a, b) if len(bare(index.names[a])) < len(bare(index.names[b])) else (b, a)
        name, longer = index.names[short], index.names[long]
        sure = bool(index.quality[short] >= SURE)
        if divides(name, longer) or (newness[long] > NEWER * newness[short] and index.quality[long] >= SURE_NEWER):
            return long
        if index.quoted[short] >= QUOTED > index.quoted[long]:
            return short
        if sure and (longer.startswith(_FRONT) or (index.verb[long] and not index.verb[short])):
            return short
        whole = used[long] >= WHOLE * used[short] and len(bare(longer)) <= LONGEST_WHOLE
        if whole and index.quality[long] >= SURE:
            return long
        return short if sure or score[short] > score[long] else long

    return better


def divides(part: str, enumeration: str) -> bool:
    """Tell whether a part of an enumeration (A、B、C) begins or ends inside one of its items, as 稳、先立后破 does."""
    at = enumeration.find(part)
    if "、" not in part or at < 0:
        return False
    before, after = enumeration[:at], enumeration[at + len(part) :]
    return not ((not before or before[-1] in "、“") and (not after or after[0] in "、”"))
