"""Reads one report with the rules (the extractor `fast`) and records every candidate."""

from __future__ import annotations

from dataclasses import replace

from graphkit.discourse.scene import Scene
from graphkit.errors import UsageError
from graphkit.explain.entities import EntityEvents
from graphkit.explain.events import Event, Explanation, SentenceExplanation
from graphkit.explain.recorder import Call, Item, Outcome, Recorder
from graphkit.explain.statements import RuleEvents, Verdicts
from graphkit.extractors import checked
from graphkit.extractors.offline import FastExtractor
from graphkit.model import Reading, Report, Statement
from graphkit.relations import statement_key
from graphkit.relations.drafting import Context


def explain(report: Report) -> Explanation:
    """Read a report and return the candidates of its sentences with the reasons for their acceptance or rejection.

    The statements are those of the extractor `fast`, without the encoder. The trace hook of Python (`sys.settrace`) is
    in use meanwhile, so a debugger does not stop in the reading code.

    Raises
    ------
    UsageError
        The source code of the package cannot be read, for example because it was installed as compiled files only.
    """
    extractor = FastExtractor()
    recorder = Recorder()
    with recorder:
        (reading,) = extractor.read([report])
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
    sentences = (_sentence(context, number, scene, events[number]) for number, scene in enumerate(context.scenes))
    return Explanation(report, tuple(sentences), valid.statements)


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
