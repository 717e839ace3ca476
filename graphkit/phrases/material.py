"""A whole graph as arrays of words: what phrases are found and counted in.

All words of all reports stand in one row, in order of report id. A word's offsets are those of `text`, the joined
shadows of the reports (graphkit.reading.shadow); `origin` leads back to the report's own characters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphkit.ledger import Ledger, ReportRow
from graphkit.ledger.words import TAGS, pack, unpack_arrays
from graphkit.model import Report
from graphkit.phrases.keys import Numbers
from graphkit.reading.shadow import make_shadow

#: Reports that are tagged together when the ledger has no words for them.
CHUNK = 32
TAG_NUMBER = {tag: n for n, tag in enumerate(TAGS)}


@dataclass(slots=True)
class Material:
    """reports: without their text, in order of id; levels: of each. W words, C characters, R reports.

    text: C characters. origin: (C,) offset of each in its report. report_start: (R + 1,) where each report's begin.
    start, end: (W,) offsets in text. tag: (W,) numbers in TAGS. report: (W,) place in `reports`.
    item: (W,) number of the digest item. speaker: (W,) place in `speakers`, -1 for the reporter.
    speakers: (type, name) as the report has it, each once.
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
        """(W,) number of the report or digest item of each word, rising."""
        fresh = np.ones(len(self.report), dtype=bool)
        fresh[1:] = (self.report[1:] != self.report[:-1]) | (self.item[1:] != self.item[:-1])
        return (np.cumsum(fresh) - 1).astype(np.int32)

    def only(self, chosen: NDArray[np.bool_]) -> Material:
        """The same without the words of the other reports. chosen: (R,) which reports."""
        words = chosen[self.report]
        columns = {name: getattr(self, name)[words] for name in ("start", "end", "tag", "report", "item", "speaker")}
        return replace(self, **columns)


def read_material(ledger: Ledger) -> Material:
    """All reports of a ledger. Those that it has no words of (another extractor read them) are tagged now."""
    said, items = _Grouped((r, (u.start, u.end, (u.type, u.speaker))) for r, u in ledger.utterances()), _Grouped(ledger.items())
    reports: list[Report] = []
    levels: list[str] = []
    texts: list[str] = []
    begins = [0]
    columns: dict[str, list[NDArray[Any]]] = {name: [] for name in ("origin", "start", "end", "tag", "report", "item", "speaker")}
    speakers: dict[tuple[str, str], int] = {}
    for row, blob in _with_words(ledger):
        shadow = make_shadow(row.report.text)
        offsets = np.array(shadow.offsets, dtype=np.int32)
        first, last, tag = unpack_arrays(blob) if blob else (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.uint8))
        a, b = np.searchsorted(offsets, first), np.searchsorted(offsets, last)
        kept = a < b
        at = begins[-1]
        columns["origin"].append(np.append(offsets, np.int32(len(row.report.text))))
        columns["start"].append(a[kept] + at)
        columns["end"].append(b[kept] + at)
        columns["tag"].append(tag[kept])
        columns["report"].append(np.full(int(kept.sum()), len(reports)))
        columns["item"].append(_painted(first[kept], items.take(row.report.id), 0))
        spans = [(x, y, speakers.setdefault(who, len(speakers))) for x, y, who in said.take(row.report.id)]
        columns["speaker"].append(_painted(first[kept], spans, -1))
        texts.append(shadow.text + "\n")
        begins.append(at + len(shadow.text) + 1)
        reports.append(replace(row.report, text=""))
        levels.append(row.level)
    joined: dict[str, Any] = {
        name: np.concatenate(parts).astype(np.uint8 if name == "tag" else np.int32) if parts else np.zeros(0, np.int32)
        for name, parts in columns.items()
    }
    return Material(reports, levels, "".join(texts), report_start=np.array(begins), speakers=list(speakers), **joined)


class _Grouped:
    """Rows (report id, value) in order of id, taken report by report."""

    def __init__(self, rows: Iterable[tuple[str, Any]]) -> None:
        self._rows = iter(rows)
        self._next = next(self._rows, None)

    def take(self, report_id: str) -> list[Any]:
        """Values of one report; reports are asked for in order of id."""
        found = []
        while self._next is not None and self._next[0] <= report_id:
            if self._next[0] == report_id:
                found.append(self._next[1])
            self._next = next(self._rows, None)
        return found


def _with_words(ledger: Ledger) -> Iterator[tuple[ReportRow, bytes]]:
    from graphkit.recognition.marks import mark_words, words_of
    from graphkit.recognition.tagger import shared_tagger

    words = _Grouped(ledger.words())
    rows = ledger.reports(text=True)
    while chunk := list(islice(rows, CHUNK)):
        blobs = [next(iter(words.take(row.report.id)), b"") for row in chunk]
        bare = [row.report for row, blob in zip(chunk, blobs, strict=True) if not blob and row.report.text.strip()]
        tagged = {m.report.id: words_of(m) for m in mark_words(bare, shared_tagger())} if bare else {}
        for row, blob in zip(chunk, blobs, strict=True):
            yield row, blob or (pack(tagged[row.report.id]) if tagged.get(row.report.id) else b"")


def _painted(at: NDArray[np.int64], spans: Iterable[tuple[int, int, int]], nothing: int) -> NDArray[np.int64]:
    """The value of the span that holds each offset of `at` (rising); of two the later one."""
    out = np.full(len(at), nothing)
    for start, end, value in spans:
        out[np.searchsorted(at, start) : np.searchsorted(at, end)] = value
    return out
