"""Recognises short titles that refer to a person of the report: 周书记 after 市委书记周明, 总书记 after 习近平总书记."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from graphkit.grammar.patterns import pattern
from graphkit.recognition.marks import MarkedReport, MarkedSentence, PersonMark

#: Up to this number of titles, a sentence is searched for each of them before the pattern is tried.
_FEW_TITLES = 20

_RANK_AT_END = pattern("titles.rank_at_end")
_TITLED = pattern("titles.titled")
_MAIN_SECRETARY = pattern("titles.main_secretary")
_OF_DOCTRINE = pattern("titles.of_doctrine")


def short_titles(marked: MarkedReport, sentences: Iterable[MarkedSentence]) -> dict[str, PersonMark]:
    """Return the short titles by which the report may refer to its persons.

    A short title that could refer to two persons is left out.
    """
    meant: dict[str, dict[str, PersonMark]] = {}
    for sentence in sentences:
        for person in sentence.persons:
            ranks = (_RANK_AT_END.search(marked.words(a, b)) for a, b in person.posts)
            found = {person.name[0] + m.group() for m in ranks if m}
            if title := _MAIN_SECRETARY.match(marked.text, person.end):
                found.add(title.group())
            for short in found:
                meant.setdefault(short, {}).setdefault(person.name, person)
    return {short: next(iter(people.values())) for short, people in meant.items() if len(people) == 1}


def with_titles(marked: MarkedReport, sentence: MarkedSentence, titles: dict[str, PersonMark]) -> MarkedSentence:
    """Return the sentence with its short titles as persons, each of which refers to the full name."""
    text = marked.text[sentence.start : sentence.end]
    if not titles or (len(titles) <= _FEW_TITLES and not any(short in text for short in titles)):
        return sentence
    found = list(sentence.persons)
    for m in _TITLED.finditer(marked.text, sentence.start, sentence.end):
        for group, name in ((0, m.group()), ("rank", m["rank"])):
            a, b = m.span(group)
            person = titles.get(name)
            free = not any(a <= p.end and b > p.left for p in sentence.persons)
            if person is not None and free and sentence.starts_word(a):
                if not _OF_DOCTRINE.match(marked.text, b, sentence.end):
                    anchor = person.anchor or (person.start, person.end)
                    found.append(PersonMark(a, b, person.name, anchor=anchor))
                break
    return replace(sentence, persons=tuple(sorted(found, key=lambda p: p.start)))
