"""Finds a phrase in the texts of the reports that is not in the phrase index, because it is rare or not a candidate.

The uses found are added to a copy of the open index, but not to its files. They are found by their characters, also where they
do not begin and end at word boundaries.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphkit.ledger import Ledger
from graphkit.phrases.discovery.ngrams import Vocabulary, vocabulary
from graphkit.phrases.discovery.word_arrays import WordArrays, read_word_arrays
from graphkit.phrases.discovery.word_sequence import WordSequence, make_word_sequence
from graphkit.phrases.index.contexts import statuses, subjects, voices
from graphkit.phrases.index.reader import PhraseIndex, Uses
from graphkit.phrases.keys import SILENT, Numbers, bare

#: Minimum number of characters of a phrase that is searched for.
SHORTEST = 2
#: Maximum number of uses that are added.
MOST_USES = 20_000
_BETWEEN = f"[{re.escape(SILENT)}]*"


def search(index: PhraseIndex, ledger: Ledger, words: str) -> int | None:
    """Search the texts for a wording, add it to the index and return its number, None if no report uses it.

    index: a copy that `PhraseIndex.extended` returned.
    The marks of `keys.SILENT` are ignored. The earliest MOST_USES uses are added. The added phrase has the probability
    0, so that no list contains it.
    """
    letters = bare(words.strip())
    if len(letters) < SHORTEST or not any(c.isalnum() for c in letters):
        return None
    places = _places(ledger, index, letters)
    if not places:
        return None
    return index.add(*_uses(index, ledger, places))


def _places(ledger: Ledger, index: PhraseIndex, letters: str) -> list[tuple[int, int, int, str]]:
    """Return (report, start, end, wording) of the uses in the order of report and offset."""
    number = {report_id: n for n, report_id in enumerate(index.report_ids)}
    form = re.compile(_BETWEEN.join(re.escape(c) for c in letters))
    found = [
        (number[row.report.id], m.start(), m.end(), m.group())
        for row in ledger.reports(text=True)
        if row.report.id in number
        for m in form.finditer(row.report.text)
    ]
    if len(found) > MOST_USES:
        day = index.day
        found = sorted(found, key=lambda f: (day[f[0]] < 0, int(day[f[0]]), *f))[:MOST_USES]
    return sorted(found)


def _uses(index: PhraseIndex, ledger: Ledger, places: list[tuple[int, int, int, str]]) -> tuple[str, Uses]:
    """Return the most frequent wording, and the uses with their contexts in the order of the dates."""
    report, start, end = (np.array([p[n] for p in places], dtype=np.int32) for n in range(3))
    numbers = np.unique(report)
    ids = [index.report_ids[n] for n in numbers.tolist()]
    arrays = read_word_arrays(ledger, ids)
    row = make_word_sequence(arrays)
    words = vocabulary(row)
    first = _words_at(row, arrays, np.searchsorted(numbers, report).astype(np.int32), start)
    said = [s for report_id in ids for s in ledger.read_statements(report_id) if s.relation == "holds_post"]
    columns = _contexts(index, row, words, first, voices(arrays, said))
    forms = [p[3] for p in places]
    columns |= {"report": report, "start": start, "end": end, "form": _numbers(index.lists["forms"], forms)}
    columns["unit"] = _units(index, report, arrays.item[row.word][first])
    day = np.where(index.day[report] < 0, np.iinfo(np.int32).max, index.day[report])
    order = np.lexsort((start, report, day))
    best = max(sorted(set(forms)), key=forms.count)
    return best, Uses(**{name: columns[name][order] for name in Uses.__slots__})


def _words_at(row: WordSequence, arrays: WordArrays, report: Numbers, start: Numbers) -> Numbers:
    """Return the last word that begins at or before each offset of a report. report: positions in the arrays."""
    owner = arrays.report[row.word]
    begins = np.searchsorted(owner, np.arange(len(arrays.reports) + 1))
    origin = arrays.origin[row.start]
    out = np.zeros(len(start), dtype=np.int32)
    for n, (r, at) in enumerate(zip(report.tolist(), start.tolist(), strict=True)):
        a, b = int(begins[r]), int(begins[r + 1])
        out[n] = min(max(a + int(np.searchsorted(origin[a:b], at, side="right")) - 1, a), len(row.word) - 1)
    return out


def _contexts(
    index: PhraseIndex, row: WordSequence, words: Vocabulary, first: Numbers, voice: NDArray[np.int8]
) -> dict[str, NDArray[Any]]:
    """Return the columns of speakers, voices, statuses and places."""
    arrays = row.arrays
    speakers = _numbers(index.lists["speakers"], [list(s) for s in arrays.speakers])
    about, codes = subjects(row, words)
    status, negative = statuses(row, words, first)
    return {
        "speaker": np.append(speakers, np.int32(-1))[arrays.speaker[row.word][first]],
        "voice": voice[row.word][first],
        "status": status,
        "negative": negative,
        "about": np.append(_numbers(index.lists["codes"], codes), np.int32(-1))[about[first]],
    }


def _numbers(known: list[Any], values: list[Any]) -> Numbers:
    """Return the position of each value in a list, to which new values are added."""
    place = {_hashable(v): n for n, v in enumerate(known)}
    for value in values:
        if _hashable(value) not in place:
            place[_hashable(value)] = len(known)
            known.append(value)
    return np.array([place[_hashable(v)] for v in values], dtype=np.int32)


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _units(index: PhraseIndex, report: Numbers, item: Numbers) -> Numbers:
    """Return the unit of each use: that of the other uses in the report, or a new one for each item without one.

    In a digest, the units of a report are in the order of its items.
    """
    every = index.all_uses
    wanted = np.isin(every.report, np.unique(report))
    known: dict[int, list[int]] = {}
    for r, unit in np.unique(np.stack((every.report[wanted], every.unit[wanted]), axis=1), axis=0).tolist():
        known.setdefault(r, []).append(unit)
    fresh = int(every.unit.max(initial=-1)) + 1
    out = np.zeros(len(report), dtype=np.int32)
    new: dict[tuple[int, int], int] = {}
    for n, (r, i) in enumerate(zip(report.tolist(), item.tolist(), strict=True)):
        units = known.get(r, [])
        whole = bool(units) and len(units) > i and units[-1] - units[0] + 1 == len(units)
        out[n] = units[i] if whole else new.setdefault((r, i), fresh + len(new))
    return out
