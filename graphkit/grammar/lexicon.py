"""Loads the words of `lexicon.tsv` with their classes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from graphkit.errors import GrammarError

FOLDER = Path(__file__).parent
FILE = "lexicon.tsv"
#: Classes of the verbs that are part of no name.
VERB_CLASSES = ("go", "arrive", "tour", "look", "say", "accompany", "clause_verb")


@cache
def _classes() -> dict[str, tuple[str, ...]]:
    """Return the words of each class, longest first."""
    found: dict[str, list[str]] = {}
    seen: set[str] = set()
    for number, line in enumerate((FOLDER / FILE).read_text(encoding="utf-8").splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        word, _, rest = line.partition("\t")
        classes, _, source = rest.partition("\t")
        if not word or not classes or not source:
            raise GrammarError(
                f"{FILE}, line {number}: expected WORD, CLASSES and SOURCES, separated by tab characters"
            )
        if word in seen:
            raise GrammarError(f"{FILE}, line {number}: {word} is in an earlier line; add the classes there")
        seen.add(word)
        for name in classes.split(" "):
            found.setdefault(name, []).append(word)
    return {name: tuple(sorted(listed, key=_longest_first)) for name, listed in found.items()}


def words(name: str) -> tuple[str, ...]:
    """Return the words of a class, longest first, equally long ones in the order of their characters.

    Raises
    ------
    GrammarError
        No word of the lexicon has this class.
    """
    try:
        return _classes()[name]
    except KeyError:
        raise GrammarError(f"no word of {FILE} has the class {name!r}") from None


@cache
def word_set(name: str) -> frozenset[str]:
    """Return the words of a class as a set."""
    return frozenset(words(name))


def class_names() -> tuple[str, ...]:
    """Return the names of all classes in alphabetical order."""
    return tuple(sorted(_classes()))


def any_of(entries: Iterable[str]) -> str:
    """Return a regular expression that matches one of the words, the longest possible one."""
    return "(?:" + "|".join(re.escape(w) for w in sorted(entries, key=_longest_first)) + ")"


def _longest_first(word: str) -> tuple[int, str]:
    return -len(word), word


@cache
def surnames() -> tuple[frozenset[str], frozenset[str]]:
    """Return the surnames of one and of two characters."""
    listed = words("surname")
    return frozenset(w for w in listed if len(w) == 1), frozenset(w for w in listed if len(w) == 2)


def looks_like_name(text: str) -> bool:
    """Tell whether a text has the form of a Chinese personal name, or of a foreign one with a middle dot."""
    if "·" in text:
        return 3 <= len(text) <= 24 and not text.startswith("·") and not text.endswith("·")
    single, double = surnames()
    if text[:2] in double:
        return 3 <= len(text) <= 4
    # A surname followed by a title (习主席, 周书记) or by a verb of speaking is not a name.
    return (
        2 <= len(text) <= 3
        and text[:1] in single
        and text[1:] not in word_set("post")
        and text[1:] not in word_set("say")
    )
