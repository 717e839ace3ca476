"""The context and the functions that all rules share.

The patterns of this module are in graphkit/grammar/patterns/drafting.toml.
Offsets are positions in the normalized text of the report unless a docstring says that they are original offsets.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from graphkit.discourse.meetings import MeetingMark
from graphkit.discourse.scene import Actor, Scene, Speech
from graphkit.grammar.patterns import pattern
from graphkit.model import Mention, PassageKind, Statement, Status
from graphkit.reading.clauses import clause_before, clause_start
from graphkit.reading.normalized import without_radicals
from graphkit.recognition import gazetteer
from graphkit.recognition.descriptions import without_description
from graphkit.recognition.marks import MarkedReport, MarkedSentence, Span
from graphkit.recognition.name_ends import whole_name
from graphkit.recognition.names import NameSpan, other_wordings, short_form, without_location
from graphkit.recognition.occurrences import occurrences
from graphkit.recognition.quantities import amount_start
from graphkit.relations.confidence import calibrated
from graphkit.schema import load_schema

_PLANNED = pattern("drafting.planned")
_PLANNING_AS_TOPIC = pattern("drafting.planning_as_topic")
_NO_PLAN = pattern("drafting.no_plan")
_DENIED = pattern("drafting.denied")
_URGED = pattern("drafting.urged")
_RUMOUR = pattern("drafting.rumour")
_OF_RUMOUR = pattern("drafting.of_rumour")
_REFUTED = pattern("drafting.refuted")
_WILL_SAY = pattern("drafting.will_say")
_DID_NOT_SAY = pattern("drafting.did_not_say")

#: Maximum number of characters before a verb, and behind it, in which words that give its status are looked for.
_LONGEST_CLAUSE = 120
#: Maximum number of characters before the end of a verb of speaking in which words that give its status are looked for.
_BEFORE_SPEECH = 24


@dataclass(frozen=True, slots=True)
class Context:
    """The report with its scenes, from which a rule makes statements."""

    marked: MarkedReport
    scenes: tuple[Scene, ...]
    text: str = field(init=False, repr=False, compare=False)
    #: The entity that was named last before the end of each scene of the body, computed as far as it is needed by
    #: graphkit.relations.places.
    named: list[NameSpan | None] = field(init=False, repr=False, compare=False, default_factory=list)
    #: Results of `report_holds`: for a number of scenes and a pattern, whether the pattern matches in them.
    _holds: dict[tuple[int, str], bool] = field(init=False, repr=False, compare=False, default_factory=dict)
    #: Offsets at which names of persons begin, in ascending order.
    person_starts: list[int] = field(init=False, repr=False, compare=False)
    _body: tuple[Scene, ...] = field(init=False, repr=False, compare=False)
    #: Offsets at which the sentences of the scenes begin.
    _starts: list[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", self.marked.text)
        object.__setattr__(self, "person_starts", sorted(p.start for s in self.scenes for p in s.sentence.persons))
        object.__setattr__(self, "_starts", [s.sentence.start for s in self.scenes])
        own = (PassageKind.LEAD, PassageKind.SENTENCE)
        object.__setattr__(self, "_body", tuple(s for s in self.scenes if s.sentence.frame.kind in own))

    def body(self) -> tuple[Scene, ...]:
        """Return the scenes of the lead and the sentences, without headlines and captions."""
        return self._body

    def in_speech(self, scene: Scene, at: int) -> bool:
        """Tell whether the offset `at` is inside a speech of the scene."""
        return _speech_at(scene.speeches, at) is not None

    def report_holds(self, scenes: int, wanted: re.Pattern[str]) -> bool:
        """Tell whether the pattern matches in one of the first scenes of the report. The result is cached."""
        key = (scenes, wanted.pattern)
        if key not in self._holds:
            first = (s.sentence for s in self.scenes[:scenes])
            self._holds[key] = any(wanted.search(self.text, sentence.start, sentence.end) for sentence in first)
        return self._holds[key]

    def is_read(self, at: int) -> bool:
        """Tell whether the offset `at` is in the sentence of a scene, and not in page furniture, a byline or the tail."""
        number = bisect_right(self._starts, at) - 1
        return number >= 0 and at < self.scenes[number].sentence.end

    def scene_at(self, at: int) -> Scene:
        """Return the scene whose sentence contains the offset `at`."""
        return self.scenes[bisect_right(self._starts, at) - 1]

    def mention(self, entity: Actor | NameSpan | MeetingMark, *, at: Span | None = None) -> Mention:
        """Return a mention with offsets, name and aliases of the original text."""
        anchor: Span | None = None
        if isinstance(entity, NameSpan):
            entity = without_location(self.marked, self.scene_at(entity.start).sentence, entity)
            entity = without_description(self.text, entity)
            entity = _whole(self.text, entity)
            size, shorter = short_form(self.text[entity.start : entity.end])
            kind, where, names = entity.type, (entity.start, entity.start + size), (*shorter, *entity.aliases)
        elif isinstance(entity, MeetingMark):
            kind, where, names, anchor = "Meeting", (entity.start, entity.end), entity.aliases, entity.anchor
        else:
            kind, where, names, anchor = entity.type, (entity.start, entity.end), entity.aliases, entity.anchor
        home = anchor or where
        name = self.original(*home)
        if isinstance(entity, Actor) and len(entity.name) != home[1] - home[0]:
            name = self.wording(entity.name) or name
        if isinstance(entity, MeetingMark):
            name = self.wording(entity.name) or name
        aliases = tuple(dict.fromkeys(w for a in names if (w := self.wording(a)) and w != name))
        span = self.marked.normalized.original(*(at or where))
        back = self.marked.normalized.original(*anchor) if anchor else None
        return Mention(kind, name, span[0], span[1], aliases, back)

    def original(self, start: int, end: int) -> str:
        """Return the original characters of a span of the normalized text, without white space, radicals unified."""
        a, b = self.marked.normalized.original(start, end)
        return without_radicals("".join(self.marked.report.text[a:b].split()))

    def wording(self, words: str) -> str:
        """Return words of the normalized text in their original characters, or "" if the report does not have them."""
        at = occurrences(self.text).first(words)
        return self.original(at, at + len(words)) if at >= 0 else ""

    def state(
        self,
        scene: Scene,
        relation: str,
        subject: Mention,
        obj: Mention,
        rule: str,
        *,
        confidence: float,
        status: Status = Status.ACTUAL,
        kind: str = "",
        speaker: str = "",
        date: str | None = None,
    ) -> Statement:
        """Return a statement whose evidence is the sentence of the scene."""
        start, end = self.marked.normalized.original(scene.sentence.start, scene.sentence.end)
        basis = scene.date_basis if date is None and scene.date else ""
        day = scene.date if date is None else date
        if status is Status.ACTUAL and self._lies_ahead(day):
            # An event on a later day is planned. Posts, speech and later sentences do not belong to that day.
            is_plan = load_schema().relations[relation].event and scene.names_day
            status, day, basis = (Status.PLANNED, day, basis) if is_plan else (status, "", "")
        return Statement(
            report=self.marked.report.id,
            subject=subject,
            relation=relation,
            object=obj,
            start=start,
            end=end,
            rule=rule,
            kind=kind,
            status=status,
            speaker=speaker or self._speaker(scene, max(subject.start, obj.start)),
            date=day,
            confidence=calibrated(rule, relation, confidence),
            date_basis=basis,
        )

    def _lies_ahead(self, day: str) -> bool:
        """Tell whether a day, or the first day of a range, is after the day of publication."""
        published = self.marked.report.date
        return bool(published and day) and not day.startswith("--") and day[:10] > published

    def _speaker(self, scene: Scene, at: int) -> str:
        """Return the name of the person whose speech contains the original offset `at`, or "" for the reporter."""
        speech = _speech_at(scene.speeches, self.marked.normalized.index(at)) if scene.speeches else None
        return speech.speaker.name if speech is not None else ""

    def speech_status(self, start: int) -> Status:
        """Return the status of the speech that begins at `start`: 将在会上强调 is planned, 没有强调 is denied."""
        before = self.text[max(0, start - _BEFORE_SPEECH) : start]
        if _WILL_SAY.search(before):
            return Status.PLANNED
        return Status.DENIED if _DID_NOT_SAY.search(before) else Status.ACTUAL

    def status(self, sentence: MarkedSentence, at: int) -> Status:
        """Return the status of the event whose verb begins at `at`, from the words before it in its clause."""
        clause = clause_before(self.text, max(sentence.start, at - _LONGEST_CLAUSE), at)
        before = _PLANNING_AS_TOPIC.sub("", clause.text)
        if _DENIED.search(before) or self._refuted(sentence, at):
            return Status.DENIED
        if (_PLANNED.search(before) and not _NO_PLAN.search(before)) or _RUMOUR.search(before):
            return Status.PLANNED
        if _URGED.search(before):
            return Status.URGED
        return Status.ACTUAL

    def _refuted(self, sentence: MarkedSentence, at: int) -> bool:
        """Tell whether the sentence denies a rumour about the event whose verb begins at `at`."""
        end = min(sentence.end, at + _LONGEST_CLAUSE)
        if not _REFUTED.search(self.text, at, end):
            return False
        told_before = _RUMOUR.search(self.text, max(sentence.start, at - _LONGEST_CLAUSE), at)
        return told_before is not None or _OF_RUMOUR.match(self.text, at, end) is not None


#: Types of entities whose names the tagger can cut, or lengthen by the words behind them.
_NAMED = frozenset(["Place", "Park", "Site", "Project", "Organization"])


def _whole(text: str, name: NameSpan) -> NameSpan:
    """Return a name with the ends that `whole_name` gives it."""
    if name.type not in _NAMED:
        return name
    start, end = whole_name(text, name.start, name.end, gazetteer.is_division)
    if (start, end) == (name.start, name.end):
        return name
    words = text[start:end]
    return NameSpan(start, end, name.type, other_wordings(words))


def _speech_at(speeches: tuple[Speech, ...], at: int) -> Speech | None:
    """Return the speech, of several in ascending order, that contains the offset `at`."""
    k = bisect_right(speeches, at, key=lambda s: s.start) - 1
    return speeches[k] if k >= 0 and at < speeches[k].end else None


@dataclass(frozen=True, slots=True)
class Rule:
    """A named rule: a function that returns the statements of a context and has examples in its docstring."""

    name: str
    run: Callable[[Context, str], Iterator[Statement]]


#: Characters around a name that are not part of it, as in ——国家主席.
_EDGES = "、·—–-“”"
_CLOSING = {"“": "”", "《": "》", "（": "）"}
_OPENING = {close: begin for begin, close in _CLOSING.items()}


def without_edges(text: str, start: int, end: int, edges: str) -> Span:
    """Return a span without these characters at its edges, unless one is a side of a pair inside the span.

    One character is kept. A quotation that goes on after the span, or began before it, leaves one mark behind.
    """
    while start < end - 1 and text[start] in edges and _CLOSING.get(text[start], "\0") not in text[start + 1 : end]:
        start += 1
    while end > start + 1 and text[end - 1] in edges and _OPENING.get(text[end - 1], "\0") not in text[start : end - 1]:
        end -= 1
    return start, end


def phrase_mention(context: Context, kind: str, start: int, end: int, aliases: tuple[str, ...] = ()) -> Mention:
    """Return a mention of a span that is its own name: a phrase, a post, a document or a value."""
    return context.mention(NameSpan(*without_edges(context.text, start, end, _EDGES), kind, aliases))


def value_mention(context: Context, start: int, end: int, aliases: tuple[str, ...] = ()) -> Mention:
    """Return a mention of a value with the words that show that it is a part of an amount: 已完成投资5亿元.

    Without them, 5亿元 would be taken for the whole investment.
    """
    floor = clause_start(context.text, max(0, start - _LONGEST_CLAUSE), start)
    first = amount_start(context.text, floor, start, end)
    if first < start:
        aliases = (context.text[start:end], *aliases)
    return phrase_mention(context, "Value", first, end, aliases)
