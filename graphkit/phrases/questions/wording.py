"""How the wording of a phrase changes: words added before and after it, and parts added and dropped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from graphkit.grammar.lexicon import word_set
from graphkit.ledger import Ledger
from graphkit.ledger.word_encoding import TAGS, unpack_arrays
from graphkit.model import Word
from graphkit.phrases.index.reader import PhraseIndex, Uses
from graphkit.phrases.keys import BREAKS, SILENT, bare
from graphkit.phrases.questions.quotes import Quotes
from graphkit.phrases.questions.scope import AnswerRow, Scope

#: Maximum number of words and of characters of an addition on one side.
MOST_ADDED, MOST_CHARACTERS = 3, 10
#: Minimum number of reports of an addition.
LEAST_REPORTS = 2
#: An addition with this share of its reports in a longer addition is left out.
MOSTLY = 0.9
_NOUNS = frozenset({"n", "vn", "an", "nz", "nw", "s", "LOC", "ORG"})
#: Words before a phrase that are no addition to its wording: 也是 in 也是进一步全面深化改革.
_LINKS = word_set("phrase_copula") | word_set("phrase_link")
_QUOTES = "“”"
_NO_EDGE = frozenset({"p", "c", "u", "xc", "w", "r", "TIME", "PER", "m", "q", "f"})


@dataclass(slots=True)
class _Wording:
    """A wording. rows: its uses of the phrase; reports: the reports that use it."""

    rows: list[int] = field(default_factory=list)
    reports: set[int] = field(default_factory=set)

    def add(self, row: int, report: int) -> None:
        self.rows.append(row)
        self.reports.add(report)


def wording(
    index: PhraseIndex, ledger: Ledger, quotes: Quotes, phrase: int, scope: Scope = Scope(), *, top: int = 40
) -> list[AnswerRow]:
    """Return the wordings of a phrase in the order of their first use.

    kind: `formula` for the phrase itself; `before` and `after` with words added there (全面深化改革 → 进一步全面深化改革); `part`
    for a phrase inside it, with all its uses; `parallel` for a parallel construction that shares at least half of the
    parts. added, dropped: the parts in which it differs. first, last, count: of the wording. gone: not used in the
    last year of the collection.
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
    quote = quotes.row(uses, found.rows[0])
    last = index.dates[int(uses.report[found.rows[-1]])]
    return {
        "phrase": name,
        "wording": words,
        "kind": kind,
        "added": added,
        "dropped": dropped,
        "count": len(found.reports),
        "first": quote.pop("date"),
        "last": last,
        "gone": last < _year_before(index.dates[int(index.day.argmax())]),
        **quote,
    }


def _year_before(day: str) -> str:
    return f"{int(day[:4]) - 1}{day[4:]}" if day[:4].isdigit() else ""


def _additions(index: PhraseIndex, ledger: Ledger, uses: Uses) -> dict[tuple[str, str], _Wording]:
    """Return the words directly before and after the uses, at most MOST_ADDED words of the same clause on each side."""
    found: dict[tuple[str, str], _Wording] = defaultdict(_Wording)
    for row, report, words, text in _with_words(index, ledger, uses):
        for added in _before(words, text, int(uses.start[row])):
            found["before", added].add(row, report)
        for added in _after(words, text, int(uses.end[row])):
            found["after", added].add(row, report)
    return {key: w for key, w in found.items() if not _part_of_longer(key, w, found)}


def _before(words: list[Word], text: str, start: int) -> Iterator[str]:
    """Yield the additions before a use that starts at `start`, the shortest first."""
    at = next((n for n, w in enumerate(words) if w.start >= start), len(words))
    added = ""
    for n in range(at - 1, max(at - 1 - MOST_ADDED, -1), -1):
        word = text[words[n].start : words[n].end]
        if word in _QUOTES:
            continue
        joined = _joined(text, words[n].end, start if n == at - 1 else words[n + 1].start)
        if not joined or _breaks(word) or words[n].tag in _NO_EDGE:
            return
        added = word + added
        if len(added) > MOST_CHARACTERS:
            return
        if word not in word_set("phrase_front") and word not in _LINKS and not _cut(words, n, text):
            yield added


def _after(words: list[Word], text: str, end: int) -> Iterator[str]:
    """Yield the additions after a use that ends at `end`, the shortest first."""
    at = next((n for n, w in enumerate(words) if w.start >= end), len(words))
    added = ""
    for n in range(at, min(at + MOST_ADDED, len(words))):
        word = text[words[n].start : words[n].end]
        if word in _QUOTES:
            continue
        joined = _joined(text, end if n == at else words[n - 1].end, words[n].start)
        if not joined or _breaks(word) or words[n].tag in _NO_EDGE:
            return
        added += word
        if len(added) > MOST_CHARACTERS:
            return
        if words[n].tag in _NOUNS:
            yield added


def _part_of_longer(key: tuple[str, str], w: _Wording, found: dict[tuple[str, str], _Wording]) -> bool:
    """Tell whether an addition nearly always is part of a longer one: 式现代化进一步 of 中国式现代化进一步."""
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
    """Tell whether nothing but quotation marks is between two words."""
    return end <= start and all(c in _QUOTES for c in text[end:start])


def _cut(words: list[Word], n: int, text: str) -> bool:
    """Tell whether the tagger divided two single characters that belong together: 中|拉命运共同体."""
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
    """Yield each use with its report, the words around it and the text, if the ledger has the words of the report."""
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
    """Return (phrase, kind, added, dropped) of the parts of a phrase and of the parallels that share parts with it."""
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
