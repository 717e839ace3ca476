"""Objects for scripts and notebooks: quotes, dictionaries, HTML, names of the vocabulary, messages, log and warnings."""

from __future__ import annotations

import dataclasses
import json
import logging
import pickle
import re
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import graphkit
from graphkit.errors import DamagedError, GraphkitWarning, LedgerError, QueryError, UsageError
from graphkit.model import Statement
from graphkit.presentation import marked
from graphkit.schema import load_schema
from graphkit.schema.owl import ontology
from graphkit.vocabulary import own_terms
from tests.commands import run_command
from tests.conftest import write_records

TEXT = "3月2日，市委书记林知远到石渡县调研。他强调，要全面推进<b>乡村振兴</b>。"
RECORD = {"id": "a", "text": TEXT.replace("<b>", "").replace("</b>", ""), "date": "2024-03-03", "place": "山西省临汾市"}


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[graphkit.Graph]:
    """Tests may only read it."""
    with graphkit.open(tmp_path_factory.mktemp("objects") / "graph", create=True) as opened:
        opened.add([RECORD, {**RECORD, "id": "b", "text": "县长谢明远主持召开县政府常务会议。"}])
        yield opened


# -- quotes and dictionaries -------------------------------------------------------------------------------------


def test_a_statement_has_its_quote_wherever_it_is_from(graph: graphkit.Graph) -> None:
    reading = graph.reading("a")
    assert reading is not None
    extracted = graphkit.extract(**{k: v for k, v in RECORD.items() if k != "id"}, id="a")
    for statements in (extracted.statements, reading.statements, tuple(graph.statements("a"))):
        assert statements
        assert all(s.quote == RECORD["text"][s.start : s.end] == graphkit.quote(reading.report, s) for s in statements)
    assert {s.report for s in graph.statements()} == {"a", "b"}
    assert all(s.quote for s in graph.statements())


def test_the_text_does_not_change_equality_and_survives_pickling(graph: graphkit.Graph) -> None:
    (first, *_) = graph.statements("a")
    without = dataclasses.replace(first, report_text="")
    assert first == without
    assert hash(first) == hash(without)
    assert "report_text" not in repr(first)
    assert pickle.loads(pickle.dumps(first)).quote == first.quote
    with pytest.raises(UsageError, match="with_text"):
        _ = without.quote
    assert without.with_text(RECORD["text"]).quote == first.quote


def test_dictionaries_are_those_of_the_command(graph: graphkit.Graph, tmp_path: Path) -> None:
    path = write_records(tmp_path / "r.jsonl", [RECORD])
    lines = run_command("extract", path, "--format", "jsonl", "--all-status").stdout.splitlines()
    (reading,) = graphkit.extract_many(path)
    assert [s.to_dict() for s in reading.statements] == [json.loads(line) for line in lines]
    assert reading.to_dict()["statements"] == [json.loads(line) for line in lines]
    assert graph.add(reading.report.to_dict()).skipped == 1


def test_claims_and_entities_are_rows_of_a_frame(graph: graphkit.Graph) -> None:
    claims = pd.DataFrame(c.to_dict() for c in graph.claims())
    assert list(claims.columns[:6]) == ["id", "subject", "subject_id", "relation", "object", "object_id"]
    assert "林知远" in set(claims.subject)
    entities = pd.DataFrame(e.to_dict() for e in graph.entities())
    assert set(claims.subject_id) <= set(entities.id)
    json.dumps([c.to_dict() for c in graph.claims()])


# -- notebooks ---------------------------------------------------------------------------------------------------


def test_html_marks_the_names_in_the_sentence(graph: graphkit.Graph) -> None:
    (visit,) = [s for s in graph.statements("a") if s.relation == "visited"]
    shown = visit._repr_html_()
    assert "<mark>石渡县</mark>" in shown
    assert "林知远</mark>" in shown
    reading = graph.reading("a")
    assert reading is not None
    assert reading._repr_html_().count("<tr>") == len(reading.statements) + 1
    (claim,) = graph.claims("visited")
    assert "调研" in claim._repr_html_()
    assert "<blockquote>" not in dataclasses.replace(visit, report_text="")._repr_html_()


