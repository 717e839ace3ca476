"""How the wording of a set formula changes, and how hard it is pushed."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from graphkit.grammar.lexicon import word_set
from graphkit.ledger import Ledger
from graphkit.ledger.word_encoding import TAGS, unpack_arrays
from graphkit.model import Word
from graphkit.phrases.index.reader import PhraseIndex, Uses
from graphkit.phrases.keys import BREAKS, SILENT, bare
from graphkit.phrases.questions.quotes import Quotes
from graphkit.phrases.questions.scope import AnswerRow, Scope, days_of, gaps, period_of

#: Words on each side that may be an addition, in words and characters.
MOST_ADDED, MOST_CHARACTERS = 3, 10
#: An addition of fewer reports is not told.
LEAST_REPORTS = 2
#: An addition that is so often part of a longer one is not told by itself.
MOSTLY = 0.9
_NOUNS = frozenset({"n", "vn", "an", "nz", "nw", "s", "LOC", "ORG"})
#: Words before a phrase that are no addition to its wording: 也是 in 也是进一步全面深化改革.
_LINKS = word_set("phrase_copula") | word_set("phrase_link")
_QUOTES = "“”"
_NO_EDGE = frozenset({"p", "c", "u", "xc", "w", "r", "TIME", "PER", "m", "q", "f"})


@dataclass(slots=True)
class _Wording:
    """A wording with the reports that have it; rows: their uses of the phrase."""

    rows: list[int] = field(default_factory=list)
    reports: set[int] = field(default_factory=set)

    def add(self, row: int, report: int) -> None:
        self.rows.append(row)
        self.reports.add(report)


def wording(
    index: PhraseIndex, ledger: Ledger, quotes: Quotes, phrase: int, scope: Scope = Scope(), *, top: int = 40
) -> list[AnswerRow]:
    """Wordings of a formula in the order in which they come up.

    kind: `formula` the phrase itself; `before`, `after` with words added there (全面深化改革 → 进一步全面深化改革); `part` a phrase
    inside it, with all its uses; `parallel` a set of parts that shares at least half of the parts of this one.
    added, dropped: the parts in which it differs. first, last, count: of the wording. gone: no use in the last year of the collection.
    """
    uses = index.uses(phrase)
    dated = scope.uses(index, uses) & (index.day[uses.report] >= 0)
    uses = uses.only(dated)
    if not len(uses):
        return []
    name = index.names[phrase]
    rows = [_row(index, quotes, uses, _all_rows(uses), name, name, "formula", "", "")]
    for (kind, added), found in _additions(index, ledger, uses).items():
        if len(found.reports) >= LEAST_REPORTS:
            words = added + name if kind == "before" else name + added
            rows.append(_row(index, quotes, uses, found, name, words, kind, added, ""))
    for other, kind, added, dropped in _relatives(index, phrase):
        theirs = index.uses(other)
        theirs = theirs.only(scope.uses(index, theirs) & (index.day[theirs.report] >= 0))
        if len(theirs):
            rows.append(_row(index, quotes, theirs, _all_rows(theirs), name, index.names[other], kind, added, dropped))
    rows[1:] = sorted(rows[1:], key=lambda r: (-r["count"], r["wording"]))[: top - 1]
    return sorted(rows, key=lambda r: (r["first"], r["kind"] != "formula", r["wording"]))


def _all_rows(uses: Uses) -> _Wording:
    return _Wording(list(range(len(uses))), set(uses.report.tolist()))


def _row(
    index: PhraseIndex,
    quotes: Quotes,
    uses: Uses,
    found: _Wording,
    name: str,
    words: str,
    kind: str,
    added: str,
    dropped: str,
) -> AnswerRow:
    told = quotes.row(uses, found.rows[0])
    last = index.dates[int(uses.report[found.rows[-1]])]
    return {
        "phrase": name,
        "wording": words,
        "kind": kind,
        "added": added,
        "dropped": dropped,
        "count": len(found.reports),
        "first": told.pop("date"),
        "last": last,
        "gone": last < _year_before(index.dates[int(index.day.argmax())]),
        **told,
    }


def _year_before(day: str) -> str:
    return f"{int(day[:4]) - 1}{day[4:]}" if day[:4].isdigit() else ""


def _additions(index: PhraseIndex, ledger: Ledger, uses: Uses) -> dict[tuple[str, str], _Wording]:
    """What stands right before and behind the uses, up to MOST_ADDED words of the same clause."""
    found: dict[tuple[str, str], _Wording] = defaultdict(_Wording)
    for row, report, words, text in _with_words(index, ledger, uses):
        start, end = int(uses.start[row]), int(uses.end[row])
        at = next((n for n, w in enumerate(words) if w.start >= start), len(words))
        before = ""
        for n in range(at - 1, max(at - 1 - MOST_ADDED, -1), -1):
            word = text[words[n].start : words[n].end]
            if word in _QUOTES:
                continue
            if (
                not _joined(text, words[n].end, start if n == at - 1 else words[n + 1].start)
                or _breaks(word)
                or words[n].tag in _NO_EDGE
            ):
                break
            before = word + before
            if len(before) > MOST_CHARACTERS:
                break
            if word not in word_set("phrase_front") and word not in _LINKS and not _cut(words, n, text):
                found["before", before].add(row, report)
        behind = next((n for n, w in enumerate(words) if w.start >= end), len(words))
        after = ""
        for n in range(behind, min(behind + MOST_ADDED, len(words))):
            word = text[words[n].start : words[n].end]
            if word in _QUOTES:
                continue
            if (
                not _joined(text, end if n == behind else words[n - 1].end, words[n].start)
                or _breaks(word)
                or words[n].tag in _NO_EDGE
            ):
                break
            after += word
            if len(after) > MOST_CHARACTERS:
                break
            if words[n].tag in _NOUNS:
                found["after", after].add(row, report)
    return {key: w for key, w in found.items() if not _part_of_longer(key, w, found)}


def _part_of_longer(key: tuple[str, str], w: _Wording, found: dict[tuple[str, str], _Wording]) -> bool:
    """式现代化进一步 where it is always 中国式现代化进一步."""
    kind, added = key
    for (other_kind, other), theirs in found.items():
        longer = (
            other_kind == kind
            and len(other) > len(added)
            and (other.endswith(added) if kind == "before" else other.startswith(added))
        )
        if longer and len(theirs.reports) >= MOSTLY * len(w.reports):
            return True
    return False


def _joined(text: str, end: int, start: int) -> bool:
    """Do two words stand together, or with quotation marks only between them?"""
    return end <= start and all(c in _QUOTES for c in text[end:start])


def _cut(words: list[Word], n: int, text: str) -> bool:
    """中|拉命运共同体: two single characters that the recogniser has parted."""
    before, word = words[n - 1] if n else None, words[n]
    return (
        before is not None
        and before.end == word.start
        and word.end - word.start == before.end - before.start == 1
        and not _breaks(text[before.start : before.end])
    )


def _breaks(word: str) -> bool:
    return any(c in BREAKS or c in SILENT for c in word)


def _with_words(index: PhraseIndex, ledger: Ledger, uses: Uses) -> Iterator[tuple[int, int, list[Word], str]]:
    """Use, report, the words around the use and the report's text; reports without words in the ledger are left out."""
    known: dict[int, tuple[Any, str]] = {}
    for row, report in enumerate(uses.report.tolist()):
        if report not in known:
            report_id = index.report_ids[report]
            blob, stored = ledger.words_of(report_id), ledger.report(report_id)
            known[report] = (unpack_arrays(blob) if blob else None, stored.report.text if stored else "")
        words, text = known[report]
        if words is not None:
            starts, ends, tags = words
            first, last = np.searchsorted(starts, (int(uses.start[row]), int(uses.end[row])))
            around = slice(max(first - MOST_ADDED - 1, 0), last + MOST_ADDED + 1)
            yield (
                row,
                report,
                [
                    Word(a, b, TAGS[n])
                    for a, b, n in zip(
                        starts[around].tolist(), ends[around].tolist(), tags[around].tolist(), strict=True
                    )
                ],
                text,
            )


