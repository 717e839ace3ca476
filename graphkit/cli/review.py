"""graphkit review"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from rich.text import Text

import graphkit
from graphkit.cli.console import DEFAULT_GRAPH, GraphOption, RowFormat, print_rows, say, stdout_console
from graphkit.cli.correction_dialog import correction, read_answer, statement_line
from graphkit.cli.review_options import (
    NO_IDS,
    AcceptOption,
    ContestedOption,
    DecidedOption,
    DifferentOption,
    ListOption,
    NoteOption,
    ReadOption,
    RejectOption,
    RelationOption,
    ReportOption,
    ReviewFormatOption,
    SameOption,
    SaveOption,
    TopOption,
    UndoOption,
    WhoOption,
    check_filters,
    check_lists,
)
from graphkit.decisions.model import Decision, Name, Verdict, original, said
from graphkit.errors import UsageError
from graphkit.graph import Graph
from graphkit.review.files import check_output_file, read_decisions, write_decisions
from graphkit.review.queue import Open, Review
from graphkit.schema.values import for_shell

#: Number of characters of the text that are shown on both sides of a quote.
CONTEXT = 40
#: Number of statements that --list shows without --top.
LISTED = 20
_KEYS = "a accept   r reject   c correct   s skip   u undo   q quit"


def command(
    graph: GraphOption = DEFAULT_GRAPH,
    who: WhoOption = "",
    relation: RelationOption = "",
    report: ReportOption = "",
    list_: ListOption = False,
    top: TopOption = None,
    decided: DecidedOption = False,
    contested: ContestedOption = False,
    accept: AcceptOption = NO_IDS,
    reject: RejectOption = NO_IDS,
    same: SameOption = ("", ""),
    different: DifferentOption = ("", ""),
    undo: UndoOption = NO_IDS,
    note: NoteOption = "",
    save: SaveOption = None,
    read: ReadOption = None,
    format_: ReviewFormatOption = RowFormat.table,
) -> None:
    """Accept, reject or correct statements, and decide about names.

    Without --list, --decided, --contested, --export, --import and the options that make decisions (--accept, --reject,
    --same, --different, --undo), the command asks about one undecided statement after the other on the terminal, those
    with the lowest confidence first. Statements can be corrected only in this dialog and in `graphkit explore`.
    Decisions are stored in the graph, apply to all queries and exports, and are kept when reports are read again.
    """
    makes_decisions = bool(accept or reject or any(same) or any(different) or undo)
    has_action = read is not None or save is not None or makes_decisions
    lists = [name for name, given in (("--list", list_), ("--decided", decided), ("--contested", contested)) if given]
    check_lists(lists, top is not None or format_ is not RowFormat.table)
    check_filters(relation, report, is_possible=lists == ["--list"] or not (lists or has_action))
    _check_targets(note, makes_decisions, save)
    with graphkit.open(graph) as opened:
        _check_report(opened, report, graph)
        review = opened.review(who)
        _import(review, read, graph)
        _decide(review, opened, accept, reject, undo, same, different, note)
        if save is not None:
            say(f"written: {save}, {_decisions(write_decisions(review.history(), save))}")
        if lists or not has_action:
            _list_or_ask(review, review.open(relation=relation, report=report), lists, top, format_)


def _list_or_ask(
    review: Review, undecided: Iterator[Open], lists: list[str], top: int | None, format_: RowFormat
) -> None:
    """Print the list that an option names, or ask about one undecided statement after the other."""
    if lists:
        print_rows(_rows(review, undecided if "--list" in lists else None, "--contested" in lists, top), format_)
    else:
        _dialog(review, undecided)


def _check_targets(note: str, makes_decisions: bool, save: Path | None) -> None:
    """Raise UsageError for a note without a decision, or a file that cannot be written."""
    if note and not makes_decisions:
        raise UsageError("--note needs --accept, --reject, --same, --different or --undo")
    if save is not None:
        check_output_file(save)


def _check_report(opened: Graph, report: str, graph: Path) -> None:
    if report and opened.ledger.report(report) is None:
        raise UsageError(f"--report {report}: {graph} contains no report with this id")


def _rows(review: Review, undecided: Iterator[Open] | None, contested: bool, top: int | None) -> list[dict[str, Any]]:
    """Return the rows of the undecided statements if they are given, otherwise of contested or of all decisions."""
    if undecided is not None:
        return [_row(o) for o in islice(undecided, top or LISTED)]
    if contested:
        return [_contested_row(*pair) for pair in islice(review.contested(), top)]
    return [_decision_row(d) for d in review.decisions(top)]


def _decide(
    review: Review,
    graph: Graph,
    accept: list[str],
    reject: list[str],
    undo: list[str],
    same: tuple[str, str],
    different: tuple[str, str],
    note: str,
) -> None:
    """Record and withdraw decisions. All ids are looked up before anything is written."""
    requested = ((Verdict.accept, accept), (Verdict.reject, reject))
    found = [(verdict, *review.find(prefix)) for verdict, ids in requested for prefix in ids]
    keys = [review.key(key) for key in undo]
    for verdict, statement, report in found:
        review.decide(statement, report, verdict, note=note)
        say(f"{verdict}: {statement_line(statement)}")
    for verdict, pair in ((Verdict.same, same), (Verdict.different, different)):
        if any(pair):
            decision = review.decide_names(*_names(graph, pair), verdict, note=note)
            say(f"{verdict}: {_about(decision)}")
    for key in keys:
        say(f"withdrawn: {_about(review.take_back(key, note))}")


def _import(review: Review, path: Path | None, graph: Path) -> None:
    """Add the decisions of a file, if there is one; print how many are new and how many conflict with existing ones."""
    if path is None:
        return
    decisions = read_decisions(path)
    say(f"{_decisions(review.add(decisions), 'new ')} from {path}")
    conflicts = {held.key for held, _ in review.contested({d.key for d in decisions})}
    if conflicts:
        say(
            f"{_decisions(len(conflicts))} of this file {'conflicts' if len(conflicts) == 1 else 'conflict'} with an "
            "existing one; the stricter one is used (reject before correct before accept). "
            f"`graphkit review --graph {for_shell(graph)} --contested` lists both; decide again to resolve the conflict"
        )


def _names(graph: Graph, pair: tuple[str, str]) -> tuple[Name, Name]:
    return _name(graph, pair[0]), _name(graph, pair[1])


def _name(graph: Graph, argument: str) -> Name:
    """Return the name that an argument such as `王建国@report-1` refers to. Raises UsageError if it is not unique."""
    name, separator, report = argument.rpartition("@")
    if not separator:
        raise UsageError(f"{argument}: write NAME@REPORT, for example 王建国@report-1")
    types = {
        m.type for s in graph.statements(report) for m in (s.subject, s.object) if m.name == name and m.type != "Value"
    }
    if not name or not types:
        raise UsageError(
            f"{argument}: write NAME@REPORT with a name that occurs in the report; `graphkit show REPORT` lists "
            "the names"
        )
    if len(types) > 1:
        listed = ", ".join(sorted(types))
        raise UsageError(
            f"{argument}: the report has entities of the types {listed} with this name; use `graphkit explore`"
        )
    return Name(types.pop(), name, report)


def _decisions(count: int, which: str = "") -> str:
    """Return the number with its noun: `1 decision`, `2 new decisions`."""
    return f"{count} {which}decision{'' if count == 1 else 's'}"


def _about(decision: Decision) -> str:
    """Return what a decision is about, as one line."""
    if decision.is_of_names:
        return " / ".join(f"{n.name}@{n.report}" for n in decision.names())
    if decision.verdict is Verdict.mend:
        return f"{statement_line(original(decision))} ⇒ {statement_line(said(decision))}"
    about = decision.about
    return f"{about['subject']['name']} —{about['relation']}→ {about['object']['name']}"


def _row(waiting: Open) -> dict[str, Any]:
    s = waiting.statement
    return {
        "id": s.id,
        "subject": s.subject.name,
        "relation": s.relation,
        "object": f"{s.kind}={s.object.name}" if s.kind else s.object.name,
        "status": s.status.value,
        "date": s.date,
        "confidence": round(s.confidence, 3),
        "report": s.report,
        "again": waiting.again.verdict.value if waiting.again else "",
        "quote": waiting.quote,
    }


def _decision_row(decision: Decision) -> dict[str, Any]:
    return {
        "key": decision.key,
        "verdict": "correct" if decision.verdict is Verdict.mend else decision.verdict.value,
        "what": _about(decision),
        "report": decision.report,
        "who": decision.who,
        "made": decision.made[:19],
        "note": decision.note,
    }


def _contested_row(in_force: Decision, other: Decision) -> dict[str, Any]:
    one, two = _decision_row(in_force), _decision_row(other)
    return {
        "key": one["key"],
        "verdict": one["verdict"],
        "what": one["what"],
        "who": one["who"],
        "made": one["made"],
        "other verdict": two["verdict"],
        "other": two["what"],
        "other who": two["who"],
        "other made": two["made"],
        "report": one["report"],
    }


def _dialog(review: Review, undecided: Iterator[Open]) -> None:
    """Show one statement after the other and record the decisions until the reviewer quits.

    Raises UsageError if there is no terminal.
    """
    if not sys.stdin.isatty():
        raise UsageError(
            "the review dialog needs a terminal; in a script use --list, --decided, --contested, --accept, "
            "--reject, --same, --different, --import or --export"
        )
    console = stdout_console()
    console.print(Text(_KEYS, style="dim"))
    done: list[Decision] = []
    for one in undecided:
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
                console.print(Text("withdrawn", style="dim"))
            elif key in ("a", "r"):
                done.append(review.decide(one.statement, one.report, Verdict.accept if key == "a" else Verdict.reject))
                break
            elif key in ("c", "m"):
                instead = correction(review, one)
                if instead:
                    done.append(review.decide(one.statement, one.report, Verdict.mend, instead=instead))
                    break
                console.print(Text("no correction was saved", style="dim"))
            elif key == "s":
                break
            else:
                console.print(Text(_KEYS, style="dim"))
    say(f"no undecided statements are left; {_decisions(len(done))}")


def _shown(one: Open) -> Text:
    """Return a statement with its quote in context; subject and object are underlined."""
    s, text = one.statement, one.report.text
    head = Text(f"{one.report.id}  {one.report.title}  {s.confidence:.2f}\n", style="dim")
    if one.again is not None:
        note = "was accepted, but its quote is no longer in the text: "
        return Text.assemble(head, f"{statement_line(s)}\n", (note, "red"), f"“{one.quote}”")
    before, after = text[max(0, s.start - CONTEXT) : s.start], text[s.end : s.end + CONTEXT]
    quote = Text(text[s.start : s.end], style="bold")
    for mention in (s.subject, s.object):
        if s.start <= mention.start and mention.end <= s.end:
            quote.stylize("underline", mention.start - s.start, mention.end - s.start)
    context_before, context_after = (before.replace("\n", " "), "dim"), (after.replace("\n", " "), "dim")
    return Text.assemble(head, f"{statement_line(s)}\n", context_before, quote, context_after)
