"""The candidates of recognition and discourse: persons, names, meetings, phrases, speeches and the leading person."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping

from graphkit.explain.events import Event, Stage
from graphkit.explain.reasons import Reasons, proposer_of_match, span_of
from graphkit.explain.recorder import Call, Item, Outcome, calls_in
from graphkit.recognition.phrase_features import Candidate
from graphkit.recognition.phrase_model import PhraseModel
from graphkit.recognition.phrases import PhraseSpan
from graphkit.relations.drafting import Context

#: Functions that propose persons: the variables with the span, and what proposes it; "" for the pattern of a match.
_PERSONS = {
    "persons._tagged": ("start", "end", "the tagger (tag PER)"),
    "persons._names_in": ("a", "b", ""),
    "persons._listed": ("a", "b", ""),
    "persons._with_known": ("a", "b", "the same name elsewhere in the report"),
    "titles.with_titles": ("a", "b", ""),
}
#: How policy phrases are found that need no score (graphkit.recognition.phrases.PhraseSpan.how).
_FORMS = frozenset(["focus", "basis", "doctrine"])
#: Rules that look for names behind every verb, preposition and comma: what they reject is rarely meant as a name.
_SEARCHES_ALL = frozenset(["places.in_name", "places.park_name"])
Span = tuple[int, int]


class EntityEvents:
    """Makes the events of recognition and discourse from the record."""

    def __init__(self, context: Context, calls: Iterable[Call]) -> None:
        self._context = context
        self._roots = list(calls)
        self._calls = [call for root in self._roots for call in (root, *calls_in(root))]
        self._reasons = Reasons(context.text)
        index = context.marked.normalized.index
        #: Spans of the subjects and objects of all statements that rules made.
        self._used = {
            (index(m.start), index(m.end - 1) + 1)
            for call in self._of("relations.statements")
            for s in call.made
            for m in (s.subject, s.object)
        }
        self._starts = [s.sentence.start for s in context.scenes]

    def events(self) -> Iterator[tuple[int, Event]]:
        """Yield the events with the index of their sentence; equal ones only once, the accepted one of several."""
        found: dict[tuple[str, Span], tuple[int, Event]] = {}
        for event in (
            *self._persons(),
            *self._names(),
            *self._bodies(),
            *self._meetings(),
            *self._speeches(),
            *self._leader(),
            *self._phrases(),
        ):
            at = bisect_right(self._starts, self._context.marked.normalized.index(event.start)) - 1
            key = event.name, (event.start, event.end)
            known = found.get(key)
            if known is None or (event.accepted and not known[1].accepted):
                found[key] = max(at, 0), event
        yield from sorted(found.values(), key=lambda f: (f[0], f[1].start, f[1].end))

    def _of(self, *titles: str) -> Iterator[Call]:
        return (call for call in self._calls if call.function.title in titles)

    def _event(
        self, name: str, by: str, span: Span, accepted: bool, reason: str, steps: Iterable[str] = (),
        stage: Stage = Stage.RECOGNITION, score: float = 1.0,
    ) -> Event:  # fmt: skip
        start, end = self._context.marked.normalized.original(*span)
        return Event(stage, name, by, start, end, accepted, reason, tuple(steps), score=score)

    def _persons(self) -> Iterator[Event]:
        people = {(p.start, p.end): p for s in self._context.scenes for p in s.sentence.persons}
        for call in self._of(*_PERSONS):
            first, last, by = _PERSONS[call.function.title]
            for item in _items(call):
                token = item.values.get("token")
                if token is not None and token.tag != "PER":
                    continue
                span = (item.names.get(first), item.names.get(last))
                if call.function.title == "persons._tagged" and token is not None and span[0] is None:
                    span = token.start, token.end
                match = item.values.get("m")
                source = by or (proposer_of_match(match, item.function) if isinstance(match, re.Match) else "")
                if type(span[0]) is int and type(span[1]) is int and source:
                    yield from self._person(item, (span[0], span[1]), source, people)

    def _person(self, item: Item, span: Span, by: str, people: Mapping[Span, object]) -> Iterator[Event]:
        found = people.get(span)
        if found is not None:
            posts = "、".join(self._context.text[a:b] for a, b in getattr(found, "posts", ()))
            mentioned = getattr(found, "embedded", False)
            reason = f"posts before the name: {posts}" if posts else "no post before the name"
            if mentioned:
                reason = "part of the name of a doctrine or instruction, so the person acts in nothing"
            yield self._event("person", by, span, True, reason)
        elif item.children and isinstance(item.children[-1], Outcome) and item.children[-1].parts:
            reason, steps = self._reasons.of_rejected(item)
            yield self._event("person", by, span, False, reason, steps)

    def _names(self) -> Iterator[Event]:
        for rule, call in self._rule_calls():
            if call.function.title == "names.names_in" and rule not in _SEARCHES_ALL:
                for item in _items(call):
                    span = item.values.get("span")
                    if isinstance(span, tuple) and span[0] < span[1]:
                        yield self._name(rule, call, item, span)

    def _rule_calls(self) -> Iterator[tuple[str, Call]]:
        """Yield all calls with the rule that they are part of."""
        for root in self._of("relations.statements"):
            for item in root.children:
                rule = item.values.get("rule") if isinstance(item, Item) else None
                if rule is not None and isinstance(item, Item):
                    yield from ((rule.name, call) for call in calls_in(item))

    def _name(self, rule: str, call: Call, item: Item, span: Span) -> Event:
        by = f"the list that rule {rule} reads"
        proper = next((c for c in calls_in(call) if _is_check_of(c, span)), None)
        named = next((c.value for c in calls_in(item) if c.function.title == "names._named"), None)
        if named is None:
            return self._event("name", by, span, False, *self._reasons.of_rejected(item))
        steps = self._reasons.of_call(proper) if proper is not None and proper.value else ()
        reason = f"type {named.type}"
        if (named.start, named.end) not in self._used:
            why = next((w for root in self._roots if (w := self._reasons.after(root, call))), "")
            reason += "; no statement uses it" + (f", because the list ends before it: {why}" if why else "")
        return self._event("name", by, (named.start, named.end), True, reason, steps)

    def _bodies(self) -> Iterator[Event]:
        """Yield the organizations of rosters: 市发改委 in 市发改委、青石县负责人参加调研."""
        for call in self._of("rosters.body_items"):
            for item in _items(call):
                span = item.names.get("x"), item.names.get("y")
                if type(span[0]) is not int or type(span[1]) is not int or span[0] >= span[1]:
                    continue
                by = "a roster (rosters.body_items)"
                if self._reasons.is_rejected(item):
                    reason, steps = self._reasons.of_rejected(item)
                    yield self._event("organization", by, (span[0], span[1]), False, reason, steps)
                else:
                    yield self._event("organization", by, (span[0], span[1]), True, "it ends like the name of a body")

    def _meetings(self) -> Iterator[Event]:
        for call in self._of("meetings.find_meetings"):
            marks = {mark.end: mark for mark in call.value or ()}
            for item in _items(call):
                match = item.values.get("m")
                if not isinstance(match, re.Match):
                    continue
                by, mark = proposer_of_match(match, item.function), marks.get(match.end())
                if mark is not None:
                    means = "" if mark.full else f"; it means {mark.name}"
                    held = (
                        "it takes place in this report"
                        if mark.held
                        else "it is only mentioned and does not take place here"
                    )
                    yield self._event("meeting", by, (mark.start, mark.end), True, held + means, stage=Stage.DISCOURSE)
                else:
                    reason, steps = self._reasons.of_rejected(item)
                    yield self._event("meeting", by, match.span(), False, reason, steps, Stage.DISCOURSE)

    def _speeches(self) -> Iterator[Event]:
        for call in self._of("scene._speeches"):
            if not call.value and not any(True for _ in _items(call)):
                yield self._no_speech(call)
            for item in _items(call):
                match = item.values.get("m")
                if not isinstance(match, re.Match):
                    continue
                by = proposer_of_match(match, item.function)
                speaker = next((c for c in calls_in(item) if c.function.title == "scene._speaker"), None)
                if speaker is None:
                    reason, steps = self._reasons.of_rejected(item)
                    yield self._event("speech", by, match.span(), False, reason, steps, Stage.DISCOURSE)
                elif speaker.value[0] is None:
                    steps = self._reasons.of_call(speaker)
                    yield self._event(
                        "speech", by, match.span(), False, "the speaker is not known", steps, Stage.DISCOURSE
                    )
                else:
                    actor, via = speaker.value
                    reason = f"the speaker is {actor.name} ({_VIA[via]})"
                    yield self._event("speech", by, match.span(), True, reason, stage=Stage.DISCOURSE)

    def _no_speech(self, call: Call) -> Event:
        """Return why a sentence without a verb of speaking is no speech."""
        sentence = call.arguments["sentence"]
        going_on = next((c for c in calls_in(call) if c.function.title == "scene._goes_on"), None)
        reason = "there is no verb of speaking (pattern scene.speech), and no speech precedes the sentence"
        steps: tuple[str, ...] = ()
        if going_on is not None:
            reason = (
                "there is no verb of speaking (pattern scene.speech), and the speech before it does not continue here"
            )
            steps = self._reasons.of_call(going_on)
        return self._event(
            "speech", "the sentence", (sentence.start, sentence.end), False, reason, steps, Stage.DISCOURSE
        )

    def _leader(self) -> Iterator[Event]:
        for call in self._of("leaders._leading"):
            for item in _items(call):
                span = span_of(item, self._context.text)
                last = item.children[-1] if item.children else None
                if span is None or not isinstance(last, Outcome) or not last.parts:
                    continue
                reason, steps = self._reasons.of_rejected(item)
                by = "person in the first sentences"
                yield self._event("leader", by, span, last.kind == "return", reason, steps, Stage.DISCOURSE)

    def _phrases(self) -> Iterator[Event]:
        for call in self._of("phrases.phrases_in"):
            for found in call.value or ():
                if found.how in _FORMS:
                    form = f"a phrase with a fixed form ({found.how})"
                    yield self._event("phrase", form, (found.start, found.end), True, "such a phrase needs no score")
        for call in self._of("phrases.choose"):
            yield from self._scored(call)

    def _scored(self, call: Call) -> Iterator[Event]:
        """Yield the candidates of a clause with the scores of the phrase model, the best first."""
        model, choices, taken = (call.arguments[name] for name in ("model", "choices", "taken"))
        chosen = {(c.start, c.end) for c, _ in call.value}
        others: list[PhraseSpan] = [*taken, *(c for c, _ in call.value)]
        ranked = sorted(zip(model.scores(choices), choices, strict=True), key=lambda x: (-x[0], x[1].start, -x[1].end))
        for score, c in ranked:
            span = c.start, c.end
            steps = _weights(model, c)
            if span in chosen:
                reason = f"score {score:.2f} is above the threshold {model.threshold:.2f}"
            elif score <= model.threshold:
                reason = f"score {score:.2f} is not above the threshold {model.threshold:.2f}"
            else:
                over = next(o for o in others if o.start < c.end and c.start < o.end)
                reason = f"score {score:.2f}, but it overlaps with “{self._context.text[over.start : over.end]}”"
            yield self._event("phrase", "the phrase model", span, span in chosen, reason, steps, score=score)


#: How a speaker was found (graphkit.discourse.scene.Speech).
_VIA = {
    "name": "the name is before the verb", "pronoun": "a pronoun or the team refers to the speaker",
    "meeting": "the meeting speaks", "dropped": "the verb has no subject",
}  # fmt: skip


#: Number of features of a policy phrase that are shown for and against it.
_MOST_FEATURES = 3
#: The feature that every candidate has.
_BIAS = "b"


def _weights(model: PhraseModel, candidate: Candidate) -> list[str]:
    """Return the features of a policy phrase with the largest weights for and against it (docs/decisions/006)."""
    weighed = sorted(
        ((model.weights.get(f, 0.0), f) for f in set(candidate.features) - {_BIAS}), key=lambda w: (w[0], w[1])
    )
    steps = []
    for title, chosen in (("against", weighed[:_MOST_FEATURES]), ("for", weighed[: -_MOST_FEATURES - 1 : -1])):
        listed = ", ".join(f"{name} ({weight:+.2f})" for weight, name in chosen if weight)
        if listed:
            steps.append(f"features {title} it: {listed}")
    return steps


def _items(call: Call) -> Iterator[Item]:
    """Yield the iterations of a call, also those inside other loops of it."""
    waiting = [child for child in call.children if isinstance(child, Item)]
    for item in waiting:
        yield item
        waiting += [child for child in item.children if isinstance(child, Item)]


def _is_check_of(call: Call, span: Span) -> bool:
    return call.function.title == "names.is_proper" and call.arguments.get("span") == span
