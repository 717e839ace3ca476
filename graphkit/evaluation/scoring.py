"""Precision, recall and F1 of triples against gold triples; the figures are the same as those of `gold/score.py`.

A prediction matches a gold triple if the relations are equal and the names of subject and object, or some of their
alternative names, agree: they are equal after normalization, or (relaxed) one contains the other and is at most twice
as long. Matching is one to one. Predictions that match optional gold triples (`core: false`) are not counted.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

Triple = dict[str, Any]
_IGNORED = re.compile(r"[\s“”\"'‘’「」『』《》〈〉()（）\[\]【】·•・,，、。;；:：!！?？—–\-~～]+")


@dataclass(slots=True)
class Counts:
    """Numbers of correct predictions (found), other predictions (wrong), and core triples without one (missed)."""

    found: int = 0
    wrong: int = 0
    missed: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.found + other.found, self.wrong + other.wrong, self.missed + other.missed)

    @property
    def gold(self) -> int:
        return self.found + self.missed

    @property
    def precision(self) -> float:
        """A number from 0 to 1; 0 if there are no predictions."""
        return self.found / (self.found + self.wrong) if self.found + self.wrong else 0.0

    @property
    def recall(self) -> float:
        """A number from 0 to 1; 0 if there are no gold triples."""
        return self.found / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def as_dict(self) -> dict[str, float]:
        return {"p": self.precision, "r": self.recall, "f": self.f1, "gold": self.gold}


@dataclass(slots=True)
class Score:
    """Counts by relation, ids of reports that were not read, and missed and wrong triples as (report id, triple)."""

    relations: dict[str, Counts]
    missing: tuple[str, ...] = ()
    missed: list[tuple[str, Triple]] = field(default_factory=list)
    wrong: list[tuple[str, Triple]] = field(default_factory=list)

    @property
    def micro(self) -> Counts:
        return sum(self.relations.values(), Counts())

    @property
    def facts(self) -> Counts:
        """Counts of all relations except `emphasized`."""
        return sum((c for r, c in self.relations.items() if r != "emphasized"), Counts())

    @property
    def macro_f1(self) -> float:
        return sum(c.f1 for c in self.relations.values()) / len(self.relations) if self.relations else 0.0

    def as_dict(self, *, errors: bool = False) -> dict[str, Any]:
        figures = {
            "relations": {r: c.as_dict() for r, c in self.relations.items()},
            "facts": self.facts.as_dict(),
            "micro": self.micro.as_dict(),
            "macro_f1": self.macro_f1,
            "missing_docs": list(self.missing),
        }
        if errors:
            figures["missed"] = [{"id": i, **t} for i, t in self.missed]
            figures["wrong"] = [{"id": i, **t} for i, t in self.wrong]
        return figures


def score(gold: Iterable[Triple], predicted: Iterable[Triple], *, strict: bool = False) -> Score:
    """Return the score of predicted records.

    A record is `{"id", "relations": [{"s", "r", "o", "s_alt", "o_alt", "core"}]}`.
    """
    expected = {record["id"]: _distinct(record["relations"]) for record in gold}
    found = {record["id"]: _distinct(record["relations"]) for record in predicted}
    known = {t["r"] for triples in expected.values() for t in triples}
    result = Score({}, tuple(sorted(expected.keys() - found.keys())))
    counts: dict[str, Counts] = defaultdict(Counts)
    for report, triples in expected.items():
        guesses = [t for t in found.get(report, []) if t["r"] in known]
        partner = matching(triples, guesses, strict=strict)
        explained = {g: n for n, g in partner.items()}
        for g, guess in enumerate(guesses):
            if g not in explained:
                counts[guess["r"]].wrong += 1
                result.wrong.append((report, guess))
            elif triples[explained[g]].get("core", True):
                counts[guess["r"]].found += 1
        for n, triple in enumerate(triples):
            if triple.get("core", True) and n not in partner:
                counts[triple["r"]].missed += 1
                result.missed.append((report, triple))
    result.relations = dict(sorted(counts.items()))
    return result


def explained(gold: list[Triple], predicted: list[Triple]) -> list[bool]:
    """Return for each prediction of a report whether a gold triple, core or optional, matches it (relaxed).

    In contrast to `score`, several predictions can match the same gold triple.
    """
    return [any(_same(triple, guess, False) for triple in gold) for guess in predicted]


def plain(words: str) -> str:
    """Normalize width and case, and remove white space, quotation marks, brackets and punctuation."""
    return _IGNORED.sub("", unicodedata.normalize("NFKC", words)).lower()


def _distinct(triples: list[Triple]) -> list[Triple]:
    """Remove repeated triples."""
    first: dict[tuple[str, str, str], Triple] = {}
    for triple in triples:
        first.setdefault((plain(triple["s"]), triple["r"], plain(triple["o"])), triple)
    return list(first.values())


def matching(triples: Sequence[Triple], guesses: Sequence[Triple], *, strict: bool = False) -> dict[int, int]:
    """Return a maximum one-to-one matching, gold triple → prediction, by augmenting paths. Core triples come first."""
    fits = [[g for g, guess in enumerate(guesses) if _same(triple, guess, strict)] for triple in triples]
    matched: dict[int, int] = {}

    def augment(n: int, tried: set[int]) -> bool:
        for g in fits[n]:
            if g in tried:
                continue
            tried.add(g)
            if g not in matched or augment(matched[g], tried):
                matched[g] = n
                return True
        return False

    for n in sorted(range(len(triples)), key=lambda n: not triples[n].get("core", True)):
        augment(n, set())
    return {n: g for g, n in matched.items()}


def _same(triple: Triple, guess: Triple, strict: bool) -> bool:
    return triple["r"] == guess["r"] and all(
        any(_agree(a, b, strict) for a in _wordings(triple, side) for b in _wordings(guess, side))
        for side in ("s", "o")
    )


def _wordings(triple: Triple, side: str) -> list[str]:
    return [p for w in (triple[side], *triple.get(f"{side}_alt", [])) if (p := plain(w))]


def _agree(a: str, b: str, strict: bool) -> bool:
    if a == b:
        return True
    short, long = sorted((a, b), key=len)
    return not strict and len(short) >= 2 and 2 * len(short) >= len(long) and short in long
