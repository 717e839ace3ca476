"""The sentence that contains a use, which answers show as the quote."""

from __future__ import annotations

from dataclasses import dataclass

from graphkit.ledger import Ledger
from graphkit.model import Passage, PassageKind, Report
from graphkit.phrases.index.reader import STATUSES, VOICES, PhraseIndex, Uses

_SENTENCES = (PassageKind.HEADLINE, PassageKind.LEAD, PassageKind.SENTENCE, PassageKind.CAPTION)


@dataclass(frozen=True, slots=True)
class Quote:
    """A quote, `report.text[start:end]`, and the span of the phrase in the text, `phrase_start:phrase_end`."""

    report: Report
    start: int
    end: int
    phrase_start: int
    phrase_end: int

    @property
    def words(self) -> str:
        return self.report.text[self.start : self.end]


class Quotes:
    """Reads the reports and passages of a ledger, each once."""

    def __init__(self, ledger: Ledger, index: PhraseIndex) -> None:
        self._ledger, self._index = ledger, index
        self._known: dict[str, tuple[Report, list[Passage]]] = {}

    def of(self, uses: Uses, row: int) -> Quote:
        """Return the sentence that contains a use, or the phrase alone if no sentence does."""
        report, passages = self._read(self._index.report_ids[int(uses.report[row])])
        start, end = int(uses.start[row]), int(uses.end[row])
        around = [p for p in passages if p.start <= start and end <= p.end]
        best = min(around, key=lambda p: p.end - p.start, default=None)
        return Quote(report, best.start if best else start, best.end if best else end, start, end)

    def row(self, uses: Uses, row: int) -> dict[str, object]:
        """Return the columns of a use: report, title, date, speaker, voice, status, quote and spans."""
        quote = self.of(uses, row)
        speaker = int(uses.speaker[row])
        return {
            "date": quote.report.date,
            "report": quote.report.id,
            "title": quote.report.title,
            "speaker": self._index.lists["speakers"][speaker][1] if speaker >= 0 else "",
            "voice": VOICES[int(uses.voice[row])],
            "status": "negated" if uses.negative[row] else STATUSES[int(uses.status[row])],
            "quote": quote.words,
            "span": f"{quote.report.id}:{quote.start}-{quote.end}",
            "phrase_span": f"{quote.report.id}:{quote.phrase_start}-{quote.phrase_end}",
        }

    def _read(self, report_id: str) -> tuple[Report, list[Passage]]:
        if report_id not in self._known:
            row = self._ledger.report(report_id)
            assert row is not None, report_id
            self._known[report_id] = (row.report, [p for p in self._ledger.passages(report_id) if p.kind in _SENTENCES])
        return self._known[report_id]
