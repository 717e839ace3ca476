"""Finds the leading person of the visit, meeting or talk of a report (docs/genre.md)."""

from __future__ import annotations

from graphkit.grammar.patterns import pattern
from graphkit.model import PassageKind
from graphkit.recognition.lists import joined_persons
from graphkit.recognition.marks import MarkedReport, MarkedSentence, PersonMark

_LEADS = pattern("leaders.leads")
_SENT_OR_ACCOMPANIED_BEFORE = pattern("leaders.sent_or_accompanied_before")
_SENT_OR_ACCOMPANIED = pattern("leaders.sent_or_accompanied")
_DOES_NOT_LEAD = pattern("leaders.does_not_lead")
_ENTRUSTED_BY = pattern("leaders.entrusted_by")
_WELCOMES = pattern("leaders.welcomes")


def leader(marked: MarkedReport, own: list[MarkedSentence]) -> PersonMark | None:
    """Return the leading person of the visit, meeting or talk of a report.

    This is the leading person of the headline, as named in the first sentences. If the headline has none, it is the
    first leading person of these sentences, and otherwise the first person with an office.

    Parameters
    ----------
    marked
        The report.
    own
        The sentences of one item of the report.
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
    """Return the first leading person of a sentence. Companions and people who are only mentioned do not lead."""
    for person in sentence.actors():
        rest = marked.text[person.end : sentence.end]
        before = marked.text[max(sentence.start, person.left - 4) : person.left]
        if _SENT_OR_ACCOMPANIED_BEFORE.search(before) and _SENT_OR_ACCOMPANIED.match(rest):
            continue
        if _DOES_NOT_LEAD.match(rest) or _ENTRUSTED_BY.search(before) or _WELCOMES.match(rest):
            continue
        if _LEADS.match(rest):
            # 市委书记甲、市长乙率代表团: the first of those who lead together.
            return joined_persons(marked.text, sentence.actors(), person)[0]
    return None
