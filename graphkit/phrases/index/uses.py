"""Counts known phrases in the reports of a graph, block by block, and keeps of each what the index needs."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphkit.ledger import Ledger
from graphkit.phrases.discovery.blocks import Outline
from graphkit.phrases.discovery.boundaries import NEVER, unambiguous_uses
from graphkit.phrases.discovery.features import decides
from graphkit.phrases.discovery.ngrams import Spans, distinct, found, vocabulary
from graphkit.phrases.discovery.word_arrays import WordArrays, read_word_arrays
from graphkit.phrases.discovery.word_sequence import WordSequence, make_word_sequence
from graphkit.phrases.index.contexts import homes, statuses, subjects, voices
from graphkit.phrases.index.reader import LEVELS
from graphkit.phrases.keys import Keys, Numbers

#: One use. key: place of its key; report: its number; a, b: offsets in its normalized text; start, end: in its text; the rest as
#: in `index.Uses`. quoted: it is a quotation as a whole.
USE = np.dtype(
    [
        ("key", "<i4"),
        ("report", "<i4"),
        ("a", "<i4"),
        ("b", "<i4"),
        ("start", "<i4"),
        ("end", "<i4"),
        ("form", "<i4"),
        ("speaker", "<i4"),
        ("voice", "i1"),
        ("status", "i1"),
        ("negative", "?"),
        ("unit", "<i4"),
        ("about", "<i4"),
        ("quoted", "?"),
    ]
)
#: Characters by which a text may be longer than its title and still be a headline only.
EMPTY = 3
#: Between two examples: no quotation reaches across it.
_BORDER = "\n“”\n"


class _Numbering:
    """Different values with their numbers, in the order in which they came."""

    def __init__(self) -> None:
        self.numbers: dict[Any, int] = {}

    def of(self, values: Iterable[Any]) -> Numbers:
        return np.array([self.numbers.setdefault(v, len(self.numbers)) for v in values], dtype=np.int32)


class UseCollector:
    """What is known after some blocks. N keys, R reports.

    mentions, reports: (N,) uses of each key, reports that have it. forms, speakers, codes: lists that uses point to.
    level, empty, decides, characters, home: (R,) of each report, by its number. paths: files of uses, in order of key.
    """

    def __init__(self, ledger: Ledger, outline: Outline, keys: Keys, folder: Path) -> None:
        """keys: rising. folder: for the files of uses."""
        self._ledger, self._outline, self._keys, self._folder = ledger, outline, keys, folder
        self.mentions = np.zeros(len(keys), dtype=np.int64)
        self.reports = np.zeros(len(keys), dtype=np.int64)
        self._standing = np.full(len(keys), NEVER, dtype=np.int32)
        self._forms, self._speakers, self._codes = _Numbering(), _Numbering(), _Numbering()
        self._form_counts = np.zeros((2, 0), dtype=np.int64)
        self._units = 0
        self._examples = _Examples()
        count = len(outline.ids)
        self.level = np.zeros(count, dtype=np.int8)
        self.empty, self.decides = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
        self.characters = np.zeros(count, dtype=np.int64)
        self.home = [""] * count
        self.paths: list[Path] = []

    @property
    def forms(self) -> list[str]:
        return list(self._forms.numbers)

    @property
    def speakers(self) -> list[tuple[str, str]]:
        return list(self._speakers.numbers)

    @property
    def codes(self) -> list[str]:
        return list(self._codes.numbers)

    def add(self, numbers: Numbers) -> None:
        """Count in the reports with these numbers (rising). Blocks come in order of date."""
        arrays = read_word_arrays(self._ledger, [self._outline.ids[n] for n in numbers.tolist()])
        self._note_reports(arrays, numbers)
        row = make_word_sequence(arrays)
        words = vocabulary(row)
        uses = found(row, self._keys)
        counted = unambiguous_uses(row, words, uses, self._outline.day[numbers], self._standing)
        uses = Spans(uses.key[counted], uses.first[counted], uses.last[counted])
        first, last = uses.first, uses.last
        report = arrays.report[row.word][first]
        self._examples.add(row, uses, self.mentions == 0)
        self.mentions += np.bincount(uses.key, minlength=len(self._keys))
        self.reports += distinct(uses.key, report, len(self._keys))
        start, end = _printed(row, first, last)
        out = np.zeros(len(uses), dtype=USE)
        out["key"], out["report"] = uses.key, numbers[report]
        begin = arrays.report_start[report]
        out["a"], out["b"] = row.start[first] - begin, row.end[last] - begin
        out["start"], out["end"] = arrays.origin[start], arrays.origin[end - 1] + 1
        out["form"] = self._count_forms(arrays.text, uses.key, start, end)
        speaker = arrays.speaker[row.word][first]
        out["speaker"] = np.append(self._speakers.of(arrays.speakers), np.int32(-1))[speaker]
        said = (
            s
            for n in numbers.tolist()
            for s in self._ledger.read_statements(self._outline.ids[n])
            if s.relation == "holds_post"
        )
        out["voice"] = voices(arrays, said)[row.word][first]
        out["status"], out["negative"] = statuses(row, words, first)
        about, codes = subjects(row, words)
        out["about"] = np.append(self._codes.of(codes), np.int32(-1))[about[first]]
        units = arrays.units()
        out["unit"] = units[row.word][first] + self._units
        self._units += int(units[-1]) + 1 if len(units) else 0
        out["quoted"] = row.quotations(first, last)
        self.paths.append(self._folder / f"uses-{len(self.paths)}")
        out.tofile(self.paths[-1])

    def _note_reports(self, arrays: WordArrays, numbers: Numbers) -> None:
        self.level[numbers] = [LEVELS.index(x) for x in arrays.levels]
        self.characters[numbers] = np.diff(arrays.report_start) - 1
        self.decides[numbers] = [decides(r.title) for r in arrays.reports]
        # One without a title is never taken for a headline only.
        titles = np.array([len(r.title) for r in arrays.reports], dtype=np.int64)
        self.empty[numbers] = (titles > 0) & (self.characters[numbers] - titles <= EMPTY)
        for number, code in zip(numbers.tolist(), homes(arrays), strict=True):
            self.home[number] = code

    def _count_forms(self, text: str, key: Numbers, start: Numbers, end: Numbers) -> Numbers:
        """Number of the printed wording of each use."""
        # Wordings of one key differ in marks only: their length nearly always tells them apart, and the text decides.
        pair = key.astype(np.int64) << 16 | (end - start)
        _, where, number = np.unique(pair, return_index=True, return_inverse=True)
        form = (
            self._forms.of(text[start[k] : end[k]] for k in where.tolist())[number]
            if len(number)
            else np.zeros(0, np.int32)
        )
        pairs, counts = np.unique(key.astype(np.int64) << 32 | form, return_counts=True)
        pairs, at = np.unique(np.concatenate((self._form_counts[0], pairs)), return_inverse=True)
        total = np.bincount(at, weights=np.concatenate((self._form_counts[1], counts)), minlength=len(pairs))
        self._form_counts = np.stack((pairs, total.astype(np.int64)))
        return form

    def names(self) -> list[str]:
        """(N,) the printed wording that each key has most often, "" for one without a use."""
        forms = self.forms
        best: dict[int, tuple[int, str]] = {}
        for pair, count in self._form_counts.T.tolist():
            k, name = pair >> 32, forms[pair & 0xFFFFFFFF]
            if k not in best or (count, name) > best[k]:
                best[k] = (count, name)
        return [best[k][1] if k in best else "" for k in range(len(self._keys))]

    def examples(self) -> tuple[WordSequence, Numbers, Numbers, Numbers]:
        """A row with one use of each key that has any: the row, the keys' places (rising), first and last word of each."""
        return self._examples.row()


