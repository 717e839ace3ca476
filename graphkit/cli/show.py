"""graphkit show"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

import graphkit
from graphkit.building import Outcome, read_in_chunks
from graphkit.cli.console import DEFAULT_GRAPH, GraphOption, say, say_outcome, stdout_console
from graphkit.cli.show_targets import Span, Stated, Target, find
from graphkit.errors import UsageError
from graphkit.extractors import load_extractor
from graphkit.graph import Graph
from graphkit.ledger.store import FILE
from graphkit.model import Claim, Entity, Reading, Statement, Status
from graphkit.schema.values import for_shell

#: Entity type → Rich style of its mentions.
_COLORS = {
    "Person": "bold cyan",
    "Post": "cyan",
    "Organization": "blue",
    "Place": "green",
    "Park": "bold green",
    "Project": "yellow",
    "Site": "green",
    "Meeting": "magenta",
    "Document": "bold magenta",
    "Phrase": "bold red",
    "Value": "bold yellow",
}


def command(
    what: Annotated[
        str,
        typer.Argument(
            metavar="REPORT|ENTITY|SPAN|ID",
            help="Path of a file, or of the graph: the id of a report; the name, another name or the id of an entity; a "
            "span of a report, REPORT:START-END (for example from the property `spans`); or the id of a statement or a "
            "claim, or its first characters, at least six. The first of these that exists is shown. A file is read "
            "without a graph, by the extractor that the environment variable GRAPHKIT_EXTRACTOR names (default: offline).",
            show_default=False,
        ),
    ],
    graph: GraphOption = DEFAULT_GRAPH,
) -> None:
    """Show a report, an entity, a statement or a claim.

    A report is shown with its statements, an entity with its claims, and a statement or claim with its quotes.

    In the text of a report, the names of entities are coloured by type; below it, each statement is printed with its
    status (unless it is actual), date, rule, span and quote. An entity is printed with its id and type, its names, the
    reason why each was merged into the entity, and its claims, each with the first quote. If several entities have the
    name, all of them are shown. For a span, the command prints its text and the statements with this quote or, if there
    are none, those whose quotes overlap it. A claim is printed with all quotes and the ids of its statements.
    """
    console = stdout_console()
    if Path(what).is_file():
        _show_file(console, what)
        return
    if not (graph / FILE).exists():
        raise UsageError(
            f"{what}: there is no such file, and {graph} is not a graph; to look up reports and entities, "
            f"create one with `graphkit build REPORTS… --graph {for_shell(graph)}`"
        )
    with graphkit.open(graph) as opened:
        _show(console, opened, find(opened, what))


def _show(console: Console, graph: Graph, found: Target) -> None:
    """Print what `find` has found."""
    match found:
        case Reading():
            show_reading(console, found)
        case Span():
            _show_span(console, found)
        case Stated(statement, reading):
            _show_statement(console, reading, statement)
        case Claim():
            _show_claim(console, found)
        case _:
            for entity in found:
                _show_entity(console, graph, entity)


def _show_file(console: Console, path: str) -> None:
    """Read the reports of a file and show them. Exits with 1 if one of them could not be read or there is none."""
    outcome = Outcome()
    for reading in read_in_chunks([path], load_extractor(), outcome):
        show_reading(console, reading)
    if outcome.failures or not outcome.added:
        say_outcome(outcome)
        raise typer.Exit(1)


def show_reading(console: Console, reading: Reading) -> None:
    """Print the text with its mentions colored by type (plain in a pipe), then a line for each statement."""
    report = reading.report
    fields = [f for f in (report.id, report.title, report.date, report.publisher, report.place) if f]
    console.print(Text("  ".join(fields), style="bold"))
    text = Text(report.text)
    for mention in reading.mentions:
        text.stylize(_COLORS.get(mention.type, ""), mention.start, mention.end)
    console.print(text)
    console.print()
    for s in reading.statements:
        console.print(_line(reading, s))


def _line(reading: Reading, s: Statement) -> Text:
    """Return a statement as one line: subject, relation, object, status, date, rule, span and quote."""
    value = f"{s.kind}={s.object.name}" if s.kind else s.object.name
    status = "" if s.status is Status.ACTUAL else f" [{s.status.value}]"
    basis = f" ({s.date_basis})" if s.date_basis not in ("", "printed") else ""
    quote = reading.report.text[s.start : s.end].replace("\n", " ")
    return Text.assemble(
        (s.subject.name, _COLORS.get(s.subject.type, "")),
        f" —{s.relation}→ ",
        (value, _COLORS.get(s.object.type, "")),
        (f"{status}  {s.date}{basis}  {s.rule}  {s.start}–{s.end}  “{quote}”", "dim"),
    )


def _show_span(console: Console, span: Span) -> None:
    """Print the text of a span and its statements, or that there is none."""
    report = span.reading.report
    console.print(Text(f"{report.id}:{span.start}–{span.end}", style="bold"))
    console.print(Text(report.text[span.start : span.end]))
    console.print()
    for s in span.statements:
        _show_statement(console, span.reading, s)
    if not span.statements:
        say("no statement of the report has a quote that overlaps this span")


def _show_statement(console: Console, reading: Reading, s: Statement) -> None:
    """Print a statement with its report, its id and its probability."""
    console.print(_line(reading, s))
    console.print(Text(f"  statement {s.id} of report {s.report}, confidence {s.confidence:.2f}", style="dim"))


def _show_claim(console: Console, claim: Claim) -> None:
    """Print a claim with all its evidence: span, rule, quote and the id of the statement."""
    console.print(Text(f"claim {claim.id}", style="bold"))
    console.print(Text(f"  {_claim_words(claim)}  {claim.date}  confidence {claim.confidence:.2f}"))
    for e in claim.evidence:
        console.print(Text(f"  {e.report}:{e.start}–{e.end}  {e.rule}  “{e.quote}”  statement {e.statement}"))


def _claim_words(claim: Claim) -> str:
    """Return subject, relation, object and status of a claim; the status `actual` is omitted."""
    value = f"{claim.kind}={claim.object.name}" if claim.kind else claim.object.name
    status = "" if claim.status is Status.ACTUAL else f" [{claim.status.value}]"
    return f"{claim.subject.name} —{claim.relation}→ {value}{status}"


def _show_entity(console: Console, graph: Graph, entity: Entity) -> None:
    """Print an entity with its aliases, the reasons of its merges, and its claims with their first quotes."""
    console.print(Text(f"{entity.id}", style="bold"))
    console.print(
        Text(f"  {entity.type}: {entity.name}" + (f", also {'、'.join(entity.aliases)}" if entity.aliases else ""))
    )
    for merge in graph.merges(entity.id):
        console.print(Text(f"  {merge.name}: {merge.reason}"))
    for claim in graph.content().claims.of(entity.id):
        first = claim.evidence[0]
        console.print(
            Text(f"  {_claim_words(claim)}  {claim.date}  {first.report}:{first.start}–{first.end}  “{first.quote}”")
        )
