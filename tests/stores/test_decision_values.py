"""Arbitrary text in decisions is rejected with file and field, or returned unchanged by all exports."""

from __future__ import annotations

import copy
import csv
import io
import json
import tempfile
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import graphkit
from graphkit.decisions.model import Decision, Verdict, decide, from_record, to_record
from graphkit.errors import UsageError
from graphkit.ledger import entry_of
from graphkit.model import Mention, Reading, Report, Statement
from graphkit.review.files import read_decisions, write_decisions
from graphkit.stores.neo4j.database import Neo4j, Neo4jAddress
from tests.stores.arbitrary_text import PIECES, REFUSED, check_formats, texts

FIELDS = (
    "verdict",
    "report",
    "sha256",
    "quote",
    "relation",
    "kind",
    "status",
    "date",
    "speaker",
    "who",
    "made",
    "note",
    "instead.relation",
    "instead.kind",
    "instead.status",
    "instead.date",
    "instead.speaker",
    "instead.subject.name",
    "instead.subject.type",
    "instead.subject.aliases.0",
    "instead.subject.antecedent",
    "instead.subject.start",
    "instead.object.name",
    "instead.object.type",
    "subject.name",
    "object.aliases.0",
)
#: Fields that accept any text.
FREE = ("who", "note")
HOSTILE = [
    '2024"^^<x:t> } } ; DROP ALL ; INSERT DATA { GRAPH <x:g> { <x:a> <x:b> "',
    "x'}) DETACH DELETE n //",
    "</data><script>alert(1)</script>",
    "=HYPERLINK(1)",
    "a\u202eb",
    "$(rm -rf x)",
    "]]>",
    "\\u0022",
    *(f"a{p}b" for p in (*PIECES, *REFUSED)),
]


def said(number: int, name: str) -> tuple[Report, Statement]:
    """A report with a name, and a statement whose name was recognized too long."""
    text = f"林知远强调{name}某事{number}。"
    report = Report(f"r{number}", text, title=f"标题{number}", date="2024-01-02")
    return report, Statement(
        report=report.id,
        subject=Mention("Person", "林知远", 0, 3),
        relation="emphasized",
        object=Mention("Phrase", text[5:-1], 5, len(text) - 1),
        start=0,
        end=len(text),
        rule="x.y",
        date="2024-01-02",
    )


def corrected(name: str) -> dict[str, Any]:
    """The correction of the statement: the name as object, with an alias, and as speaker."""
    return {
        "object": {"type": "Phrase", "name": name, "start": 5, "end": 5 + len(name), "aliases": [name]},
        "speaker": name,
    }


def record(name: str = "某事") -> dict[str, Any]:
    report, statement = said(0, name)
    return to_record(
        decide(statement, report, Verdict.mend, who="甲", made="2024-04-01T00:00:00+00:00", instead=corrected(name))
    )


def changed(field: str, value: object) -> dict[str, Any]:
    """A correction with another value in a field."""
    found = copy.deepcopy(record())
    found["instead"] |= {
        "subject": copy.deepcopy(found["subject"]),
        "relation": "emphasized",
        "kind": "",
        "status": "actual",
        "date": "",
    }
    if field == "made" or "." not in field:
        found[field] = value
        return found
    *path, last = field.split(".")
    inner: Any = found
    for step in path:
        inner = inner.setdefault(step, [] if step == "aliases" else {}) if isinstance(inner, dict) else inner[int(step)]
    if isinstance(inner, list):
        inner[:] = [value]
    else:
        inner[last] = value
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("decisions")


@pytest.fixture
def graph(tmp_path: Path) -> Any:
    with graphkit.open(tmp_path / "g", create=True) as opened:
        fill(opened, ["某事"])
        yield opened


def fill(graph: graphkit.Graph, names: list[str]) -> None:
    readings = [(report, statement) for report, statement in (said(n, name) for n, name in enumerate(names))]
    graph.ledger.put(
        *(entry_of(Reading(report, (s,), (s.subject, s.object), ()), "test", "1") for report, s in readings)
    )


def outside_of_values(graph: graphkit.Graph, words: str) -> list[str]:
    """Formats whose file cannot be parsed, or in which the text is a graph, subject or predicate instead of a value."""
    wrong = []
    out = io.BytesIO()
    graph.export("nquads", out)
    for quad in pyoxigraph.parse(out.getvalue(), pyoxigraph.RdfFormat.N_QUADS):
        wrong += [str(t) for t in (quad.subject, quad.predicate, quad.graph_name) if str(t).startswith("<x:")]
    return wrong


@pytest.mark.parametrize("field", FIELDS)
def test_hostile_text_in_a_decision_is_kept_or_rejected_with_line_and_field(
    graph: graphkit.Graph, tmp_path: Path, field: str
) -> None:
    path = tmp_path / "d.jsonl"
    for value in HOSTILE:
        path.write_text(json.dumps(changed(field, value)) + "\n", encoding="utf-8")
        try:
            decisions = read_decisions(path)
            graph.review().add(decisions)
        except UsageError as error:
            refused = str(error)
        else:
            refused = ""
        if refused:
            assert field.split(".")[-1 if not field.endswith(".0") else -2] in refused or "quote" in refused, (
                field,
                value,
                refused,
            )
            assert "\n" not in refused
            assert "d.jsonl:1" in refused or "r0" in refused, refused
            continue
        assert field in (
            *FREE,
            "instead.speaker",
            "subject.name",
            "object.aliases.0",
            "report",
            "quote",
            "speaker",
            "instead.subject.aliases.0",
        ), (field, value)
        (kept,) = map(to_line, decisions)
        for name in ("out.jsonl", "out.csv"):
            write_decisions(decisions, tmp_path / name)
            assert [to_line(d) for d in read_decisions(tmp_path / name)] == [kept]
        assert decisions[0].note == value or field != "note"
    assert outside_of_values(graph, "x:") == []
    assert list(graph.validate(shacl=False)) == []
    assert graph.sparql("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")[0]["n"] > 0


