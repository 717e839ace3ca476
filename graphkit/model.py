"""The immutable vocabulary of graphkit. Every stage takes and gives these types.

All offsets are Unicode code points into `Report.text`, half-open: `text[start:end]`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from enum import StrEnum
from operator import attrgetter
from typing import NamedTuple, TypeVar

Record = TypeVar("Record")


def pickle_by_value(record: type[Record]) -> type[Record]:
    """A frozen dataclass that is pickled as its values: many times faster than what dataclasses with slots do."""
    values = attrgetter(*(f.name for f in fields(record)))  # type: ignore[arg-type]
    record.__reduce__ = lambda self: (record, values(self))  # type: ignore[method-assign]
    return record


class Status(StrEnum):
    """Whether a statement is a fact: see docs/schema.md, Status."""

    ACTUAL = "actual"
    PLANNED = "planned"
    URGED = "urged"
    DENIED = "denied"


class Level(StrEnum):
    """Rank of the place or body that a report is about or comes from."""

    NATIONAL = "national"
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"


class PassageKind(StrEnum):
    """What a stretch of a report is."""

    HEADLINE = "headline"
    DATELINE = "dateline"
    LEAD = "lead"
    SENTENCE = "sentence"
    QUOTATION = "quotation"
    CAPTION = "caption"
    BYLINE = "byline"
    TAIL = "tail"


@pickle_by_value
@dataclass(frozen=True, slots=True)
class Report:
    """One news report.

    text: the words as read, never changed afterwards; offsets count its code points.
    sha256: hex digest of the text's UTF-8 bytes and the known fields (the identity of its content).
    date: publication date `YYYY-MM-DD` or "" when unknown.
    source: the file it came from (with member or line), for messages only; not part of identity.
    unread_date: what the file gives as the date when that is not a day, for messages only; `date` is then "".
    """

    id: str
    text: str
    title: str = ""
    date: str = ""
    publisher: str = ""
    place: str = ""
    url: str = ""
    source: str = ""
    unread_date: str = ""

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def fingerprint(self) -> str:
        """Hex digest over text and fields: changes when anything that extraction reads changes."""
        parts = (self.text, self.title, self.date, self.publisher, self.place, self.url)
        return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch `text[start:end]` of a report. `item` numbers the items of a digest from 0."""

    kind: PassageKind
    start: int
    end: int
    item: int = 0


@pickle_by_value
@dataclass(frozen=True, slots=True)
class Mention:
    """A thing of a type as named in a report.

    name: the fullest wording of the report for the thing.
    start, end: the characters that stand for it at this place (他, 该项目, 市委书记张三 …).
    antecedent: where the full name stands, when the characters are a pronoun or a short form.
    aliases: other wordings of the report for the same thing.
    """

    type: str
    name: str
    start: int
    end: int
    aliases: tuple[str, ...] = ()
    antecedent: tuple[int, int] | None = None


@pickle_by_value
@dataclass(frozen=True, slots=True)
class Statement:
    """What one report says: subject – relation – object, with the characters that say it.

    start, end: the evidence, at most one sentence; the quote is `text[start:end]`.
    kind: for `has_attribute` the attribute kind (see schemas/graphkit.toml), else "".
    date: day or range as ISO 8601 (`2024-04-22`, `2024-04-22/2024-04-24`, `--03-02`), "" if unknown.
    speaker: who says it, as the report names the person or meeting; "" is the reporter's own voice.
    date_basis: where the parts of the date that are not printed come from (graphkit.recognition.dates.BASES; "lead: …"
    for a headline that tells of the day of the lead).
    confidence: 0.0–1.0, how often statements of this kind are right (docs/quality.md, Confidence).
    """

    report: str
    subject: Mention
    relation: str
    object: Mention
    start: int
    end: int
    rule: str
    kind: str = ""
    status: Status = Status.ACTUAL
    speaker: str = ""
    date: str = ""
    confidence: float = 0.8
    extractor: str = "offline"
    date_basis: str = ""

    @property
    def id(self) -> str:
        """Hash of report, spans, relation and status: stable over runs and orders."""
        parts = (
            self.report, self.relation, self.kind, self.status.value,
            self.subject.type, self.subject.name, str(self.subject.start), str(self.subject.end),
            self.object.type, self.object.name, str(self.object.start), str(self.object.end),
            str(self.start), str(self.end),
        )
        return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One quote: the report, the span, the words."""

    report: str
    start: int
    end: int
    quote: str
    statement: str
    rule: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Entity:
    """The one thing behind many mentions. `id` is made of type, name and what tells it from namesakes."""

    id: str
    type: str
    name: str
    aliases: tuple[str, ...] = ()
    scope: str = ""
    code: str = ""
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """What the graph says: all statements with the same entities, relation, kind, date and status."""

    id: str
    subject: Entity
    relation: str
    object: Entity
    kind: str
    status: Status
    date: str
    confidence: float
    evidence: tuple[Evidence, ...] = ()

    @property
    def quotes(self) -> tuple[str, ...]:
        return tuple(e.quote for e in self.evidence)


class Word(NamedTuple):
    """A word `text[start:end]` with its part of speech: n, v, PER, LOC, ORG, TIME … (the tags of LAC)."""

    start: int
    end: int
    tag: str


@dataclass(frozen=True, slots=True)
class Utterance:
    """A stretch of speech `text[start:end]`. type, speaker: who says it, as a Mention's type and name."""

    start: int
    end: int
    type: str
    speaker: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What an extractor returns for one report: statements, the mentions behind them, and passages.

    words, utterances: what the counting of phrases needs; an extractor may leave them out.
    refused: statements that the pipeline did not let in, with the reason.
    """

    report: Report
    statements: tuple[Statement, ...]
    mentions: tuple[Mention, ...] = ()
    passages: tuple[Passage, ...] = ()
    refused: tuple[str, ...] = field(default=())
    words: tuple[Word, ...] = ()
    utterances: tuple[Utterance, ...] = ()


def quote(report: Report, span: Statement | Passage | Mention) -> str:
    """The exact characters of a span: `text[start:end]`."""
    return report.text[span.start : span.end]


def mentions_of(statements: Iterable[Statement]) -> tuple[Mention, ...]:
    """Mentions behind statements, each once, in order of their place."""
    unique = {(m.start, m.end, m.type, m.name): m for s in statements for m in (s.subject, s.object)}
    return tuple(unique[k] for k in sorted(unique))


@dataclass(frozen=True, slots=True)
class Failure:
    """An input that gave no report. source: the file, `file!member` or `file:line`; reason: what and where."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class NotRead(Failure):
    """An input that was not opened. kind: unknown type, link, special file or unreadable folder."""

    kind: str = "unknown type"


@dataclass(frozen=True, slots=True)
class NoReport:
    """An input that was read and holds no report: a list page, a headline without text."""

    source: str
    reason: str

    @property
    def kind(self) -> str:
        return "no report"


@dataclass(frozen=True, slots=True)
class Ignored:
    """An input in which nobody expects a report: a system file, a hidden file, a second name of a file that is read."""

    source: str
    reason: str

    @property
    def kind(self) -> str:
        return "ignored"
