"""From a record to the reason for which a candidate was accepted or rejected."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from typing import Any

from graphkit.discourse.meetings import MeetingMark
from graphkit.discourse.scene import Actor, Scene, Speech
from graphkit.explain.claims import CLEAR, TECHNICAL
from graphkit.explain.recorder import Call, Item, Outcome
from graphkit.explain.source import Function
from graphkit.explain.wording import claim, pattern_name, quoted, sentence, shown
from graphkit.model import Mention, Statement
from graphkit.recognition.marks import PersonMark
from graphkit.recognition.names import NameSpan
from graphkit.recognition.phrases import PhraseSpan
from graphkit.recognition.tagger import Token

#: Maximum depth of the calls whose decisions are reported, and maximum number of steps.
_DEEPEST, _MOST_STEPS = 5, 12
#: Pairs of loop variables that are a span.
_PAIRS = (("a", "b"), ("start", "end"), ("x", "y"))
_SPANNED = (PersonMark, Actor, MeetingMark, NameSpan, Speech, PhraseSpan, Token)

#: Part of a clause that is no reason of its own, and quotations in a reason.
_NOT_LISTED = " is not in the lexicon class "
_QUOTED = re.compile("“[^”]*”")

Span = tuple[int, int]


def span_of(item: Item, text: str, floor: int = 0) -> Span | None:
    """Return the span of a candidate in the normalized text; None if the loop is not over candidates.

    floor: where the sentence begins; a match in a part of the text is looked for from there.
    """
    values = item.values
    for value in values.values():
        if isinstance(value, re.Match):
            return span_of_match(value, text, floor)
        if isinstance(value, _SPANNED):
            return value.start, value.end
        if isinstance(value, tuple) and len(value) == 2 and all(type(v) is int for v in value):
            return value
    for first, second in _PAIRS:
        a, b = values.get(first), values.get(second)
        if type(a) is int and type(b) is int:
            return a, b
    return None


def is_match(item: Item) -> bool:
    """Tell whether a loop runs over the matches of a pattern."""
    return any(isinstance(value, re.Match) for value in item.values.values())


def match_of(item: Item) -> re.Match[str] | None:
    """Return the match that proposed what a rule made in an iteration: its variable, or the match `m` in its body."""
    found = [value for value in item.values.values() if isinstance(value, re.Match)]
    inside = item.names.get("m")
    return found[0] if found else inside if isinstance(inside, re.Match) else None


def span_of_match(m: re.Match[str], text: str, floor: int) -> Span | None:
    """Return the span of a match in the normalized text; a match in a part of the text is looked for from `floor`."""
    if m.string == text:
        return m.span()
    base = text.find(m.string.removesuffix("。"), floor)
    return (base + m.start(), base + m.end()) if base >= 0 else None


def proposer(item: Item) -> str:
    """Return what proposed a candidate: the pattern of a match, or the kind of mention over which the loop runs."""
    for value in item.values.values():
        if isinstance(value, re.Match):
            return proposer_of_match(value, item.function)
        kinds = (
            (PersonMark, "person"),
            (Speech, "speech"),
            (PhraseSpan, "phrase"),
            (NameSpan, "name"),
            (Actor, "participant"),
        )
        for kind, name in kinds:
            if isinstance(value, kind):
                return f"a {name} in the sentence"
    return item.function.title


def proposer_of_match(m: re.Match[str], function: Function) -> str:
    """Return the name of the pattern of a match."""
    name = pattern_name(m.re)
    return f"pattern {name}" if name else f"a regular expression in {function.title}"


def scene_of(item: Item) -> Scene | None:
    """Return the scene over which a loop of a rule runs."""
    return next((value for value in item.values.values() if isinstance(value, Scene)), None)


def said(outcome: Outcome, text: str) -> str:
    """Return the condition that decided as one English sentence without a full stop."""
    parts = [part for part in outcome.parts if ast.unparse(part.node) not in TECHNICAL] or outcome.parts
    clauses = list(dict.fromkeys(sentence(part, text) for part in parts))
    # That a word is not a common one is no reason where there is another one.
    return ", and ".join([c for c in clauses if _NOT_LISTED not in c] or clauses)


class Reasons:
    """Finds the reasons in the record of a report. text: its normalized text."""

    def __init__(self, text: str) -> None:
        self._text = text

    def of_rejected(self, node: Item | Call, before: Call | None = None) -> tuple[str, tuple[str, ...]]:
        """Return why nothing was made of a candidate, and the steps that led there.

        before: the call whose result a generator of statements received.
        """
        outcome = self._last_outcome(node)
        if outcome is not None:
            steps = tuple(dict.fromkeys(self._origin(outcome)))
            if outcome.kind == "empty" and before is not None:
                more = self._failed_checks(before) if steps else self._why(before, 0)
                steps = tuple(dict.fromkeys((*steps, *more)))
            reason = said(outcome, self._text)
            return reason, _distinct(step for step in steps if step != reason and not step.endswith(f": {reason}"))
        inner = [child for child in node.children if isinstance(child, Item) and not child.made]
        if inner:
            return self._of_several([(self.label(child), *self.of_rejected(child)) for child in inner])
        return self._of_generators(node)

    def after(self, node: Item | Call, call: Call) -> str:
        """Return why the function that made a call ended its loop directly after it, "" if it did not."""
        for number, child in enumerate(node.children):
            if child is call:
                for later in node.children[number + 1 :]:
                    if isinstance(later, Outcome) and later.kind == "break" and later.parts:
                        return said(later, self._text)
                    if not isinstance(later, Outcome) and later.function is call.function:
                        break
                return ""
            if not isinstance(child, Outcome) and (reason := self.after(child, call)):
                return reason
        return ""

    def is_rejected(self, item: Item) -> bool:
        """Tell whether an iteration ended with a condition because of which nothing was made of it."""
        outcome = self._last_outcome(item)
        return outcome is not None and outcome.kind != "return"

    def _of_several(self, found: list[tuple[str, str, tuple[str, ...]]]) -> tuple[str, tuple[str, ...]]:
        """Return one reason for several candidates, each with its label, its reason and its steps."""
        if len(found) == 1 or not any(label for label, _, _ in found):
            # Reasons that differ in the quoted words only are given once.
            reasons = {_QUOTED.sub("", r): f"{label}: {r}" if label and len(found) > 1 else r for label, r, _ in found}
            return ", and ".join(reasons.values()), _distinct(step for _, _, steps in found for step in steps)
        steps = [step for label, reason, more in found for step in (f"{label}: {reason}", *more)]
        return f"none of the {len(found)} candidates in it was accepted", _distinct(steps)

    def _of_generators(self, node: Item | Call) -> tuple[str, tuple[str, ...]]:
        """Return the reason of the generators of statements that were called for a candidate."""
        before: Call | None = None
        found: tuple[str, tuple[str, ...]] = ("no rule made a statement of it", ())
        for child in node.children:
            if isinstance(child, Call) and child.function.makes_statements:
                found = self.of_rejected(child, before)
            elif isinstance(child, Call):
                before = child
        return found

    def _last_outcome(self, node: Item | Call) -> Outcome | None:
        """Return the outcome at the end, or else the last one if nothing was made before or after it."""
        for child in reversed(node.children):
            if isinstance(child, Outcome):
                return child if child.parts else None
            if isinstance(child, Item) or child.function.makes_statements:
                return None
        return None

    def _origin(self, outcome: Outcome, depth: int = 0) -> Iterator[str]:
        """Yield the decisions of the calls that computed the parts of a condition."""
        if depth < _DEEPEST:
            for part, calls in zip(outcome.parts, outcome.calls, strict=True):
                for call in calls:
                    if call.function.title in CLEAR:
                        continue
                    if _is_nothing(call.value) is not part.holds:
                        yield from self._why(call, depth)

    def _why(self, call: Call, depth: int) -> Iterator[str]:
        """Yield why a call returned what it did: the candidates that it skipped and its last decision."""
        steps: list[str] = []
        for child in call.children:
            if isinstance(child, Item):
                steps += self._skipped(child, _is_nothing(call.value))
            elif (
                isinstance(child, Call) and not isinstance(child.value, bool) and _is_nothing(child.value) and depth < 2
            ):
                steps += self._why(child, depth + 1)
        outcome = self._last_outcome(call)
        if outcome is not None and outcome.kind == "return":
            steps.append(f"{call.function.title}: {said(outcome, self._text)}")
            steps += self._origin(outcome, depth + 1)
        kind, looked_for = claim(call.function.documentation)
        if not steps and kind == "returns" and _is_nothing(call.value):
            steps.append(f"{call.function.title} found nothing; it looks for {looked_for}")
        yield from steps

    def _failed_checks(self, call: Call) -> Iterator[str]:
        """Yield the checks that a function made without success, such as whether a roster goes on to the left."""
        for child in call.children:
            outcome = self._last_outcome(child) if isinstance(child, Call) else None
            if isinstance(child, Call) and outcome is not None and child.value is False:
                yield f"{child.function.title}: {said(outcome, self._text)}"

    def of_call(self, call: Call) -> tuple[str, ...]:
        """Return the decisions of a call, the last one first."""
        return _distinct(self._why(call, 0))

    def _skipped(self, item: Item, is_rejected: bool) -> Iterator[str]:
        """Yield why an iteration went on to the next candidate, or returned; the latter only if something was found."""
        label, outcome = self.label(item), self._last_outcome(item)
        if label and outcome is not None and outcome.kind != "empty" and (is_rejected or outcome.kind == "return"):
            yield f"{label}: {said(outcome, self._text)} ({item.function.title})"
            yield from self._origin(outcome, _DEEPEST - 1)

    def label(self, item: Item) -> str:
        """Return the words of a candidate, "" if the loop is not over candidates."""
        for value in item.values.values():
            if isinstance(value, Token):
                return quoted(self._text[value.start : value.end])
            if isinstance(value, (re.Match, *_SPANNED, Mention)):
                return shown(value, self._text)
            if isinstance(value, Statement):
                return f"{value.subject.name} {value.relation} {value.object.name}"
        span = span_of(item, self._text)
        return quoted(self._text[slice(*span)]) if span is not None and span[0] < span[1] else ""


def _distinct(steps: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(steps))[:_MOST_STEPS]


def _is_nothing(value: Any) -> bool:
    """Tell whether a result means that nothing was found."""
    if isinstance(value, tuple) and value:
        return value[0] is None or value[0] == []
    return not value
