"""Families of phrases: a phrase and those that contain it, and which of them answers a question."""

from __future__ import annotations

from functools import reduce

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
#: A slogan of several items represents an item of at most LONGEST_ITEM characters if it is used in this share of the
#: item's reports of the window.
ENUMERATED, LONGEST_ITEM = 0.5, 4
#: A member that is used in a smaller share of the reports of the most frequent new member does not represent a family.
RARE = 0.2
_FRONT = tuple(lexicon.words("phrase_front"))
#: Verbs that precede a phrase and are no part of it (坚持稳中求进、以进促稳).
_CARRYING = frozenset(lexicon.words("phrase_carrying"))


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
        if is_item(name, longer) and c.inside[long] >= ENUMERATED * c.inside[short] and index.quality[long] >= SURE:
            return long
        if divides(name, longer) or (newness[long] > NEWER * newness[short] and index.quality[long] >= SURE_NEWER):
            return long
        if sure and "、" in name and longer.removesuffix(name) in _CARRYING:
            return short
        if index.quoted[short] >= QUOTED > index.quoted[long]:
            return short
        if sure and (longer.startswith(_FRONT) or (index.verb[long] and not index.verb[short])):
            return short
        whole = used[long] >= WHOLE * used[short] and len(bare(longer)) <= LONGEST_WHOLE
        if whole and index.quality[long] >= SURE:
            return long
        return short if sure or score[short] > score[long] else long

    return better


def representative(index: PhraseIndex, c: Novelty, members: list[int], better: Better) -> int:
    """Return the member of a family that represents it, by `better`, among the members that are new, used and whole.

    A member with a lower newness than the newest probable one, a rare one, and a fragment of another one do not represent
    a family that has a better member.
    """
    names = [index.names[k] for k in members]
    whole = [k for k in members if not any(divides(index.names[k], name) for name in names)] or members
    sure = [k for k in whole if index.quality[k] >= SURE] or whole
    newest = max(c.newness[k] for k in sure)
    new = [k for k in sure if newest <= NEWER * c.newness[k]]
    most = max(c.inside[k] for k in new)
    used = sorted((k for k in new if c.inside[k] >= RARE * most), key=lambda k: (len(index.names[k]), k))
    return reduce(lambda best, k: better(k, best), used)


def is_item(part: str, slogan: str) -> bool:
    """Tell whether a part of a slogan (A、B、C) consists of whole items, each of at most LONGEST_ITEM characters."""
    items = slogan.strip("“”")
    short = "、" in items and all(len(item) <= LONGEST_ITEM for item in items.split("、"))
    return short and f"、{part}、" in f"、{items}、"


def divides(part: str, enumeration: str) -> bool:
    """Tell whether a part of an enumeration (A、B、C) begins or ends inside one of its items, as 稳、先立后破 does."""
    at = enumeration.find(part)
    if "、" not in part or at < 0:
        return False
    before, after = enumeration[:at], enumeration[at + len(part) :]
    begins = not before or before[-1] in "、“" or before in _CARRYING
    return not (begins and (not after or after[0] in "、”"))
