"""What all rules share: the report with its scenes, and making a statement from shadow spans."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from graphkit.discourse.meetings import MeetingMark
from graphkit.discourse.scene import Actor, Scene, Speech
from graphkit.grammar.lexicon import any_of, words
from graphkit.model import Mention, PassageKind, Statement, Status
from graphkit.recognition.marks import MarkedReport, MarkedSentence, Span
from graphkit.recognition.names import NameSpan
from graphkit.recognition.occurrences import occurrences
from graphkit.relations.confidence import calibrated
from graphkit.schema import load_schema

_PLANNED = re.compile(any_of(words("planned")) + r"[^，。；]{0,14}$|(?:将于|定于|拟于|将赴|拟赴)[^，。；]{0,70}$")
_DENIED = re.compile(r"(?!未来)" + any_of(words("negated")) + r"[^，。；]{0,6}$")
#: 就下一步计划作出部署: the plan is what is spoken of.
_SPEAKING_OF = re.compile(r"(?:就|对|围绕|关于|针对)[^，。；]{0,16}?(?:计划|准备|筹备|拟)[^，。；]{0,6}(?=作|提|进行|开展|听取|汇报|介绍|$)")
_NO_PLAN = re.compile(r"(?:即将[^，。；]{0,4}之际|将士|将军|将领|即将召开的)[^，。；]{0,14}$")
_URGED = re.compile(r"(?:(?<![主重需首纪摘概])要(?![求闻素点])|必须|希望|务必|应当|(?<![邀申])请)[^，。；]{0,12}$")


#: How far before a deed the words may stand that say its status, in characters.
_CLAUSE = 120
_SAYING = any_of(words("say"))
_WILL_SAY = re.compile(rf"(?:即将|将|拟)(?:[在于就对][^，。；将]{{1,10}})?{_SAYING}$")
_DID_NOT_SAY = re.compile(rf"(?:没有|并未|未|未曾|不再){_SAYING}$")


@dataclass(frozen=True, slots=True)
class Context:
    """A report with its scenes: what a rule may look at."""

    marked: MarkedReport
    scenes: tuple[Scene, ...]
    text: str = field(init=False, repr=False, compare=False)
    #: What each scene of the body leaves as the thing last named, as far as it was asked for: graphkit.relations.places.
    named: list[NameSpan | None] = field(init=False, repr=False, compare=False, default_factory=list)
    #: (number of scenes, pattern) → whether the first scenes of the report hold such words.
    _holds: dict[tuple[int, str], bool] = field(init=False, repr=False, compare=False, default_factory=dict)
    #: Where names of persons begin, in order.
    person_starts: list[int] = field(init=False, repr=False, compare=False)
    _body: tuple[Scene, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", self.marked.text)
        object.__setattr__(self, "person_starts", sorted(p.start for s in self.scenes for p in s.sentence.persons))
        own = (PassageKind.LEAD, PassageKind.SENTENCE)
        object.__setattr__(self, "_body", tuple(s for s in self.scenes if s.sentence.frame.kind in own))

    def body(self) -> tuple[Scene, ...]:
        """Scenes of the report's own sentences, captions left out."""
        return self._body

    def in_speech(self, scene: Scene, at: int) -> bool:
        return _speech_at(scene.speeches, at) is not None

    def report_holds(self, scenes: int, pattern: re.Pattern[str]) -> bool:
        """Whether one of the first scenes holds words of the pattern; looked up once."""
        key = (scenes, pattern.pattern)
        if key not in self._holds:
            self._holds[key] = any(pattern.search(self.text, s.sentence.start, s.sentence.end) for s in self.scenes[:scenes])
        return self._holds[key]

    def scene_at(self, at: int) -> Scene:
        """The scene whose sentence holds the shadow offset `at`."""
        return self.scenes[bisect_right(self.scenes, at, key=lambda s: s.sentence.start) - 1]

    def mention(self, thing: Actor | NameSpan | MeetingMark, *, at: Span | None = None) -> Mention:
        """A mention with original offsets, names and aliases in the report's own characters."""
        anchor: Span | None = None
        if isinstance(thing, NameSpan):
            kind, where, names = thing.type, (thing.start, thing.end), thing.aliases
        elif isinstance(thing, MeetingMark):
            kind, where, names, anchor = "Meeting", (thing.start, thing.end), thing.aliases, thing.anchor
        else:
            kind, where, names, anchor = thing.type, (thing.start, thing.end), thing.aliases, thing.anchor
        home = anchor or where
        name = self.original(*home)
        if isinstance(thing, Actor) and len(thing.name) != home[1] - home[0]:
            name = self.wording(thing.name) or name
        if isinstance(thing, MeetingMark):
            name = self.wording(thing.name) or name
        aliases = tuple(dict.fromkeys(w for a in names if (w := self.wording(a)) and w != name))
        span = self.marked.shadow.original(*(at or where))
        back = self.marked.shadow.original(*anchor) if anchor else None
        return Mention(kind, name, span[0], span[1], aliases, back)

    def original(self, start: int, end: int) -> str:
        """The report's own characters of a shadow span, white space left out."""
        a, b = self.marked.shadow.original(start, end)
        return "".join(self.marked.report.text[a:b].split())

    def wording(self, shadow_words: str) -> str:
        """A wording of the shadow in the report's own characters; "" if the report does not have it."""
        at = occurrences(self.text).first(shadow_words)
        return self.original(at, at + len(shadow_words)) if at >= 0 else ""

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
        """A statement whose evidence is the sentence of the scene."""
        start, end = self.marked.shadow.original(scene.sentence.start, scene.sentence.end)
        basis = scene.date_basis if date is None and scene.date else ""
        day = scene.date if date is None else date
        if status is Status.ACTUAL and self._lies_ahead(day):
            # An event on a later day is planned. Posts, speech and later sentences do not belong to that day.
            is_plan = load_schema().relations[relation].event and scene.names_day
            status, day, basis = (Status.PLANNED, day, basis) if is_plan else (status, "", "")
        return Statement(
            report=self.marked.report.id, subject=subject, relation=relation, object=obj, start=start, end=end,
            rule=rule, kind=kind, status=status, speaker=speaker or self._speaker(scene, max(subject.start, obj.start)),
            date=day, confidence=calibrated(rule, relation, confidence), date_basis=basis,
        )

    def _lies_ahead(self, day: str) -> bool:
        """Whether a day, or the first of a range, is after that of publication."""
        published = self.marked.report.date
        return bool(published and day) and not day.startswith("--") and day[:10] > published

    def _speaker(self, scene: Scene, at: int) -> str:
        """Who says what stands at the original offset `at`; "" is the reporter."""
        speech = _speech_at(scene.speeches, self.marked.shadow.index(at)) if scene.speeches else None
        return speech.speaker.name if speech is not None else ""

    def speech_status(self, start: int) -> Status:
        """Status of the speech whose words begin at `start`: 将在会上强调 is planned, 没有强调 denied."""
        before = self.text[max(0, start - 24) : start]
        if _WILL_SAY.search(before):
            return Status.PLANNED
        return Status.DENIED if _DID_NOT_SAY.search(before) else Status.ACTUAL

    def status(self, sentence: MarkedSentence, at: int) -> Status:
        """Status of a deed at `at`, by the words before it in its clause."""
        comma = max(self.text.rfind(c, sentence.start, at) for c in "，；。")
        before = self.text[max(comma + 1, sentence.start, at - _CLAUSE) : at]
        before = _SPEAKING_OF.sub("", before)
        if _DENIED.search(before):
            return Status.DENIED
        if _PLANNED.search(before) and not _NO_PLAN.search(before):
            return Status.PLANNED
        if _URGED.search(before):
            return Status.URGED
        return Status.ACTUAL


def _speech_at(speeches: tuple[Speech, ...], at: int) -> Speech | None:
    """The speech, of several in order, that holds the shadow offset `at`."""
    k = bisect_right(speeches, at, key=lambda s: s.start) - 1
    return speeches[k] if k >= 0 and at < speeches[k].end else None


@dataclass(frozen=True, slots=True)
class Rule:
    """A named rule: a function from a context to statements, with examples in its docstring."""

    name: str
    run: Callable[[Context, str], Iterator[Statement]]


#: Marks that stand before a name and are no part of it: ——国家主席.
_NO_BEGINNING = "、·—–-”"


def phrase_mention(context: Context, kind: str, start: int, end: int, aliases: tuple[str, ...] = ()) -> Mention:
    """A mention of a span that is its own name (phrase, post, document, value)."""
    while start < end - 1 and context.text[start] in _NO_BEGINNING:
        start += 1
    return context.mention(NameSpan(start, end, kind, aliases))
