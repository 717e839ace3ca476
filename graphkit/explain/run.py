"""Reads one report, records every candidate of the rules, and adds the verdicts of the merger."""

from __future__ import annotations

from dataclasses import replace

from graphkit.discourse.scene import Scene
from graphkit.errors import UsageError
from graphkit.explain.entities import EntityEvents
from graphkit.explain.events import Event, Explanation, SentenceExplanation, Stage
from graphkit.explain.recorder import Call, Item, Outcome, Recorder
from graphkit.explain.statements import RuleEvents, Verdicts
from graphkit.extractors import checked, load_extractor
from graphkit.extractors.offline import FastExtractor, OfflineExtractor
from graphkit.merging.merger import in_order
from graphkit.merging.pairs import LOCAL_SUBJECT
from graphkit.model import Reading, Report, Statement
from graphkit.relations import statement_key
from graphkit.relations.drafting import Context


def explain(report: Report, extractor: str = "") -> Explanation:
    """Read a report and return the candidates of its sentences with the reasons for their acceptance or rejection.

    extractor: `offline` (rules, encoder and merger), `fast` (rules only), or "" for the default. The trace hook of
    Python (`sys.settrace`) is in use while the rules read, so a debugger does not stop in the reading code.

    Raises
    ------
    UsageError
        The extractor is not one of graphkit, or the source code of the package cannot be read, for example because it
        was installed as compiled files only.
    """
    chosen = load_extractor(extractor)
    if not isinstance(chosen, FastExtractor):
        raise UsageError(f"the extractor {chosen.name!r} is not explained, only offline and fast are")
    recorder = Recorder()
    with recorder:
        (reading,) = FastExtractor().read([report])
    (valid,) = checked([reading])
    collected = next((call for call in recorder.calls if call.function.title == "relations.statements"), None)
    if collected is None:
        raise UsageError("the source code of graphkit cannot be read here; install it from its folder or from a wheel")
    context: Context = collected.arguments["context"]
    events: dict[int, list[Event]] = {n: [] for n in range(len(context.scenes))}
    for number, event in EntityEvents(context, recorder.calls).events():
        events[number].append(event)
    index = {id(scene): number for number, scene in enumerate(context.scenes)}
    rules = RuleEvents(context, _verdicts(collected, reading))
    for item in collected.children:
        rule = item.values.get("rule") if isinstance(item, Item) else None
        if rule is not None and isinstance(item, Item):
            for scene, event in (e for call in _rule_calls(item) for e in rules.of_rule(rule.name, call)):
                events[index[id(scene)]].append(event)
    if isinstance(chosen, OfflineExtractor):
        (valid,) = checked([replace(reading, statements=_add_merger(context, chosen, events))])
    sentences = (_sentence(context, number, scene, events[number]) for number, scene in enumerate(context.scenes))
    return Explanation(report, tuple(sentences), valid.statements, chosen.name)


def _add_merger(context: Context, extractor: OfflineExtractor, events: dict[int, list[Event]]) -> tuple[Statement, ...]:
    """Add an event for each verdict of the merger, and return the statements that it keeps."""
    found = extractor.verdicts(context)
    kept = in_order(found)
    remaining = set(kept)
    number_of = {id(scene): number for number, scene in enumerate(context.scenes)}
    index = context.marked.normalized.index
    for v in found:
        s = v.statement
        source = f"rule {s.rule}" if v.from_rule else "the encoder"
        accepted = s in remaining
        reason = v.reason if accepted or not v.kept else "the same speaker has said the phrase before"
        near = s.subject if s.relation in LOCAL_SUBJECT else s.object
        event = Event(
            Stage.MERGING, s.rule, source, near.start, near.end, accepted, reason, statement=s, score=v.probability
        )
        events[number_of[id(context.scene_at(index(s.start)))]].append(event)
    return tuple(replace(s, extractor=extractor.name) for s in kept)


def _rule_calls(item: Item) -> list[Call]:
    """Return the call of the rule in an iteration over the rules; it begins while the statements are requested."""
    found = [child for child in item.children if isinstance(child, Call) and child.function.makes_statements]
    return found[:1]


def _verdicts(collected: Call, reading: Reading) -> Verdicts:
    """Return what became of the statements after the rules: kept, dropped as repetitions, or refused by the schema."""
    dropped = {}
    for call in collected.children:
        if isinstance(call, Call) and call.function.name == "said_once":
            for item in (child for child in call.children if isinstance(child, Item)):
                found = item.values.get("s")
                if isinstance(found, Statement) and not item.made:
                    examples = [part.example for o in item.children if isinstance(o, Outcome) for part in o.parts]
                    earlier = f" (“{examples[0]}”)" if examples and examples[0] else ""
                    dropped[statement_key(found)] = f"the same speaker has said the phrase before{earlier}"
    refused = {}
    for found in reading.statements:
        for alone in checked([replace(reading, statements=(found,), refused=())]):
            refused.update({statement_key(found): reason for reason in alone.refused})
    return Verdicts({statement_key(s): s for s in reading.statements}, dropped, refused)


def _sentence(context: Context, number: int, scene: Scene, events: list[Event]) -> SentenceExplanation:
    start, end = context.marked.normalized.original(scene.sentence.start, scene.sentence.end)
    lines = [f"leading person: {scene.leader.name}" if scene.leader else "leading person: none"]
    lines.append(f"meeting: {scene.meeting.name}" if scene.meeting else "meeting: none")
    lines.append(f"day: {scene.date} ({scene.date_basis})" if scene.date else "day: not known")
    for speech in scene.speeches:
        words = context.marked.report.text[slice(*context.marked.normalized.original(speech.start, speech.end))]
        lines.append(f"speech of {speech.speaker.name} ({speech.via}): “{words}”")
    return SentenceExplanation(number + 1, start, end, scene.sentence.frame.kind.value, tuple(lines), tuple(events))
