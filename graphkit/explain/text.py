"""An explanation as plain text, one block for each sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from graphkit.explain.events import Event, Explanation, SentenceExplanation, Stage

#: Maximum number of rejected policy phrases of a sentence that are shown without --all, and their minimum score.
_MOST_PHRASES, _LOWEST_SCORE = 5, 0.1
_PHRASE = "phrase"
#: Minimum probability of a rejected statement of the encoder that is shown without --all.
_LOWEST_PROBABILITY = 0.2


def lines(explanation: Explanation, number: int = 0, *, everything: bool = False) -> Iterator[str]:
    """Yield the lines of all sentences, or of the one with this number.

    everything: also why each rule has no candidate in a sentence, policy phrases with low scores, and their features.
    """
    report = explanation.report
    yield "  ".join(field for field in (report.id, report.title, report.date) if field)
    yield f"extractor: {explanation.extractor}"
    for sentence in explanation.sentences:
        if number in (0, sentence.number):
            yield ""
            yield from _of_sentence(explanation, sentence, everything)


def _of_sentence(explanation: Explanation, sentence: SentenceExplanation, everything: bool) -> Iterator[str]:
    text = explanation.report.text
    total = len(explanation.sentences)
    yield f"Sentence {sentence.number} of {total} ({sentence.kind}, characters {sentence.start}–{sentence.end})"
    yield f"  “{_one_line(text[sentence.start : sentence.end])}”"
    yield from (f"  {line}" for line in sentence.scene)
    mentions = [e for e in sentence.events if e.stage in (Stage.RECOGNITION, Stage.DISCOURSE)]
    candidates = [e for e in sentence.events if e.stage in (Stage.RELATIONS, Stage.VALIDATION)]
    shown = mentions if everything else _without_unlikely(mentions)
    # What is missing in the whole sentence comes first.
    shown.sort(key=lambda e: (e.start, e.end) != (sentence.start, sentence.end))
    if shown:
        yield "  Mentions, meetings and speeches"
    for event in shown:
        # Of the policy phrases, the steps are the features of the model.
        with_steps = everything or event.name != _PHRASE
        yield from _of_mention(text, sentence, event if with_steps else replace(event, steps=()))
    if len(shown) < len(mentions):
        yield f"    {len(mentions) - len(shown)} further policy phrases were rejected; --all shows them"
    proposed = [e for e in candidates if e.proposed_by]
    yield "  Statements of the rules" if proposed else "  Statements of the rules: no rule found a candidate"
    rule = ""
    for event, quotes in _grouped(text, proposed):
        if event.name != rule:
            rule = event.name
            yield f"    rule {rule}"
        yield from _of_candidate(event, quotes)
    yield from _without_candidate([e for e in candidates if not e.proposed_by], everything)
    yield from _of_merger([e for e in sentence.events if e.stage is Stage.MERGING], everything)


def _of_merger(events: list[Event], everything: bool) -> Iterator[str]:
    """Yield the verdicts of the merger, the most probable ones first."""
    if not events:
        return
    events.sort(key=lambda e: -e.score)
    shown = [e for e in events if everything or e.accepted or e.score >= _LOWEST_PROBABILITY]
    yield "  Merger (statements of the rules and of the encoder with their probabilities)"
    for event in shown:
        s = event.statement
        if s is not None:
            value = f"{s.kind}={s.object.name}" if s.kind else s.object.name
            what = f"{s.subject.name} {s.relation} {value}, from {event.proposed_by}, probability {event.score:.2f}"
            yield f"    {_outcome(event)} {what}: {event.reason}"
    if len(shown) < len(events):
        yield f"    {len(events) - len(shown)} less probable statements were rejected; --all shows them"


def _of_mention(text: str, sentence: SentenceExplanation, event: Event) -> Iterator[str]:
    if (event.start, event.end) == (sentence.start, sentence.end):
        yield f"    no {event.name}: {event.reason}"
        yield from _steps(event, "      ")
        return
    quote = _one_line(text[event.start : event.end])
    yield f"    {_outcome(event)} {event.name} “{quote}”, proposed by {event.proposed_by}: {event.reason}"
    yield from _steps(event, "               ")


def _grouped(text: str, events: list[Event]) -> Iterator[tuple[Event, str]]:
    """Yield events with their quotes; rejections of one rule for one reason are one event with several quotes."""
    groups: dict[tuple[object, ...], tuple[Event, list[str]]] = {}
    for number, event in enumerate(events):
        key = (event.name, event.proposed_by, event.reason, event.steps) if event.statement is None else (number,)
        quote = f"“{_shortened(_one_line(text[event.start : event.end]))}”"
        groups.setdefault(key, (event, []))[1].append(quote)
    for event, quotes in groups.values():
        yield event, ", ".join(dict.fromkeys(quotes))


def _of_candidate(event: Event, quotes: str) -> Iterator[str]:
    found = event.statement
    what = f"{quotes}, proposed by {event.proposed_by}"
    if found is not None:
        value = f"{found.kind}={found.object.name}" if found.kind else found.object.name
        what = f"{found.subject.name} {found.relation} {value} from {what}"
    reason = event.reason
    if found is not None and event.accepted:
        reason += f" (confidence {found.confidence:.2f})"
    yield f"      {_outcome(event)} {what}: {reason}"
    yield from _steps(event, "                 ")


def _outcome(event: Event) -> str:
    return "accepted" if event.accepted else "rejected"


def _steps(event: Event, indent: str) -> Iterator[str]:
    yield from (f"{indent}{step}" for step in event.steps)


def _without_candidate(events: list[Event], everything: bool) -> Iterator[str]:
    """Yield the rules that found no candidate: with their reasons if everything is shown, otherwise their names."""
    if not events:
        return
    if not everything:
        names = ", ".join(dict.fromkeys(event.name for event in events))
        yield f"  Rules without a candidate (--all shows why): {names}"
        return
    yield "  Rules without a candidate"
    for event in events:
        yield f"    {event.name}: {event.reason}"
        yield from _steps(event, "      ")


def _without_unlikely(events: list[Event]) -> list[Event]:
    """Return the events without rejected policy phrases with low scores, and with only the best of the others."""
    rejected = [e for e in events if e.name == _PHRASE and not e.accepted]
    best = sorted((e for e in rejected if e.score >= _LOWEST_SCORE), key=lambda e: -e.score)[:_MOST_PHRASES]
    return [e for e in events if e.name != _PHRASE or e.accepted or e in best]


def _one_line(words: str) -> str:
    return words.replace("\n", " ")


def _shortened(words: str) -> str:
    return words if len(words) <= 40 else f"{words[:40]}…"