def _relatives(index: PhraseIndex, phrase: int) -> list[tuple[int, str, str, str]]:
    """(phrase, kind, added, dropped) of the parts of a phrase and of the parallels that share parts with it."""
    name = index.names[phrase]
    found = []
    for inner in index.broader[phrase]:
        words = bare(index.names[inner])
        dropped = bare(name).replace(words, "…", 1)
        found.append((inner, "part", "", dropped.strip("…") or dropped))
    parts = _parts(name)
    if len(parts) > 1:
        for other, theirs in _parallels(index):
            shared = parts & theirs
            if other != phrase and 2 * len(shared) >= min(len(parts), len(theirs)) and len(shared) >= 2:
                found.append((other, "parallel", "、".join(sorted(theirs - parts)), "、".join(sorted(parts - theirs))))
    return found


def _parts(name: str) -> frozenset[str]:
    return frozenset(name.replace("“", "").replace("”", "").split("、"))


def _parallels(index: PhraseIndex) -> list[tuple[int, frozenset[str]]]:
    return [(k, _parts(n)) for k, n in enumerate(index.names) if "、" in n]


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the ladder, 1 the mildest."""

    level: int
    name: str
    words: tuple[str, ...]


@cache
def ladder() -> tuple[Step, ...]:
    """The steps of data/ladder.toml, the mildest first."""
    table = tomllib.loads((Path(__file__).parent.parent / "data" / "ladder.toml").read_text(encoding="utf-8"))
    return tuple(Step(int(s["level"]), str(s["name"]), tuple(s["words"])) for s in table["step"])


#: Characters before a phrase, of its own clause, in which the words of the ladder are looked for.
REACH = 12


def intensity(
    index: PhraseIndex, ledger: Ledger, phrase: int, scope: Scope = Scope(), *, by: str = "month"
) -> list[AnswerRow]:
    """How hard a phrase is pushed in each period: mean and highest step of the ladder over its uses that have one.

    A use has the highest step of the words that stand before it in its clause, and of the phrase's own first word.
    """
    uses = index.uses(phrase)
    uses = uses.only(scope.uses(index, uses) & (index.day[uses.report] >= 0))
    step_of = {word: step.level for step in ladder() for word in step.words}
    longest = max(map(len, step_of))
    period = period_of(index.dates, by)
    found: dict[str, list[tuple[int, str, int]]] = defaultdict(list)
    texts: dict[int, str] = {}
    for row, report in enumerate(uses.report.tolist()):
        if report not in texts:
            stored = ledger.report(index.report_ids[report])
            texts[report] = stored.report.text if stored else ""
        start = int(uses.start[row])
        clause = texts[report][max(0, start - REACH) : start]
        clause = clause[max((clause.rfind(c) + 1 for c in BREAKS), default=0) :] + index.names[phrase][:longest]
        steps = [
            (step_of[clause[a:b]], clause[a:b])
            for a in range(len(clause))
            for b in range(a + 1, min(a + longest, len(clause)) + 1)
            if clause[a:b] in step_of
        ]
        level, word = max(steps, default=(0, ""))
        found[period[report]].append((level, word, report))
    lacking = gaps(index)
    rows = []
    for name in sorted(found):
        graded = [(level, word) for level, word, _ in found[name] if level]
        levels = [level for level, _ in graded]
        missing, empty = lacking.between(*days_of(name))
        rows.append(
            {
                "phrase": index.names[phrase],
                "period": name,
                "count": len({r for _, _, r in found[name]}),
                "mentions": len(found[name]),
                "graded": len(graded),
                "mean": round(float(np.mean(levels)), 3) if levels else None,
                "highest": max(levels, default=None),
                "word": max(graded)[1] if graded else "",
                **{f"step_{s.level}_{s.name}": levels.count(s.level) for s in ladder()},
                "first": index.first[phrase],
                "missing_days": missing,
                "empty_reports": empty,
            }
        )
    return rows
