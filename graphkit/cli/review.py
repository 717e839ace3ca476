"""graphkit review"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

import graphkit
from graphkit.cli.console import DEFAULT_GRAPH, GraphOption, RowFormat, RowFormatOption, print_rows, say, stdout_console
from graphkit.cli.correction_dialog import correction, read_answer, words_of
from graphkit.decisions.model import Decision, Name, Verdict, original, said
from graphkit.errors import UsageError
from graphkit.graph import Graph
from graphkit.review.files import check_output_file, read_decisions, write_decisions
from graphkit.review.queue import Open, Review
from graphkit.schema.values import for_shell

#: Characters of the text that are shown on both sides of a quote.
AROUND = 40
#: Statements that --list shows without --top.
LISTED = 20
_KEYS = "a accept   r reject   c correct (or m)   s skip   u undo the last one   q quit"


def command(
    graph: GraphOption = DEFAULT_GRAPH,
    who: Annotated[str, typer.Option("--who", envvar="GRAPHKIT_REVIEWER", help="Who decides.", show_default="the login name")] = "",
    relation: Annotated[str, typer.Option("--relation", help="Only statements of this relation.", show_default=False)] = "",
    report: Annotated[str, typer.Option("--report", help="Only statements of this report.", show_default=False)] = "",
    list_: Annotated[bool, typer.Option("--list", help="List what waits, the most doubtful first, and ask nothing.")] = False,
    top: Annotated[int | None, typer.Option("--top", min=1, help="List at most so many.", show_default="20 with --list; all with --decided and --contested")] = None,
    decided: Annotated[bool, typer.Option("--decided", help="List the decisions that hold.")] = False,
    contested: Annotated[bool, typer.Option("--contested", help="List the decisions that conflict: two people decided differently, and neither knew of the other decision.")] = False,
    accept: Annotated[list[str], typer.Option("--accept", metavar="ID", help="Accept the statement of this id (or the first 6 or more characters of it).", show_default=False)] = [],
    reject: Annotated[list[str], typer.Option("--reject", metavar="ID", help="Reject the statement of this id, or the beginning of it.", show_default=False)] = [],
    same: Annotated[tuple[str, str], typer.Option("--same", metavar="NAME@REPORT NAME@REPORT", help="Two names, each in a report, are one thing.", show_default=False)] = ("", ""),
    different: Annotated[tuple[str, str], typer.Option("--different", metavar="NAME@REPORT NAME@REPORT", help="… are two things.", show_default=False)] = ("", ""),
    undo: Annotated[list[str], typer.Option("--undo", metavar="KEY", help="Take the decision of this key back (see --decided).", show_default=False)] = [],
    note: Annotated[str, typer.Option("--note", help="A word on why, kept beside the decision.", show_default=False)] = "",
    save: Annotated[Path | None, typer.Option("--export", metavar="FILE", help="Write all decisions to a .jsonl or .csv file, or as JSON lines to - (standard output).", show_default=False)] = None,
    read: Annotated[Path | None, typer.Option("--import", metavar="FILE", help="Take decisions over from such a file.", show_default=False)] = None,
    format_: RowFormatOption = RowFormat.table,
) -> None:
    """Accept, reject or correct statements, the most doubtful first; say which names are one entity.

    Without another option it asks on the terminal, one statement after the other. Decisions are kept in the graph; every view follows
    them, and a new build keeps them.
    """
    if save is not None:
        check_output_file(save)
    with graphkit.open(graph) as opened:
        review = opened.review(who)
        asked_for = bool(read or accept or reject or any(same) or any(different) or undo)
        if read is not None:
            _import(review, read, graph)
        # All ids are looked up before anything is written.
        wanted = [(verdict, *review.find(i)) for verdict, ids in ((Verdict.accept, accept), (Verdict.reject, reject)) for i in ids]
        keys = [review.key(key) for key in undo]
        for one, statement, of in wanted:
            review.decide(statement, of, one, note=note)
            say(f"{one}: {words_of(statement)}")
        for verdict, pair in ((Verdict.same, same), (Verdict.different, different)):
            if any(pair):
                decision = review.decide_names(*_names(opened, pair), verdict, note=note)
                say(f"{verdict}: {_about(decision)}")
        for key in keys:
            say(f"taken back: {_about(review.take_back(key, note))}")
        if save is not None:
            say(f"written: {save}, {_decisions(write_decisions(review.history(), save))}")
        if list_:
            print_rows([_row(o) for o in islice(review.open(relation=relation, report=report), top or LISTED)], format_)
        elif contested:
            print_rows([_contested_row(*pair) for pair in islice(review.contested(), top)], format_)
        elif decided:
            print_rows([_decision_row(d) for d in review.decisions(top)], format_)
        elif save is None and not asked_for:
            if not sys.stdin.isatty():
                raise UsageError("review asks on a terminal; in a script use --list, --decided, --contested, --accept, --reject, --same, --different, --import or --export")
            _ask(review, review.open(relation=relation, report=report))


def _import(review: Review, path: Path, graph: Path) -> None:
    """Take decisions over from a file; say how many are new, and how many conflict with others."""
    decisions = read_decisions(path)
    say(f"{_decisions(review.add(decisions), 'new ')} from {path}")
    conflicts = {held.key for held, _ in review.contested({d.key for d in decisions})}
    if conflicts:
        say(
            f"{_decisions(len(conflicts))} of this file {'conflicts' if len(conflicts) == 1 else 'conflict'} with another one; the more careful one holds (reject before correct before accept): "
            f"`graphkit review --graph {for_shell(graph)} --contested` shows both, and a new decision settles it"
        )


def _names(graph: Graph, pair: tuple[str, str]) -> tuple[Name, Name]:
    return _name(graph, pair[0]), _name(graph, pair[1])


def _name(graph: Graph, words: str) -> Name:
    """`王建国@report-1`: the name as the report has it."""
    name, _, report = words.rpartition("@")
    types = {m.type for s in graph.statements(report) for m in (s.subject, s.object) if m.name == name and m.type != "Value"}
    if not name or not types:
        raise UsageError(f"{words}: use NAME@REPORT, with a name that the report has; `graphkit show REPORT` lists them")
    if len(types) > 1:
        raise UsageError(f"{words}: the report has {', '.join(sorted(types))} of this name; decide in the explorer")
    return Name(types.pop(), name, report)


def _decisions(count: int, which: str = "") -> str:
    """`1 decision`, `2 new decisions`."""
    return f"{count} {which}decision{'' if count == 1 else 's'}"


def _about(decision: Decision) -> str:
    if decision.is_of_names:
        return " / ".join(f"{n.name}@{n.report}" for n in decision.names())
    if decision.verdict is Verdict.mend:
        return f"{words_of(original(decision))} ⇒ {words_of(said(decision))}"
    about = decision.about
    return f"{about['subject']['name']} —{about['relation']}→ {about['object']['name']}"


def _row(waiting: Open) -> dict[str, Any]:
    s = waiting.statement
    return {
        "id": s.id, "subject": s.subject.name, "relation": s.relation, "object": f"{s.kind}={s.object.name}" if s.kind else s.object.name,
        "status": s.status.value, "date": s.date, "confidence": round(s.confidence, 3), "report": s.report,
        "again": waiting.again.verdict.value if waiting.again else "", "quote": waiting.quote,
    }


def _decision_row(decision: Decision) -> dict[str, Any]:
    return {
        "key": decision.key, "verdict": "correct" if decision.verdict is Verdict.mend else decision.verdict.value, "what": _about(decision), "report": decision.report, "who": decision.who,
        "made": decision.made[:19], "note": decision.note,
    }


def _contested_row(held: Decision, other: Decision) -> dict[str, Any]:
    one, two = _decision_row(held), _decision_row(other)
    return {
        "key": one["key"], "verdict": one["verdict"], "what": one["what"], "who": one["who"], "made": one["made"],
        "other verdict": two["verdict"], "other": two["what"], "other who": two["who"], "other made": two["made"], "report": one["report"],
    }


def _ask(review: Review, waiting: Iterator[Open]) -> None:
    console = stdout_console()
    console.print(Text(_KEYS, style="dim"))
    done: list[Decision] = []
    for one in waiting:
        console.print()
        console.print(_shown(one))
        while True:
            answer = read_answer("> ")
            key = "q" if answer is None else answer.lower()[:1]
            if key == "q":
                say(_decisions(len(done)))
                return
            if key == "u" and done:
                review.take_back(done.pop().key)
                console.print(Text("taken back", style="dim"))
            elif key in ("a", "r"):
                done.append(review.decide(one.statement, one.report, Verdict.accept if key == "a" else Verdict.reject))
                break
            elif key in ("c", "m"):
                instead = correction(review, one)
                if instead:
                    done.append(review.decide(one.statement, one.report, Verdict.mend, instead=instead))
                    break
                console.print(Text("nothing was changed", style="dim"))
            elif key == "s":
                break
            else:
                console.print(Text(_KEYS, style="dim"))
    say(f"nothing more waits; {_decisions(len(done))}")


def _shown(one: Open) -> Text:
    s, text = one.statement, one.report.text
    head = Text(f"{one.report.id}  {one.report.title}  {s.confidence:.2f}\n", style="dim")
    if one.again is not None:
        return Text.assemble(head, f"{words_of(s)}\n", ("was accepted, and its words are not in the text any more: ", "red"), f"“{one.quote}”")
    before, after = text[max(0, s.start - AROUND) : s.start], text[s.end : s.end + AROUND]
    quote = Text(text[s.start : s.end], style="bold")
    for mention in (s.subject, s.object):
        if s.start <= mention.start and mention.end <= s.end:
            quote.stylize("underline", mention.start - s.start, mention.end - s.start)
    return Text.assemble(head, f"{words_of(s)}\n", (before.replace("\n", " "), "dim"), quote, (after.replace("\n", " "), "dim"))
