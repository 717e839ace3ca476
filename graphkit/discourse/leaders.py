"""Who leads the visit, meeting or talk that a report tells of (GENRE.md 3)."""

from __future__ import annotations

import re

from graphkit.model import PassageKind
from graphkit.recognition.lexicon import led_by
from graphkit.recognition.marks import MarkedReport, MarkedSentence, PersonMark

_LEADS = re.compile(
    "^"
    + led_by(
        r"一行|近日|日前|\d+日(?:至\d+日)?|\d+月\d+日(?:至(?:\d+月)?\d+日)?|[上下]午|首先|先后|今天|昨天|率队|带队|来我?[省市县区]?",
        {"率": (0, 20), "带领": (2, 40)}, outside="，。",
    )
    + r"(?:在[^，。]{1,30}?(?:调研|考察|视察|检查|慰问|指导|督导|出席|主持|会见|召开|走访|看望)|到|来|赴|深入|前往|莅|率|带|督导|调研|考察|检查|走访|主持|出席|会见|同|致电|致信|会谈|参观|慰问|看望|视察|督查|来到|乘|抵达|离开|应邀|启程|强调|指出|就|并)"
)


def leader(marked: MarkedReport, own: list[MarkedSentence]) -> PersonMark | None:
    """The first person who leads a visit, a meeting or a talk: whom the headline names so and the first sentences too, else the first of these sentences.

    own: the sentences of one item of the report.
    """
    body = [s for s in own if s.frame.kind in (PassageKind.LEAD, PassageKind.SENTENCE)]
    headlines = [s for s in own if s.frame.kind is PassageKind.HEADLINE]
    in_headline = next((person for s in headlines if (person := _leading(marked, s)) is not None), None)
    if in_headline is not None:
        for sentence in body[:4]:
            for person in sentence.actors():
                if person.name == in_headline.name:
                    return person
    for sentence in body[:4]:
        if (leading := _leading(marked, sentence)) is not None:
            return leading
    if in_headline is not None:
        return in_headline
    for sentence in body[:2]:
        for person in sentence.actors():
            if person.posts:
                return person
    return None


def _leading(marked: MarkedReport, sentence: MarkedSentence) -> PersonMark | None:
    """The first person of a sentence who leads, not one who comes along, is met or is spoken of."""
    for person in sentence.actors():
        rest = marked.text[person.end : sentence.end]
        before = marked.text[max(sentence.start, person.left - 4) : person.left]
        if re.search(r"(?:受|在|由|陪同|委派)$", before) and re.match(r"委派|陪同下", rest) is not None:
            continue
        if re.match(r"(?:等[^，。]{0,6})?(?:陪同|参加调研|总书记委派|同志?委派|委派)", rest) or re.search(r"(?:受)$", before):
            continue
        if re.match(r"(?:等)?(?:也|前来)?(?:到|前往|来到|在)[^，。]{1,12}(?:迎接|送行|迎候)", rest):
            continue
        if _LEADS.match(rest):
            return _first_of_list(marked, sentence, person)
    return None


def _first_of_list(marked: MarkedReport, sentence: MarkedSentence, person: PersonMark) -> PersonMark:
    """市委书记甲、市长乙率代表团: the first of those who lead together."""
    first = person
    for other in reversed(sentence.actors()):
        if other.end + 1 == first.left and marked.text[other.end] in "、和":
            first = other
    return first