@pytest.mark.parametrize(
    ("text", "spans", "expected"),
    [
        ("甲到乙", [(0, 1), (2, 3)], "<mark>甲</mark>到<mark>乙</mark>"),
        ("甲到乙", [(0, 2), (1, 3)], "<mark>甲到乙</mark>"),
        ("甲到乙", [(5, 9)], "甲到乙"),
        ("<i>&", [(0, 3)], "<mark>&lt;i&gt;</mark>&amp;"),
        ("甲\n乙", [], "甲<br>乙"),
    ],
)
def test_marked_text_is_escaped(text: str, spans: list[tuple[int, int]], expected: str) -> None:
    assert marked(text, 0, len(text), spans) == expected


def test_text_of_reports_is_escaped_in_html() -> None:
    text = "市委书记林知远到石渡县调研<script>alert(1)</script>。"
    (statement, *_) = graphkit.extract(text).statements
    whole = dataclasses.replace(statement, report="<img>", rule='"<b>', speaker="<u>").with_text(text)
    shown = whole._repr_html_()
    assert not re.search(r"<(script|img|b>\"|u)", shown)


# -- names -------------------------------------------------------------------------------------------------------


def test_the_enumerations_are_those_of_the_schema() -> None:
    assert [r.value for r in graphkit.Relation] == list(load_schema().relations)
    assert all(
        name == relation.name.lower() for name, relation in zip(load_schema().relations, graphkit.Relation, strict=True)
    )
    assert {s.value for s in graphkit.Status} == set(load_schema().status)
    assert str(graphkit.Relation.VISITED) == "visited"
    assert "visited" in [graphkit.Relation.VISITED]


def test_the_terms_of_the_namespace_are_those_of_the_ontology() -> None:
    named = set(re.findall(r"^gk:(\w+) ", ontology(), re.M))
    assert named <= own_terms()


@pytest.mark.parametrize("relation", [graphkit.Relation.VISITED, "visited"])
def test_claims_accept_a_relation_as_text_or_enumeration(graph: graphkit.Graph, relation: str) -> None:
    assert len(graph.claims(relation)) == 1


UNKNOWN: list[tuple[Callable[[graphkit.Graph], object], type[Exception], str]] = [
    (lambda g: g.claims("visit"), UsageError, r"unknown relation 'visit'; did you mean visited\?"),
    (lambda g: g.claims("VISITED"), UsageError, r"did you mean visited\?"),
    (lambda g: g.claims("zzz"), UsageError, "one of accompanied, attended"),
    (lambda g: g.claims(5), UsageError, "unknown relation 5"),  # type: ignore[arg-type]
    (lambda g: g.statements("aa"), UsageError, r"no report 'aa'; did you mean a\?"),
    (lambda g: g.merges("Person:林知"), UsageError, r"no entity 'Person:林知'; did you mean Person:林知远"),
    (lambda g: g.cypher("MATCH (n:Persn) RETURN n"), QueryError, r"unknown label 'Persn'; did you mean Person\?"),
    (
        lambda g: g.cypher("MATCH (:Person)-[:VISITD]->() RETURN 1"),
        QueryError,
        r"type 'VISITD'; did you mean VISITED\?",
    ),
    (lambda g: g.cypher("MATCH ()-[r:VISITED|ATENDED*1..2]->() RETURN 1"), QueryError, "did you mean ATTENDED"),
    (lambda g: g.cypher("MATCH (n) WHERE n:Plase RETURN n"), QueryError, "did you mean Place"),
    (lambda g: g.cypher("MATCH (n:`Parson`) RETURN n"), QueryError, "did you mean Person"),
    (lambda g: g.sparql("SELECT ?x WHERE { ?x gk:visted ?y }"), QueryError, r"gk:visted; did you mean visited\?"),
    (lambda g: g.sparql("ASK { ?x a gk:Person }"), QueryError, r"did you mean foaf:Person\?"),
    (lambda g: g.sparql("SELECT ?x WHERE { ?x gkk:visited ?y }"), QueryError, "prefix gkk: is not declared"),
]


