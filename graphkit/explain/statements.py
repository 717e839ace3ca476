"""The candidates of the rules: what each rule found in a sentence, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graphkit.discourse.scene import Scene
from graphkit.explain.events import Event, Stage
from graphkit.explain.reasons import (
    Reasons,
    is_match,
    match_of,
    proposer,
    proposer_of_match,
    scene_of,
    span_of,
    span_of_match,
)
from graphkit.explain.recorder import Call, Item, Outcome, calls_in
from graphkit.model import Statement, Status
from graphkit.relations import statement_key
from graphkit.relations.drafting import Context

#: Functions that give a statement its status, when it is not actual.
_GIVES_STATUS = ("status", "speech_status", "_lies_ahead")


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What became of the statements of the rules after all rules had run.

    kept: the statements that were kept, by key. dropped: reasons for which one was dropped as a repetition, by key.
    refused: reasons of the schema, by key.
    """

    kept: dict[tuple[str, ...], Statement]
    dropped: dict[tuple[str, ...], str]
    refused: dict[tuple[str, ...], str]


class RuleEvents:
    """Makes the events of the rules from the record."""

    def __init__(self, context: Context, verdicts: Verdicts) -> None:
        self._context = context
        self._verdicts = verdicts
        self._reasons = Reasons(context.text)
        self._seen: set[tuple[str, ...]] = set()

    def of_rule(self, rule: str, call: Call) -> Iterator[tuple[Scene, Event]]:
        """Yield the events of a rule with their scenes, in the order in which the rule ran."""
        for item, scene, makes_statements in self._scenes(call, True):
            found = list(self._inside(rule, scene, item, [item])) if makes_statements else []
            if not makes_statements and not self._reasons.is_rejected(item):
                continue
            if not found and not item.made:
                reason, steps = self._reasons.of_rejected(item)
                span = scene.sentence.start, scene.sentence.end
                found = [self._event(rule, "", span, False, reason, steps)]
            for event in found:
                yield scene, event

    def _scenes(self, call: Call, makes_statements: bool) -> Iterator[tuple[Item, Scene, bool]]:
        """Yield the iterations of a rule, or of a function that selects scenes for it, and whether it is the rule."""
        for child in call.children:
            if isinstance(child, Item):
                scene = scene_of(child)
                if scene is not None:
                    yield child, scene, makes_statements
            elif isinstance(child, Call) and child.function.module.startswith("graphkit.relations."):
                yield from self._scenes(child, child.function.makes_statements)

    def _inside(self, rule: str, scene: Scene, node: Item | Call, above: list[Item]) -> Iterator[Event]:
        """Yield the events of the candidates in an iteration or a generator of statements."""
        for child in node.children:
            if isinstance(child, Call) and child.function.makes_statements:
                yield from self._inside(rule, scene, child, above)
            elif isinstance(child, Item):
                yield from self._of_item(rule, scene, child, above)
        yield from self._made_in(rule, scene, node, above)

    def _of_item(self, rule: str, scene: Scene, item: Item, above: list[Item]) -> Iterator[Event]:
        span = self._span(scene, item)
        if item.made or span is None:
            yield from self._inside(rule, scene, item, [*above, item] if span is not None else above)
            return
        if self._is_of_other_rule(item):
            return
        reason, steps = self._reasons.of_rejected(item)
        # A rule that looks at the sentence as a whole has no candidate.
        by = "" if span == (scene.sentence.start, scene.sentence.end) else proposer(item)
        yield self._event(rule, by, span, False, reason, steps)

    def _span(self, scene: Scene, item: Item) -> tuple[int, int] | None:
        span = span_of(item, self._context.text, scene.sentence.start)
        return span if span is not None and span[0] < span[1] else None

    def _is_of_other_rule(self, item: Item) -> bool:
        """Tell whether a rule only tests a speech that another rule reads (`speech.via in via`)."""
        last = item.children[-1] if item.children else None
        return isinstance(last, Outcome) and any("via" in part.inputs for part in last.parts)

    def _made_in(self, rule: str, scene: Scene, node: Item | Call, above: list[Item]) -> Iterator[Event]:
        """Yield the statements that were made in a node and not in an iteration inside it."""
        inner = {id(s) for child in node.children if isinstance(child, (Item, Call)) for s in child.made}
        for found in node.made:
            if id(found) not in inner:
                yield self._statement(rule, scene, found, [*above, node] if isinstance(node, Item) else above, node)

    def _statement(self, rule: str, scene: Scene, found: Statement, above: Sequence[Item], node: Item | Call) -> Event:
        key = statement_key(found)
        by, span = self._source(scene, above, node)
        reason, accepted, stage = self._verdict(found, key)
        candidates = [item for item in above if scene_of(item) is None]
        steps = tuple(self._status_steps(found, candidates or [node]))
        return self._event(rule, by, span, accepted, reason, steps, found, stage)

    def _source(self, scene: Scene, above: Sequence[Item], node: Item | Call) -> tuple[str, tuple[int, int]]:
        """Return what proposed a statement, and its span: a match if there is one, else the outermost candidate."""
        items = [*above, *([node] if isinstance(node, Item) else [])]
        for item in (*(i for i in items if is_match(i)), *reversed(items)):
            m = match_of(item)
            span = span_of_match(m, self._context.text, scene.sentence.start) if m is not None else None
            if m is not None and span is not None and span[0] < span[1]:
                return proposer_of_match(m, item.function), span
        for item in items:
            span = self._span(scene, item)
            if span is not None:
                return proposer(item), span
        return "the sentence", (scene.sentence.start, scene.sentence.end)

    def _verdict(self, found: Statement, key: tuple[str, ...]) -> tuple[str, bool, Stage]:
        """Return what became of a statement: the reason, whether it is in the result, and the stage that decided."""
        kept = self._verdicts.kept.get(key)
        if key in self._verdicts.refused:
            return f"the schema rejects it: {self._verdicts.refused[key]}", False, Stage.VALIDATION
        if kept is None:
            reason = self._verdicts.dropped.get(key, "it repeats an earlier statement")
            return reason, False, Stage.VALIDATION
        if key in self._seen:
            return f"merged with the same statement of rule {kept.rule}", False, Stage.VALIDATION
        self._seen.add(key)
        if found.status is not Status.ACTUAL:
            return (
                f"status {found.status.value}; `graphkit extract` prints it with --all-status only",
                True,
                Stage.RELATIONS,
            )
        return "all conditions of the rule hold", True, Stage.RELATIONS

    def _status_steps(self, found: Statement, above: Sequence[Item | Call]) -> Iterator[str]:
        """Yield the conditions that gave a statement its status."""
        if found.status is Status.ACTUAL:
            return
        for node in above:
            for call in calls_in(node):
                if call.function.name in _GIVES_STATUS and (call.value is True or call.value is found.status):
                    yield from self._reasons.of_call(call)

    def _event(
        self, rule: str, by: str, span: tuple[int, int], accepted: bool, reason: str, steps: tuple[str, ...],
        statement: Statement | None = None, stage: Stage = Stage.RELATIONS,
    ) -> Event:  # fmt: skip
        start, end = self._context.marked.normalized.original(*span)
        return Event(stage, rule, by, start, end, accepted, reason, steps, statement)