def correction(number: int, name: str) -> Decision:
    """The correction of a statement to a name. The note and the reviewer have the same text."""
    report, statement = said(number, name)
    made = "2024-04-01T00:00:00+00:00"
    return decide(statement, report, Verdict.mend, who=name[:100], made=made, note=name, instead=corrected(name))


def accepted_corrections(names: list[str]) -> list[str]:
    """Names to which a statement can be corrected; the others are rejected with the field."""
    taken, refused = [], []
    for name in dict.fromkeys(names):
        try:
            correction(0, name)
            taken.append(name)
        except UsageError as error:
            refused.append(str(error))
    fields = ("name", "speaker", "who", "note", "aliases", "statement")
    assert all(any(field in words for field in fields) for words in refused), refused
    return taken


def check_decisions(names: list[str], folder: Path) -> int:
    """Corrects a statement to each name and reads it back from all exports; returns the number of accepted names."""
    taken = accepted_corrections(names)
    if not taken:
        return 0
    with graphkit.open(folder / "g", create=True) as graph:
        fill(graph, taken)
        made = [correction(number, name) for number, name in enumerate(taken)]
        graph.review().add([from_record(to_record(d), "x") for d in made])
        assert list(graph.validate(shacl=False)) == []
        kept = {
            d.note: (d.who, d.about["instead"]["object"]["name"], d.about["instead"]["speaker"])
            for d in graph.review().decisions()
        }
        assert kept == {name: (name[:100], name, name) for name in taken}
        for file in ("d.jsonl", "d.csv"):
            write_decisions(made, folder / file)
            assert sorted(map(to_line, read_decisions(folder / file))) == sorted(map(to_line, made))
        assert {s.object.name for s in graph.statements()} == set(taken)
        titles = {f"标题{n}" for n in range(len(taken))}
        check_formats(graph, {"https://w3id.org/policy-graphkit/ns#speaker": set(taken)}, {"title": titles})
    return len(taken)


def to_line(decision: Any) -> str:
    """A decision as one line, without the fields that a file adds."""
    return json.dumps({k: v for k, v in to_record(decision).items() if k not in ("sequence", "digest")}, sort_keys=True)


@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(texts, min_size=20, max_size=20))
def test_exports_return_arbitrary_text_of_decisions_unchanged(names: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        check_decisions([*names, *(f"a{p}b" for p in PIECES)], Path(folder))


@pytest.mark.xdist_group("neo4j")
@pytest.mark.parametrize("name", ["`}) DETACH DELETE (n) //", "'\"\\", "a\u202eb\u2028", "$name", "𠮷 x"])
def test_the_name_of_a_graph_in_neo4j_is_escaped(graph: graphkit.Graph, neo4j_address: Neo4jAddress, name: str) -> None:
    graph.load_neo4j(neo4j_address, name=name)
    assert graph.load_neo4j(neo4j_address, name=name).unchanged
    with Neo4j(neo4j_address) as database:
        assert {r["g"] for r in database.run("MATCH (r:Report) RETURN DISTINCT r.graph AS g")} == {name}


@pytest.mark.parametrize(
    "name", ["`}) DETACH DELETE (n) //", "'\"\\", "a\nb", "$(rm -rf x)", "../../x", "=1+1", "a,b\x1fc"]
)
def test_the_name_of_a_graph_in_import_files_is_escaped(graph: graphkit.Graph, tmp_path: Path, name: str) -> None:
    fill(graph, ["某事"])
    for format_ in ("neo4j-admin", "cypher"):
        # The Cypher script has no name of a graph.
        graph.export(format_, tmp_path / format_, **({"name": name} if format_ == "neo4j-admin" else {}))
        files = (
            [p for p in (tmp_path / format_).rglob("*") if p.is_file()]
            if (tmp_path / format_).is_dir()
            else [tmp_path / format_]
        )
        assert all(tmp_path in p.resolve().parents for p in files)
        scripts = [p for p in files if p.suffix == ".sh"]
        assert all(name not in p.read_text(encoding="utf-8") for p in scripts)
        nodes = tmp_path / format_ / "nodes" / "Report.csv"
        if nodes.exists():
            with nodes.open(encoding="utf-8", newline="") as file:
                assert {row[2] for row in csv.reader(file)} == {"graph", name}
    assert sorted(p.name for p in tmp_path.iterdir() if p.name not in ("neo4j-admin", "cypher")) == ["g"]


@pytest.mark.parametrize("base", ["http://x/'", "javascript:alert(1)/", "urn:x:", "http://x/%22/", "http://例/"])
def test_an_unusual_base_remains_inside_its_iris(graph: graphkit.Graph, base: str) -> None:
    fill(graph, ["某事"])
    for format_, rdf in (
        ("nquads", pyoxigraph.RdfFormat.N_QUADS),
        ("turtle", pyoxigraph.RdfFormat.TURTLE),
        ("rdfxml", pyoxigraph.RdfFormat.RDF_XML),
    ):
        out = io.BytesIO()
        graph.export(format_, out, base=base)
        subjects = {str(q.subject) for q in pyoxigraph.parse(out.getvalue(), rdf)}
        assert any(s.startswith(f"<{base}") for s in subjects)
