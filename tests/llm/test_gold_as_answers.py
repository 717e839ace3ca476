"""A model that answers with the annotation: its statements are accepted, and those of other reports are not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from graphkit.discourse.scene import read_scenes
from graphkit.llm.statements import Reader, RefusedError, item_of
from graphkit.llm.windows import Window
from graphkit.model import Report, Statement
from graphkit.reading import read_paths
from graphkit.recognition.marks import mark_words
from graphkit.recognition.persons import mark_persons
from graphkit.recognition.tagger import shared_tagger
from graphkit.relations.drafting import Context
from graphkit.schema import load_schema
from tests.conftest import ROOT

Triple = dict[str, Any]


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (ROOT / "gold" / name).read_text(encoding="utf-8").splitlines()]


@cache
def readers() -> list[Reader]:
    reports = [r for r in read_paths([ROOT / "gold" / "dev.reports.jsonl"]) if isinstance(r, Report)]
    persons = (mark_persons(marked) for marked in mark_words(reports, shared_tagger()))
    return [Reader(Context(marked, tuple(read_scenes(marked))), "llm", 0.5) for marked in persons]


@cache
def annotation() -> dict[str, list[Triple]]:
    return {g["id"]: [t for t in g["relations"] if t["core"]] for g in lines("dev.gold.jsonl")}


def answers(triple: Triple) -> Iterator[Triple]:
    """The triple as entries of an answer, with all types that its relation allows (the annotation has none)."""
    relation = load_schema().relations[triple["r"]]
    kind, _, obj = triple["o"].partition("=") if relation.has_value else ("", "", triple["o"])
    for subject_type in sorted(relation.subject):
        for object_type in sorted(relation.object):
            yield {
                "relation": triple["r"],
                "subject": triple["s"],
                "object": obj,
                "subject_type": subject_type,
                "object_type": object_type,
                "kind": kind,
                "status": "actual",
                "quote": triple["evidence"],
            }


def accepted(reader: Reader, triple: Triple) -> Statement | None:
    for entry in answers(triple):
        try:
            return reader.statement(item_of(entry), Window(0, len(reader.context.text)))
        except RefusedError:
            continue
    return None


def test_nearly_all_annotated_statements_are_accepted() -> None:
    found = [
        accepted(reader, triple) for reader in readers() for triple in annotation()[reader.context.marked.report.id]
    ]
    assert len(found) > 900
    # The others have evidence without the subject or object: it is named in another sentence.
    assert sum(s is not None for s in found) >= 0.95 * len(found)


def test_no_statement_of_another_report_is_accepted() -> None:
    every = readers()
    wrong = [
        (reader.context.marked.report.id, triple)
        for number, reader in enumerate(every)
        for step in (1, 2)
        for triple in annotation()[every[(number + step) % len(every)].context.marked.report.id]
        if triple["evidence"] not in reader.context.marked.report.text and accepted(reader, triple) is not None
    ]
    assert wrong == []
