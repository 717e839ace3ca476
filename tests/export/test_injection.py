"""Text of reports is data in every store and every file: it is never executed, and nothing is lost."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import networkx as nx
import pyarrow.parquet as pq
import pyoxigraph
import pytest

import graphkit
from graphkit.errors import SchemaError
from graphkit.ledger import entry_of
from graphkit.model import Mention, Reading, Report, Statement
from graphkit.schema import load_schema
from graphkit.stores.neo4j.database import Neo4j, Neo4jAddress
from graphkit.stores.rdf.store import bind
from graphkit.stores.sparql.endpoint import Endpoint, SparqlAddress

pytestmark = pytest.mark.xdist_group("neo4j")

#: Each is the name of one person and of one phrase.
NASTY = [
    "林'; DROP TABLE report; --",
    'x"}) DETACH DELETE n //',
    "`}) DETACH DELETE (n) //`",
    "$x ?x {x} ${x} {{x}} %s \\u0027 \\\\ \\",
    "“三抓\n三促”\t\r\n",
    "\u202e右\u200f左\u2067\u2069\u200b",
    "<script>alert(1)</script>&amp;<!--]]>",
    '=HYPERLINK("http://a.example")',
    "𬭎𠅤 e\u0301 é",
    "> . } ; DROP ALL ; INSERT DATA { <a> <b> <c>",
    '],"@id":"x"',
    "..",
    "a/../../b#c?d=e%2F%00",
]


@pytest.fixture(scope="module")
def nasty_graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[graphkit.Graph]:
    """A graph with hostile names, stored as an extractor could produce them."""
    with graphkit.open(tmp_path_factory.mktemp("nasty") / "g", create=True) as graph:
        for n, name in enumerate(NASTY):
            text = f"{name}强调{name}。"
            report = Report(f"{name}{n}", text, title=name, publisher=name, url=name, date="2024-01-02")
            person, phrase = (
                Mention("Person", name, 0, len(name)),
                Mention("Phrase", name, len(name) + 2, len(text) - 1),
            )
            statement = Statement(
                report=report.id,
                subject=person,
                relation="emphasized",
                object=phrase,
                start=0,
                end=len(text),
                rule="x.y",
                speaker=name,
            )
            load_schema().check(statement, report)
            graph.ledger.put(entry_of(Reading(report, (statement,), (person, phrase), ()), "test", "1"))
        yield graph


def triples(rows: list[dict[str, Any]]) -> set[tuple[str, ...]]:
    return {tuple(row.values()) for row in rows}


EXPECTED = {(name, name, f"{name}强调{name}。", name) for name in NASTY}
CYPHER = (
    "MATCH (p:Person)-[e:EMPHASIZED]->(f:Phrase) MATCH (r:Report) WHERE r.report_id = e.reports[0] "
    "RETURN p.name AS p, f.name AS f, e.evidence[0] AS e, r.title AS t"
)
SPARQL = (
    "SELECT ?p ?f ?e ?t WHERE { ?s gk:emphasized ?o . ?s skos:prefLabel ?p . ?o skos:prefLabel ?f . ?st rdf:subject "
    "?s ; rdf:object ?o ;"
    " prov:wasQuotedFrom ?q . ?q oa:hasSelector/oa:exact ?e ; oa:hasSource/schema:headline ?t }"
)


def test_names_remain_data_in_the_embedded_stores(nasty_graph: graphkit.Graph) -> None:
    assert triples(nasty_graph.cypher(CYPHER)) == EXPECTED
    assert triples(nasty_graph.sparql(SPARQL)) == EXPECTED
    network = nasty_graph.to_networkx()
    assert {d["name"] for _, d in network.nodes(data=True) if d["labels"][0] == "Phrase"} == set(NASTY)


def test_names_remain_data_in_neo4j(nasty_graph: graphkit.Graph, neo4j_address: Neo4jAddress) -> None:
    nasty_graph.load_neo4j(neo4j_address, name=NASTY[2])
    assert nasty_graph.load_neo4j(neo4j_address, name=NASTY[2]).unchanged
    with Neo4j(neo4j_address) as db:
        assert triples(db.run(CYPHER)) == EXPECTED
        for name in [*NASTY, "a\x00b"]:
            assert db.run("MATCH (p:Person) WHERE p.name = $x RETURN p.name AS x", x=name) == (
                [{"x": name}] if name in NASTY else []
            )
            assert db.run("RETURN $x AS x", x=name) == [{"x": name}]


def test_names_remain_data_in_sparql_servers(nasty_graph: graphkit.Graph, endpoint_url: str) -> None:
    nasty_graph.load_sparql(SparqlAddress(endpoint_url))
    server = Endpoint(SparqlAddress(endpoint_url))
    assert {
        r["t"] for r in server.select("SELECT ?t WHERE { GRAPH ?g { ?r <https://schema.org/headline> ?t } }")
    } == set(NASTY)
    for name in NASTY:
        found = server.select(
            bind(
                "SELECT ?t WHERE { GRAPH ?g { ?r <https://schema.org/headline> ?t } FILTER(STR(?t) = ?x) }", {"x": name}
            )
        )
        assert found == [{"t": name}]


@pytest.mark.parametrize("name", [*NASTY, "a\x00b"])
def test_names_remain_data_in_query_parameters(nasty_graph: graphkit.Graph, name: str) -> None:
    known = [{"n": name}] if name in NASTY else []
    assert nasty_graph.cypher("MATCH (f:Phrase) WHERE f.name = $x RETURN f.name AS n", x=name) == known
    assert (
        nasty_graph.sparql(
            "SELECT (STR(?l) AS ?n) WHERE { ?f a skos:Concept ; skos:prefLabel ?l FILTER(STR(?l) = ?x) }", x=name
        )
        == known
    )


RDF = {
    "turtle": pyoxigraph.RdfFormat.TURTLE,
    "trig": pyoxigraph.RdfFormat.TRIG,
    "nquads": pyoxigraph.RdfFormat.N_QUADS,
    "ntriples": pyoxigraph.RdfFormat.N_TRIPLES,
    "rdfxml": pyoxigraph.RdfFormat.RDF_XML,
    "jsonld": pyoxigraph.RdfFormat.JSON_LD,
}


@pytest.mark.parametrize("format_", RDF)
def test_names_remain_data_in_rdf_files(nasty_graph: graphkit.Graph, format_: str) -> None:
    out = io.BytesIO()
    nasty_graph.export(format_, out)
    found = list(pyoxigraph.parse(out.getvalue(), RDF[format_]))
    labels = {q.object.value for q in found if q.predicate.value.endswith("#prefLabel")}
    assert set(NASTY) <= labels
    subjects = {q.subject.value for q in found if q.predicate.value == "https://schema.org/headline"}
    assert len(subjects) == len(NASTY)


@pytest.mark.parametrize(("format_", "read"), [("graphml", nx.read_graphml), ("gexf", nx.read_gexf)])
def test_names_remain_data_in_xml_files(nasty_graph: graphkit.Graph, format_: str, read: Any) -> None:
    out = io.BytesIO()
    nasty_graph.export(format_, out)
    names = {d["name"] for _, d in read(io.BytesIO(out.getvalue())).nodes(data=True)}
    assert set(NASTY) <= names


def test_names_remain_data_in_tables(nasty_graph: graphkit.Graph, tmp_path: Path) -> None:
    nasty_graph.export("csv", f"{tmp_path}/tables/")
    with (tmp_path / "tables" / "nodes.csv").open(encoding="utf-8-sig", newline="") as file:
        names = {row["name"] for row in csv.DictReader(file)}
    assert {f"'{n}" if n.startswith("=") else n for n in NASTY} <= names
    out = io.BytesIO()
    nasty_graph.export("parquet", out)
    with zipfile.ZipFile(out) as archive:
        assert set(NASTY) <= set(pq.read_table(io.BytesIO(archive.read("nodes.parquet")))["name"].to_pylist())
    out = io.BytesIO()
    nasty_graph.export("cytoscape", out)
    assert set(NASTY) <= {n["data"]["name"] for n in json.loads(out.getvalue())["elements"]["nodes"]}
    nasty_graph.export("neo4j-admin", f"{tmp_path}/files/")
    with (tmp_path / "files" / "nodes" / "Phrase.csv").open(encoding="utf-8", newline="") as file:
        assert {row["name:string"] for row in csv.DictReader(file)} == set(NASTY)


def test_names_remain_data_in_the_cypher_script(nasty_graph: graphkit.Graph, neo4j_address: Neo4jAddress) -> None:
    out = io.BytesIO()
    nasty_graph.export("cypher", out)
    with Neo4j(neo4j_address) as db:
        for line in out.getvalue().decode("utf-8").split("\n"):
            if line:
                db.run(line.rstrip(";"))
        assert triples(db.run(CYPHER)) == EXPECTED


@pytest.mark.parametrize("name", ["a\x00b", "a\x1fb", "a\ud800b"])
def test_names_with_characters_that_no_store_can_represent_are_rejected(name: str) -> None:
    report = Report("r", f"{name}强调乡村振兴。")
    statement = Statement(
        report="r",
        subject=Mention("Person", name, 0, 3),
        relation="emphasized",
        object=Mention("Phrase", "乡村振兴", 5, 9),
        start=0,
        end=9,
        rule="x.y",
    )
    with pytest.raises(SchemaError, match="control characters"):
        load_schema().check(statement, report)
