"""The relations implements and pursues: who carries out which instruction, and what a place is to become.

The patterns of this module are in graphkit/grammar/patterns/documents.toml.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from graphkit.discourse.scene import Actor, Scene
from graphkit.grammar.patterns import guarded, pattern
from graphkit.model import Statement, Status
from graphkit.reading.clauses import CLAUSE_OR_COLON, Clause, clauses_before
from graphkit.recognition import gazetteer
from graphkit.recognition.lists import further_items
from graphkit.relations.drafting import Context, Rule, phrase_mention

_IMPLEMENTS = guarded("documents.implements")
_IMPLEMENTS_BOOK = guarded("documents.implements_book")
_GENERIC_INSTRUCTION = pattern("documents.generic_instruction")
_NAMES_AUTHOR = pattern("documents.names_author")
_DEMAND_AT_END = pattern("documents.demand_at_end")
_THIS_MEETING = pattern("documents.this_meeting")
_FULL_SESSION = pattern("documents.full_session")
_BODY = pattern("documents.body")
_WORDS_BEFORE_BODY = pattern("documents.words_before_body")
_ANY_BODY = pattern("documents.any_body")
_DIVISION_AT_END = pattern("documents.division_at_end")
_SUBJECT_IS_EVERYBODY = pattern("documents.subject_is_everybody")
_OPENS_WITH_MEETING = pattern("documents.opens_with_meeting")
_CLAUSE_OF_MEETING = pattern("documents.clause_of_meeting")
_ADDRESSED_DIVISION = pattern("documents.addressed_division")
_PURSUES = guarded("documents.pursues")
_PURSUES_MORE = pattern("documents.pursues_more")
_LAST_ATTRIBUTE = pattern("documents.last_attribute")
_GOVERNS_PLACE = pattern("documents.governs_place")
_PLACE_IS_SUBJECT = pattern("documents.place_is_subject")

#: Maximum number of characters between the beginning of a clause and a verb in which its subject is looked for.
_LONGEST_CLAUSE = 400


def carried_out(context: Context, rule: str) -> Iterator[Statement]:
    """The subject of a verb of carrying out implements the instruction that is named: 会议传达学习A精神, 县委认真贯彻A精神.

    Says: 9月3日，市长王建国主持召开市政府党组会议，传达学习省委经济工作会议精神。 => 市政府党组会议 implements 省委经济工作会议精神
    Not: 市长王建国在青石县调研时强调，要落实各项要求。 => 王建国 implements 各项要求
    Not: 9月3日，石渡县委农村工作会议召开。会议指出，要贯彻落实县委农村工作会议精神。 => 石渡县委农村工作会议 implements 县委农村工作会议精神
    """
    for scene in context.body():
        sentence = scene.sentence
        for phrase in (_IMPLEMENTS, _IMPLEMENTS_BOOK):
            for m in phrase.finditer(context.text, sentence.start, sentence.end):
                a, b = m.span("doc")
                if _GENERIC_INSTRUCTION.match(context.text[a:b]) or not _NAMES_AUTHOR.search(context.text[a:b]):
                    continue
                who = _subject(context, scene, m.start())
                if who is None or _is_own(who, context.text[a:b]):
                    continue
                document = phrase_mention(context, "Document", a, b, _short_names(context.text[a:b]))
                confidence = 0.8 if who.type != "Person" else 0.6
                status = _not_urged(context.status(sentence, m.start()))
                yield context.state(
                    scene,
                    "implements",
                    context.mention(who),
                    document,
                    rule,
                    confidence=confidence,
                    status=status,
                )


def _not_urged(status: Status) -> Status:
    """Return the status, with ACTUAL for URGED: the annotation guidelines count 希望石渡深入贯彻A as actual."""
    return Status.ACTUAL if status is Status.URGED else status


def _is_own(who: Actor, document: str) -> bool:
    """Tell whether an instruction was given by its subject: a meeting does not carry out its own spirit, but others do."""
    author = _DEMAND_AT_END.sub("", document)
    if who.type == "Person":
        return document.startswith(who.name)
    if who.type != "Meeting" or not author:
        return False
    if _THIS_MEETING.fullmatch(author):
        return _FULL_SESSION.search(who.name) is not None
    return who.name.endswith(author) or author.endswith(who.name) or author in who.aliases


def _short_names(words: str) -> tuple[str, ...]:
    """Return the name of an instruction without 精神, 要求 or 部署 at its end, if such a word is there."""
    short = _DEMAND_AT_END.sub("", words)
    return (short,) if len(short) >= 4 and short != words else ()


def _subject(context: Context, scene: Scene, at: int) -> Actor | None:
    """Return the subject of a verb at `at`: a named body or place, or else the speaker or the meeting."""
    sentence, text = scene.sentence, context.text
    nearest = list(islice(clauses_before(text, sentence.start, at, CLAUSE_OR_COLON), 2))
    for clause in nearest:
        body = _body_before(context, scene, max(clause.start, at - _LONGEST_CLAUSE), at)
        if body is not None:
            return body
    place = _addressed(context, nearest, at)
    if place is not None:
        return place
    if _SUBJECT_IS_EVERYBODY.match(nearest[0].text):
        return None
    for speech in scene.speeches:
        if speech.start <= at < speech.end:
            return speech.speaker
    mark = scene.meeting
    if mark is not None and (
        _OPENS_WITH_MEETING.match(text[sentence.start : at])
        or any(m.end <= at for m in scene.meetings)
        or _CLAUSE_OF_MEETING.match(nearest[0].text)
    ):
        return Actor("Meeting", mark.name, at, at + 1, (mark.start, mark.end), mark.aliases)
    return None


def _body_before(context: Context, scene: Scene, start: int, at: int) -> Actor | None:
    """Return the last body or place in a range that ends with the verb at `at`."""
    sentence, text = scene.sentence, context.text
    found = None
    for m in _BODY.finditer(text[start:at]):
        found = m
    if found is None:
        return None
    a, b = start + found.start("who"), start + found.end("who")
    k = sentence.token_index(a)
    if sentence.tokens[k].start != a and k + 1 < len(sentence.tokens) and sentence.tokens[k + 1].start < b:
        a = sentence.tokens[k + 1].start
    lead = _WORDS_BEFORE_BODY.match(text[a:b])
    if lead and lead.end() < b - a:
        a += lead.end()
    if b - a < 2 or _ANY_BODY.match(text[a:b]):
        return None
    return Actor(_type_of(text[a:b]), text[a:b], a, b)


def _type_of(words: str) -> str:
    """Return the type of a body or place by its name."""
    return "Place" if gazetteer.is_division(words) or _DIVISION_AT_END.search(words) else "Organization"


def _addressed(context: Context, nearest: Iterable[Clause], at: int) -> Actor | None:
    """Return a division without 省 or 市 that is the subject of one of the nearest clauses: 希望石渡深入贯彻A."""
    for clause in nearest:
        m = _ADDRESSED_DIVISION.match(context.text, clause.start, at)
        if m and gazetteer.is_division(m["who"]):
            return Actor("Place", m["who"], m.start("who"), m.end("who"))
    return None


def to_become(context: Context, rule: str) -> Iterator[Statement]:
    """The place that is the subject of 打造 or 建设 is to become the object: 石渡县要打造内陆开放综合枢纽.

    Says: 王建国强调，临汾要发挥优势，奋力打造内陆开放综合枢纽。 => 临汾 pursues 内陆开放综合枢纽
    Not: 王建国强调，要打造一流团队。 => 王建国 pursues 一流团队
    """
    for scene in context.body():
        sentence = scene.sentence
        for m in _PURSUES.finditer(context.text, sentence.start, sentence.end):
            who = _place_before(context, scene, m.start())
            if who is None:
                continue
            more = further_items(_PURSUES_MORE, context.text, m.end(), sentence.end, "target")
            for a, b in (m.span("target"), *more):
                cut = _LAST_ATTRIBUTE.search(context.text, a, b - 4)
                aliases = (context.text[cut.end() : b],) if cut and cut.start() > a else ()
                target = phrase_mention(context, "Phrase", a, b, aliases)
                status = context.status(sentence, m.start())
                status = Status.DENIED if status is Status.DENIED else Status.ACTUAL
                yield context.state(
                    scene,
                    "pursues",
                    context.mention(who),
                    target,
                    rule,
                    confidence=0.75,
                    status=status,
                )


def _place_before(context: Context, scene: Scene, at: int) -> Actor | None:
    """Return the last place or body before `at` in the sentence that is a subject."""
    sentence, text = scene.sentence, context.text
    for k in range(sentence.token_index(at), -1, -1):
        token = sentence.tokens[k]
        if token.end > at or token.tag not in {"LOC", "ORG"}:
            continue
        if _GOVERNS_PLACE.search(text[max(sentence.start, token.start - 2) : token.start]):
            continue
        if _PLACE_IS_SUBJECT.match(text[token.end : token.end + 3]):
            words = text[token.start : token.end]
            return Actor(_type_of(words), words, token.start, token.end)
    return None


RULES = (
    Rule("documents.carried_out", carried_out),
    Rule("documents.to_become", to_become),
)
