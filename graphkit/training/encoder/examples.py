"""Annotated reports → windows with the spans and pairs that the encoder shall propose."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graphkit.encoder.roles import Pairing, pairings
from graphkit.encoder.windows import Window, windows
from graphkit.reading.normalized import normalize

Span = tuple[int, int]
#: Number of characters by which a quote is found that is not in the text as a whole.
_BEGINNING = 12
#: Longer spans are not learned; the band of the network has this width.
LONGEST = 48


@dataclass(frozen=True, slots=True)
class Annotated:
    """A report with its annotation: normalized text, title and triples."""

    id: str
    text: str
    title: str
    triples: tuple[dict[str, Any], ...]


@dataclass(slots=True)
class Example:
    """A window with its labels. Offsets are positions in the tokens of the window.

    spans: (role, start, end) that are right. ignored: spans about which the annotation makes no statement.
    pairs: (pairing, subject, object) that are right. loose: pairs about which the annotation makes no statement.
    """

    report: str
    text: str
    window: Window
    spans: set[tuple[int, int, int]] = field(default_factory=set)
    ignored: set[tuple[int, int, int]] = field(default_factory=set)
    pairs: set[tuple[int, Span, Span]] = field(default_factory=set)
    loose: set[tuple[int, Span, Span]] = field(default_factory=set)
    unknown: frozenset[int] = frozenset()

    @property
    def body(self) -> str:
        """The text of the window, without its context."""
        return self.text[self.window.start : self.window.end]


def read_annotated(reports: Path, gold: Path) -> list[Annotated]:
    """Read a file of reports and the file of their annotations."""
    triples: dict[str, list[dict[str, Any]]] = {}
    for line in gold.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        triples[record["id"]] = record["relations"]
    found = []
    for line in reports.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        if record["id"] in triples:
            text = normalize(record["text"]).text
            title = normalize(record.get("title") or "").text
            found.append(Annotated(record["id"], text, title, tuple(triples[record["id"]])))
    return found


def _wordings(triple: dict[str, Any], side: str) -> list[str]:
    """The wordings of one side of a triple: the main one, then the others, the longest first."""
    words = [triple[side], *sorted(triple.get(f"{side}_alt", []), key=len, reverse=True)]
    if triple["r"] == "has_attribute" and side == "o":
        words = [w.partition("=")[2] for w in words]
    return [normalize(w).text for w in dict.fromkeys(words) if w.strip()]


def _occurrences(text: str, words: str, start: int = 0, end: int | None = None) -> list[Span]:
    found, at = [], text.find(words, start, end)
    while at >= 0:
        found.append((at, at + len(words)))
        at = text.find(words, at + 1, end)
    return found


@dataclass(frozen=True, slots=True)
class _Located:
    """A triple with the span that supports it on each side; elsewhere: other mentions of the same entities."""

    pairing: int
    core: bool
    subject: Span | None
    object: Span | None
    other_subjects: tuple[Span, ...]
    other_objects: tuple[Span, ...]


def _pairing(triple: dict[str, Any]) -> int | None:
    kind = triple["o"].partition("=")[0] if triple["r"] == "has_attribute" else ""
    for n, p in enumerate(pairings()):
        if (p.relation, p.kind) == (triple["r"], kind):
            return n
    return None


def _evidence(text: str, quote: str) -> Span | None:
    """Span of the evidence in the normalized text; a quote over two paragraphs is found by its beginning."""
    begin = text.find(quote)
    if begin < 0 and len(quote) > _BEGINNING:
        begin = text.find(quote[:_BEGINNING])
    return (begin, min(len(text), begin + len(quote) + 2)) if quote and begin >= 0 else None


def _nearest(text: str, wordings: Sequence[str], evidence: Span) -> Span | None:
    """The last mention before the evidence, or else the first after it."""
    before = [f[-1] for w in wordings if (f := _occurrences(text, w, 0, evidence[0]))]
    after = [f[0] for w in wordings if (f := _occurrences(text, w, evidence[1]))]
    return max(before) if before else min(after) if after else None


def _locate(report: Annotated, triple: dict[str, Any]) -> _Located | None:
    """Find the spans of a triple: in the evidence, or for one side as near before it as possible."""
    text = report.text
    evidence = _evidence(text, normalize(triple["evidence"]).text)
    n = _pairing(triple)
    if evidence is None or n is None:
        return None
    words = {side: _wordings(triple, side) for side in "so"}
    inside = {side: next((f for w in words[side] if (f := _occurrences(text, w, *evidence))), []) for side in "so"}
    subject: Span | None
    obj: Span | None
    if inside["s"] and inside["o"]:
        apart = [(abs(s[0] - o[0]), s, o) for s in inside["s"] for o in inside["o"] if s[1] <= o[0] or o[1] <= s[0]]
        _, subject, obj = min(apart or [(0, inside["s"][0], inside["o"][0])])
    elif inside["o"]:
        subject, obj = _nearest(text, words["s"], evidence), inside["o"][0]
    elif inside["s"]:
        subject, obj = inside["s"][0], _nearest(text, words["o"], evidence)
    else:
        return None
    others = {side: tuple(f for w in words[side] for f in _occurrences(text, w)) for side in "so"}
    return _Located(n, triple.get("core", True), subject, obj, others["s"], others["o"])


class _Labels:
    """Collects the labels of one window."""

    def __init__(self, example: Example) -> None:
        self.example = example
        w = example.window
        self._body = len(w.context) + 2 - w.start
        self._context_end = w.context_start + len(w.context) if w.context_start >= 0 else -1

    def at(self, span: Span) -> Span | None:
        """Position of a span in the tokens of the window: in its text, or in its context."""
        w = self.example.window
        if span[1] - span[0] > LONGEST:
            return None
        if w.start <= span[0] and span[1] <= w.end:
            return span[0] + self._body, span[1] + self._body
        if w.context_start >= 0 and w.context_start <= span[0] and span[1] <= self._context_end:
            return span[0] - w.context_start + 1, span[1] - w.context_start + 1
        return None

    def in_text(self, span: Span) -> bool:
        w = self.example.window
        return w.start <= span[0] and span[1] <= w.end

    def add(self, located: _Located) -> None:
        """Add the labels of a triple if the window contains one of its two spans."""
        pairing: Pairing = pairings()[located.pairing]
        for spans, role in ((located.other_subjects, pairing.subject), (located.other_objects, pairing.object)):
            for span in spans:
                if (place := self.at(span)) is not None:
                    self.example.ignored.add((role, *place))
        places: dict[str, tuple[Span, int]] = {}
        inside = False
        for side, own, role in (("s", located.subject, pairing.subject), ("o", located.object, pairing.object)):
            if own is not None and (found := self.at(own)) is not None:
                places[side] = (found, role)
                inside = inside or self.in_text(own)
        if not inside:
            return
        for where, role in places.values():
            self._mark(role, where, located.core)
        if len(places) == 2:
            self._link(located, places["s"][0], places["o"][0])

    def _link(self, located: _Located, subject: Span, obj: Span) -> None:
        """Add a pair; with other mentions of the same two entities it is neither right nor wrong."""
        (self.example.pairs if located.core else self.example.loose).add((located.pairing, subject, obj))
        subjects = [place for s in located.other_subjects if (place := self.at(s)) is not None]
        objects = [place for s in located.other_objects if (place := self.at(s)) is not None]
        for s in (subject, *subjects):
            for o in (obj, *objects):
                self.example.loose.add((located.pairing, s, o))

    def _mark(self, role: int, place: Span, core: bool) -> None:
        (self.example.spans if core else self.example.ignored).add((role, *place))


def examples(reports: Iterable[Annotated], without: Sequence[str] = ()) -> Iterator[Example]:
    """Yield the windows of reports with their labels. without: relations that were not annotated."""
    unknown = frozenset(n for p in pairings() if p.relation in without for n in (p.subject, p.object))
    for report in reports:
        located = [found for t in report.triples if (found := _locate(report, t)) is not None]
        for window in windows(report.text, report.title):
            example = Example(report.id, report.text, window, unknown=unknown)
            labels = _Labels(example)
            for triple in located:
                labels.add(triple)
            example.ignored -= example.spans
            example.loose -= example.pairs
            yield example
