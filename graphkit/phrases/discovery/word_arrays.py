"""The words of reports as arrays, in which phrases are found and counted.

The arrays contain the words of all reports in the order of the report ids. The offsets of a word refer to `text`, the
concatenated normalized texts (graphkit.reading.normalized); `origin` maps them to the texts of the reports.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphkit.ledger import Ledger, ReportRow
from graphkit.ledger.word_encoding import TAGS, pack, unpack_arrays
from graphkit.model import Report
from graphkit.phrases.keys import Numbers
from graphkit.reading.normalized import normalize

#: Reports that are tagged together when the ledger has no words for them.
CHUNK = 32
TAG_NUMBER = {tag: n for n, tag in enumerate(TAGS)}


@dataclass(slots=True)
class WordArrays:
    """W words with C characters of R reports.

    reports: the reports without text, in the order of their ids; levels: of each. text: C characters; origin: (C,)
    offset of each in its report; report_start: (R + 1,) offset of each report in text. start, end: (W,) offsets in
    text; tag: (W,) position in TAGS; report: (W,) position in `reports`; item: (W,) number of the digest item;
    speaker: (W,) position in `speakers`, -1 for the reporter. speakers: unique pairs of type and name, as they are in
    the reports.
    """

    reports: list[Report]
    levels: list[str]
    text: str
    origin: Numbers
    report_start: NDArray[np.int64]
    start: Numbers
    end: Numbers
    tag: NDArray[np.uint8]
    report: Numbers
    item: Numbers
    speaker: Numbers
    speakers: list[tuple[str, str]]

    def units(self) -> Numbers:
        """Return (W,) the number of the report or digest item of each word, in ascending order."""
        fresh = np.ones(len(self.report), dtype=bool)
        fresh[1:] = (self.report[1:] != self.report[:-1]) | (self.item[1:] != self.item[:-1])
        return (np.cumsum(fresh) - 1).astype(np.int32)

    def only(self, chosen: NDArray[np.bool_]) -> WordArrays:
        """Return the arrays with the words of some reports only. chosen: (R,) which reports."""
        words = chosen[self.report]
        columns = {name: getattr(self, name)[words] for name in ("start", "end", "tag", "report", "item", "speaker")}
        return replace(self, **columns)


def read_word_arrays(ledger: Ledger, report_ids: Sequence[str] | None = None) -> WordArrays:
    """Return the words of all reports of a ledger, or of those with these ids, in the order of the ids.

    Reports without words in the ledger, which another extractor processed, are tagged now.
    """
    reports: list[Report] = []
    levels: list[str] = []
    texts: list[str] = []
    begins = [0]
    columns: dict[str, list[NDArray[Any]]] = {
        name: [] for name in ("origin", "start", "end", "tag", "report", "item", "speaker")
    }
    speakers: dict[tuple[str, str], int] = {}
    for row, blob in _with_words(ledger, sorted(ledger.ids() if report_ids is None else report_ids)):
        normalized = normalize(row.report.text)
        offsets = np.array(normalized.offsets, dtype=np.int32)
        first, last, tag = (
            unpack_arrays(blob) if blob else (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.uint8))
        )
        a, b = np.searchsorted(offsets, first), np.searchsorted(offsets, last)
        kept = a < b
        at = begins[-1]
        columns["origin"].append(np.append(offsets, np.int32(len(row.report.text))))
        columns["start"].append((a[kept] + at).astype(np.int32))
        columns["end"].append((b[kept] + at).astype(np.int32))
        columns["tag"].append(tag[kept])
        columns["report"].append(np.full(int(kept.sum()), len(reports), dtype=np.int32))
        columns["item"].append(_values_at(first[kept], ledger.items(row.report.id), 0))
        said = ledger.utterances(row.report.id)
        spans = [(u.start, u.end, speakers.setdefault((u.type, u.speaker), len(speakers))) for u in said]
        columns["speaker"].append(_values_at(first[kept], spans, -1))
        texts.append(normalized.text + "\n")
        begins.append(at + len(normalized.text) + 1)
        reports.append(replace(row.report, text=""))
        levels.append(row.level)
    joined: dict[str, Any] = {
        name: np.concatenate(parts).astype(np.uint8 if name == "tag" else np.int32) if parts else np.zeros(0, np.int32)
        for name, parts in columns.items()
    }
    return WordArrays(reports, levels, "".join(texts), report_start=np.array(begins), speakers=list(speakers), **joined)


def _with_words(ledger: Ledger, report_ids: Sequence[str]) -> Iterator[tuple[ReportRow, bytes]]:
    from graphkit.recognition.marks import mark_words, words_of
    from graphkit.recognition.tagger import shared_tagger

    for at in range(0, len(report_ids), CHUNK):
        rows = [row for report_id in report_ids[at : at + CHUNK] if (row := ledger.report(report_id)) is not None]
        blobs = [ledger.words_of(row.report.id) for row in rows]
        bare = [row.report for row, blob in zip(rows, blobs, strict=True) if not blob and row.report.text.strip()]
        tagged = {m.report.id: words_of(m) for m in mark_words(bare, shared_tagger())} if bare else {}
        for row, blob in zip(rows, blobs, strict=True):
            yield row, blob or (pack(tagged[row.report.id]) if tagged.get(row.report.id) else b"")


def _values_at(at: NDArray[np.int64], spans: Iterable[tuple[int, int, int]], nothing: int) -> Numbers:
    """Return for each offset of `at` (in ascending order) the value of the last span that contains it."""
    out = np.full(len(at), nothing, dtype=np.int32)
    for start, end, value in spans:
        out[np.searchsorted(at, start) : np.searchsorted(at, end)] = value
    return out
