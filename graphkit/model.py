"""The immutable data types that all stages of graphkit use.

All offsets count Unicode code points in `Report.text`; the end is exclusive: `text[start:end]`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

from graphkit import presentation
from graphkit.errors import UsageError

Record = TypeVar("Record")


def pickle_by_value(record: type[Record]) -> type[Record]:
    """A frozen dataclass that is pickled as its values: many times faster than what dataclasses with slots do."""
    values = attrgetter(*(f.name for f in fields(record)))  # type: ignore[arg-type]
    record.__reduce__ = lambda self: (record, values(self))  # type: ignore[method-assign]
    return record


class Status(StrEnum):
    """Whether a statement holds, is planned, is called for (urged), or is negated or former (denied)."""

    ACTUAL = "actual"
    PLANNED = "planned"
    URGED = "urged"
    DENIED = "denied"


class Level(StrEnum):
    """Administrative level of the place or organization that a report comes from."""

    NATIONAL = "national"
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"


class PassageKind(StrEnum):
    """Function of a passage in a report."""

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
class Origin:
    """Where the fields of a report come from in its file. It does not belong to the report, and serves messages only.

    fields: pairs of a field of the report and where its value is from. names: names of the fields of its record, with
    the names of the objects around them; unused: those from which nothing was read. options: options `--field` whose
    path the record has. rule: the site rule that applies to its page, "" if none; has_body: False if
    it did not find the body that it states, so that it was not used.
    """

    fields: tuple[tuple[str, str], ...] = ()
    names: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    rule: str = ""
    has_body: bool = False


@pickle_by_value
@dataclass(frozen=True, slots=True)
class Report:
    """One news report.

    text: the decoded text, which never changes; offsets count its code points.
    date: publication date `YYYY-MM-DD`, or "" if unknown.
    source: the input file (with member or line), for messages only.
    unread_date: a date in the input that is not a calendar day, for messages only; `date` is "" in this case.
    note: which characters of the input were removed or could not be read, for messages only.
    origin: where the fields are from, for messages only.
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
    note: str = ""
    origin: Origin | None = field(default=None, compare=False, repr=False)

    @property
    def sha256(self) -> str:
        """Hex digest of the text in UTF-8."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def fingerprint(self) -> str:
        """Hex digest of the text and of all fields that influence the extraction."""
        parts = (self.text, self.title, self.date, self.publisher, self.place, self.url)
        return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()

    def to_dict(self) -> dict[str, Any]:
        """Return id, text, title, date, publisher, place and URL, as `Graph.add` reads them."""
        return presentation.report_dict(self)


@dataclass(frozen=True, slots=True)
class Passage:
    """A part `text[start:end]` of a report with a function. item: number of the item in a digest, from 0."""

    kind: PassageKind
    start: int
    end: int
    item: int = 0


@pickle_by_value
@dataclass(frozen=True, slots=True)
class Mention:
    """A span of a report that refers to an entity.

    type: entity type. name: the fullest name of the entity in the report.
    start, end: the span of the reference (他, 该项目, 市委书记张三 …).
    aliases: other names of the entity in the report.
    antecedent: the span of the full name if the reference is a pronoun or a short form.
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
    """A statement of one report: subject, relation and object, with the span of its evidence.

    start, end: the evidence, at most one sentence; the quote is `text[start:end]`.
    rule: name of the rule that produced the statement.
    kind: for `has_attribute` the attribute kind (see schemas/graphkit.toml), otherwise "".
    date: day or range in ISO 8601 format (`2024-04-22`, `2024-04-22/2024-04-24`, `--03-02`), or "" if unknown.
    speaker: the person or meeting that is quoted, as named in the report; "" means the reporter.
    date_basis: source of the parts of the date that are not in the text (graphkit.recognition.dates.BASES; "lead: …"
    for a headline about the day of the lead).
    confidence: the probability that the statement is correct, 0.0–1.0 (docs/concepts.md, Confidence).
    report_text: the text of the report, "" if it is not known.
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
    report_text: str = field(default="", compare=False, repr=False)

    @property
    def quote(self) -> str:
        """The sentence that states it: `text[start:end]`. Raises UsageError if the text is not known."""
        if not self.report_text:
            raise UsageError("the text of this statement is not known; use statement.with_text(report.text).quote")
        return self.report_text[self.start : self.end]

    def with_text(self, text: str) -> Statement:
        """Return the statement with the text of its report."""
        return self if self.report_text is text else replace(self, report_text=text)

    def to_dict(self) -> dict[str, Any]:
        """Return names, types, spans, quote and the other fields, as `graphkit extract --format jsonl` prints them."""
        return presentation.statement_dict(self, self.report_text)

    def _repr_html_(self) -> str:
        return presentation.statement_html(self)

    @property
    def id(self) -> str:
        """Hash of report, spans, relation and status; it does not depend on the order of reading."""
        return statement_id(
            self.report,
            self.relation,
            self.kind,
            self.status.value,
            self.subject.type,
            self.subject.name,
            self.subject.start,
            self.subject.end,
            self.object.type,
            self.object.name,
            self.object.start,
            self.object.end,
            self.start,
            self.end,
        )


def statement_id(*parts: str | int) -> str:
    """Return the id of a statement from its parts, in the order of `Statement.id`."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode("utf-8", "surrogatepass")).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quote that supports a claim, with its report, span and statement."""

    report: str
    start: int
    end: int
    quote: str
    statement: str
    rule: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity that mentions in several reports refer to.

    id: type and name, and `scope` if several entities have the same name. aliases: other names in the reports.
    code: division code. labels: additional labels of the node.
    """

    id: str
    type: str
    name: str
    aliases: tuple[str, ...] = ()
    scope: str = ""
    code: str = ""
    labels: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the fields, with lists instead of tuples."""
        return presentation.entity_dict(self)