class _Examples:
    """The first use of each key, with its words."""

    def __init__(self) -> None:
        self._parts: list[tuple[Numbers, list[str], Numbers, Numbers, Numbers, NDArray[np.uint8]]] = []

    def add(self, row: WordSequence, uses: Spans, wanted: NDArray[np.bool_]) -> None:
        """wanted: (N,) which keys have none yet."""
        arrays = row.arrays
        keys, at = np.unique(uses.key, return_index=True)
        fresh = wanted[keys]
        keys, at = keys[fresh], at[fresh]
        first, last = uses.first[at], uses.last[at]
        begin, end = _printed(row, first, last)
        texts = [arrays.text[a:b] for a, b in zip(begin.tolist(), end.tolist(), strict=True)]
        lengths = row.word[last] - row.word[first] + 1
        of = np.repeat(np.arange(len(keys)), lengths)
        word = np.arange(int(lengths.sum())) - np.repeat(np.cumsum(lengths) - lengths, lengths) + row.word[first][of]
        self._parts.append(
            (
                keys,
                texts,
                lengths.astype(np.int32),
                (arrays.start[word] - begin[of]).astype(np.int32),
                (arrays.end[word] - begin[of]).astype(np.int32),
                arrays.tag[word],
            )
        )

    def row(self) -> tuple[WordSequence, Numbers, Numbers, Numbers]:
        """See `UseCollector.examples`. A report of its own for each."""
        keys = np.concatenate([p[0] for p in self._parts]) if self._parts else np.zeros(0, np.int32)
        texts = [text for p in self._parts for text in p[1]]
        lengths, start, end, tag = (
            np.concatenate([p[n] for p in self._parts]) if self._parts else np.zeros(0, np.int32) for n in range(2, 6)
        )
        sizes = np.array([len(t) + len(_BORDER) for t in texts], dtype=np.int64)
        of = np.repeat(np.arange(len(keys)), lengths)
        begin = (np.cumsum(sizes) - sizes)[of]
        nothing = np.zeros(len(of), dtype=np.int32)
        arrays = WordArrays(
            [],
            [],
            "".join(text + _BORDER for text in texts),
            np.zeros(0, np.int32),
            np.zeros(1, np.int64),
            (start + begin).astype(np.int32),
            (end + begin).astype(np.int32),
            tag.astype(np.uint8),
            of.astype(np.int32),
            nothing,
            nothing - 1,
            [],
        )
        row = make_word_sequence(arrays)
        owner = arrays.report[row.word]
        first = np.searchsorted(owner, np.arange(len(keys))).astype(np.int32)
        last = (np.searchsorted(owner, np.arange(len(keys)), side="right") - 1).astype(np.int32)
        order = np.argsort(keys)
        return row, keys[order].astype(np.int32), first[order], last[order]


def _printed(row: WordSequence, first: Numbers, last: Numbers) -> tuple[Numbers, Numbers]:
    """Normalized offsets of the uses with the quotation marks that belong to them."""
    part = row.quote[first] != row.quote[last]
    return row.start[first] - (part & row.opens[first]), row.end[last] + (part & row.closes[last])
