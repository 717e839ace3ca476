"""Statements of the offline extractor whose probability is doubtful, and what a language model says of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from graphkit.llm.answers import Answer, parsed
from graphkit.llm.forms import VERDICTS
from graphkit.llm.statements import LONGEST_QUOTE, Reader, RefusedError
from graphkit.llm.windows import Window
from graphkit.merging.distinct import Kept
from graphkit.merging.merger import Verdict, in_order
from graphkit.model import Statement, Status
from graphkit.relations.drafting import Context

#: Reason that is counted for a statement of the offline extractor that the model judged to be wrong.
JUDGED_WRONG = "the model judged a statement to be wrong"


@dataclass(frozen=True, slots=True)
class Doubt:
    """A doubtful statement. number: its number in the request, from 1. place: its number among the verdicts."""

    number: int
    place: int
    statement: Statement


def is_doubtful(verdict: Verdict, limits: tuple[float, float]) -> bool:
    """Tell whether the merger weighed a statement and gave it a probability in this range."""
    weighed = verdict.statement.status is Status.ACTUAL and (verdict.is_comparable or not verdict.kept)
    return weighed and limits[0] <= verdict.probability <= limits[1]


def doubts(
    context: Context, found: Sequence[Verdict], windows: Sequence[Window], limits: tuple[float, float]
) -> list[tuple[Window, list[Doubt]]]:
    """Return the doubtful statements of a report by window, in which they are numbered. Each is in one window."""
    index = context.marked.normalized.index
    of_window: list[tuple[Window, list[Doubt]]] = [(window, []) for window in windows]
    for place, verdict in enumerate(found):
        if not is_doubtful(verdict, limits):
            continue
        start = index(verdict.statement.start)
        listed = next((d for w, d in of_window if w.start <= start < w.end), None)
        if listed is not None:
            listed.append(Doubt(len(listed) + 1, place, verdict.statement))
    return [(window, listed) for window, listed in of_window if listed]


def doubt_data(doubt: Doubt) -> dict[str, Any]:
    """Return a doubtful statement as the model is given it."""
    s = doubt.statement
    data = {"number": doubt.number, "subject": s.subject.name, "relation": s.relation, "object": s.object.name}
    return {**data, **({"kind": s.kind} if s.kind else {}), "status": s.status.value}


def judged(
    reader: Reader, window: Window, listed: Sequence[Doubt], answer: Answer
) -> tuple[dict[int, bool], list[str]]:
    """Return for places of verdicts whether the statement is correct, and why other parts of the answer are refused.

    A statement that the model calls unclear, or about which the answer is refused, is not in the result.
    """
    if answer.flaw:
        return {}, [answer.flaw]
    entries, flaw = parsed(answer.content, "verdicts", 10 * len(listed))
    refused = [flaw] if flaw else []
    said: dict[int, set[str]] = {}
    by_number = {doubt.number: doubt for doubt in listed}
    for entry in entries:
        try:
            number, verdict = _said(reader, window, by_number, entry)
            said.setdefault(number, set()).add(verdict)
        except RefusedError as error:
            refused.append(str(error))
    correct: dict[int, bool] = {}
    for number, verdicts in said.items():
        if len(verdicts) > 1:
            refused.append("the answer contradicts itself about a statement")
        elif verdicts != {"unclear"}:
            correct[by_number[number].place] = verdicts == {"correct"}
    return correct, refused


def _said(reader: Reader, window: Window, by_number: dict[int, Doubt], entry: object) -> tuple[int, str]:
    """Return number and verdict of an entry. Raises RefusedError, also for `correct` without a quote that shows it."""
    if not isinstance(entry, dict):
        raise RefusedError("an entry is not an object")
    number, verdict, quote = entry.get("number"), entry.get("verdict"), entry.get("quote")
    if type(number) is not int or number not in by_number:
        raise RefusedError("a verdict about a statement that was not asked about")
    if not isinstance(verdict, str) or verdict not in VERDICTS:
        raise RefusedError(f"there is no verdict {verdict!r:.60}")
    if verdict == "correct":
        if not isinstance(quote, str) or not 0 < len(quote.strip()) <= LONGEST_QUOTE:
            raise RefusedError("the verdict correct has no quote")
        statement, original = by_number[number].statement, reader.context.marked.normalized.original
        spans = [original(*span) for span in reader.quotes(quote, window)]
        if not spans:
            raise RefusedError("the quote is not in the text")
        if not any(start < statement.end and statement.start < end for start, end in spans):
            raise RefusedError("the quote is not in the sentence of the statement")
    return number, verdict


def decided(found: Sequence[Verdict], correct: dict[int, bool], text: str) -> tuple[list[Statement], list[str]]:
    """Return the statements of the offline extractor after the judgement, and the reasons of what was refused.

    Kept statements that are wrong are removed. Rejected ones that are correct are added, the most probable first, if
    no kept statement says the same or excludes them. text: the original text.
    """
    stays = [v for n, v in enumerate(found) if v.kept and correct.get(n, True)]
    refused = [JUDGED_WRONG for n, v in enumerate(found) if v.kept and not correct.get(n, True)]
    kept = Kept(text)
    for verdict in stays:
        kept.add(verdict.statement)
    confirmed = [v for n, v in enumerate(found) if not v.kept and correct.get(n, False)]
    for verdict in sorted(confirmed, key=lambda v: (-v.probability, v.statement.id)):
        if kept.add_compatible(verdict.statement):
            stays.append(_kept(verdict))
        else:
            refused.append("the model confirmed a statement that a kept one repeats or excludes")
    return in_order(stays), refused


def _kept(verdict: Verdict) -> Verdict:
    return replace(verdict, statement=replace(verdict.statement, confidence=verdict.probability), kept=True)