@pytest.mark.parametrize(("ask", "error", "message"), UNKNOWN)
def test_an_unknown_name_raises_with_the_similar_one(
    graph: graphkit.Graph, ask: Callable[[graphkit.Graph], object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        ask(graph)


@pytest.mark.parametrize(
    "query",
    [
        "MATCH (n:Person:Official) RETURN n.name",
        "MATCH (n:Person|Place) RETURN count(n) AS n",
        "MATCH (n {name: 'x'}) RETURN n.name AS n",
        "RETURN [x IN [1, 2] | x] AS xs, {a: 1, Persn: 2} AS m, 'a:Persn' AS s // :Persn",
        "MATCH (n:Person) WHERE n:Official RETURN CASE WHEN n:Place THEN 1 ELSE 2 END AS k",
        "MATCH (a)-[r]->(b) RETURN type(r) AS t",
        "WITH [1, 2, 3] AS xs RETURN xs[0..2] AS ys",
        "MATCH (n:Person) WHERE n.name IS :: STRING RETURN n {.name, kind: n.code} AS m",
    ],
)
def test_other_colons_are_no_labels(graph: graphkit.Graph, query: str) -> None:
    try:
        graph.cypher(query)
    except QueryError as error:  # The store may reject the syntax.
        assert not re.search("unknown (label|relationship)", str(error))  # noqa: PT017


def test_text_in_sparql_is_no_term(graph: graphkit.Graph) -> None:
    assert graph.sparql('SELECT ?x WHERE { BIND("gk:visted" AS ?x) } # gk:visted') == [{"x": "gk:visted"}]


# -- messages ----------------------------------------------------------------------------------------------------


def test_messages_name_calls_in_python_and_commands_on_the_command_line(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match=r"graphkit\.open\(.*create=True\)"):
        graphkit.open(tmp_path / "none")
    assert "`graphkit build REPORTS…" in run_command("status", "--graph", tmp_path / "none").stderr
    assert "graphkit.repair.repair(folder)" in str(DamagedError("x"))


def test_updates_are_refused_with_the_call(graph: graphkit.Graph) -> None:
    with pytest.raises(QueryError, match=r"graph\.load_neo4j"):
        graph.cypher("CREATE (n:Person) RETURN n")
    done = run_command("query", "CREATE (n:Person) RETURN n", "--graph", graph.folder)
    assert "`graphkit load neo4j`" in done.stderr


def test_a_script_gets_a_warning_and_a_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with graphkit.open(tmp_path / "g", create=True) as opened:
        with (
            caplog.at_level(logging.INFO, "graphkit"),
            pytest.warns(GraphkitWarning, match="1 input was not read") as seen,
        ):
            opened.build([RECORD, {"id": "x"}], fields={"title": "headline"})
        assert any("fields={'title': 'headline'}" in str(w.message) for w in seen)
        assert all(w.filename == __file__ for w in seen)
        assert "not read: reports[1]: " in caplog.text
        assert "1 reports added" in caplog.text
        with caplog.at_level(logging.INFO, "graphkit"):
            opened.cypher("MATCH (n:Person) RETURN n.name")
        assert "built the Cypher store" in caplog.text
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert opened.add(RECORD).skipped == 1
        with pytest.warns(GraphkitWarning) as seen:
            opened.add({"id": "x"})
        assert [w.filename for w in seen] == [__file__]


class Wrong:
    """An extractor that returns statements which the schema does not allow."""

    name, version = "wrong", "1"

    def read(self, reports: Any) -> Iterator[graphkit.Reading]:
        for report in reports:
            (first, *_) = graphkit.extract(report.text, id=report.id).statements
            yield graphkit.Reading(report, (dataclasses.replace(first, relation="liked"),))


def test_refused_statements_of_an_extractor_are_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphkit.graph.load_extractor", lambda name: Wrong())
    refused = pytest.warns(GraphkitWarning, match="1 statement was refused, for example in report a: .*liked")
    with graphkit.open(tmp_path / "g", create=True) as opened, refused:
        opened.add(RECORD)


def test_a_command_prints_no_warning(tmp_path: Path) -> None:
    path = write_records(tmp_path / "r.jsonl", [RECORD, {"id": "x"}])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        done = run_command("build", path, "--graph", tmp_path / "g", "--field", "title=headline")
    assert "--field title=headline had no effect" in done.stderr
    assert "GraphkitWarning" not in done.stderr


def test_what_examples_need_is_in_the_package() -> None:
    wanted = {"Mention", "Passage", "Outcome", "Neo4jAddress", "SparqlAddress", "Phrases", "UsageError", "ServerError"}
    assert wanted | {"ReadingError", "Relation", "score", "gold_record"} <= set(graphkit.__all__)
    assert isinstance(Statement.quote, property)