@dataclass(frozen=True, slots=True)
class Claim:
    """All statements with the same entities, relation, kind, date and status."""

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
        """The quotes of the evidence."""
        return tuple(e.quote for e in self.evidence)

    def to_dict(self) -> dict[str, Any]:
        """Return names and ids of the entities, the other fields, and the lists of quotes and of reports."""
        return presentation.claim_dict(self)

    def _repr_html_(self) -> str:
        return presentation.claim_html(self)


class Word(NamedTuple):
    """A word `text[start:end]` with its part of speech: n, v, PER, LOC, ORG, TIME … (the tags of LAC)."""

    start: int
    end: int
    tag: str


@dataclass(frozen=True, slots=True)
class Utterance:
    """A span `text[start:end]` of speech. type, speaker: entity type and name of the speaker."""

    start: int
    end: int
    type: str
    speaker: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of an extractor for one report: statements, their mentions, and passages.

    refused: a reason for each statement that the schema rejected.
    words, utterances: optional input for the phrase index.
    """

    report: Report
    statements: tuple[Statement, ...]
    mentions: tuple[Mention, ...] = ()
    passages: tuple[Passage, ...] = ()
    refused: tuple[str, ...] = field(default=())
    words: tuple[Word, ...] = ()
    utterances: tuple[Utterance, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the report and its statements as dictionaries."""
        found = [presentation.statement_dict(s, self.report.text) for s in self.statements]
        return {"report": self.report.to_dict(), "statements": found, "refused": list(self.refused)}

    def _repr_html_(self) -> str:
        return presentation.reading_html(self)


def quote(report: Report, span: Statement | Passage | Mention) -> str:
    """Return the characters of a span: `text[start:end]`."""
    return report.text[span.start : span.end]


def mentions_of(statements: Iterable[Statement]) -> tuple[Mention, ...]:
    """Return the distinct mentions of statements, ordered by position."""
    unique = {(m.start, m.end, m.type, m.name): m for s in statements for m in (s.subject, s.object)}
    return tuple(unique[k] for k in sorted(unique))


@dataclass(frozen=True, slots=True)
class Failure:
    """An input that could not be read.

    source: the file, `file!member` or `file:line`; reason: what failed and where. origin: as in `Report`.
    """

    source: str
    reason: str
    origin: Origin | None = field(default=None, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class NotRead(Failure):
    """An input that was not opened. kind: unknown type, attachment, link, special file, unreadable folder."""

    kind: str = "unknown type"


@dataclass(frozen=True, slots=True)
class NoReport:
    """An input that was read and contains no report, for example a list page or a headline without text.

    origin: as in `Report`.
    """

    source: str
    reason: str
    origin: Origin | None = field(default=None, compare=False, repr=False, kw_only=True)

    @property
    def kind(self) -> str:
        return "no report"


@dataclass(frozen=True, slots=True)
class Ignored:
    """An input that cannot be a report: a system file, a hidden file, a second name of a file, the cover of a book."""

    source: str
    reason: str

    @property
    def kind(self) -> str:
        return "ignored"
