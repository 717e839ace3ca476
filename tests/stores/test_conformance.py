"""The same query returns the same rows from embedded Cypher, Neo4j, pyoxigraph, Fuseki and networkx."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

import graphkit
from graphkit.cli.query_input import parse_parameters
from graphkit.errors import ServerError
from graphkit.schema import load_schema
from graphkit.stores.neo4j.database import Neo4j, Neo4jAddress
from graphkit.stores.rdf.store import bind
from graphkit.stores.sparql.endpoint import Endpoint, SparqlAddress
from tests import servers
from tests.conftest import PASSWORD, ROOT

pytestmark = pytest.mark.xdist_group("neo4j")

QUERIES = sorted((ROOT / "examples" / "queries").glob("*.cypher"))
#: Parameters with which the queries return rows for the dev reports.
REAL = {
    "x": "闫晨曦",
    "park": "临汾·甘亭新型工业园区",
    "phrase": "高质量发展",
    "document": "习近平总书记考察调研山西重要指示精神",
    "report": "seed-linfen",
    "project": "山西圣大新能源汽车产业园项目",
    "year": "2024",
    "least": 2,
}
#: Two companions of one tour, for the query about a pair.
PAIR = {"x": "李建国", "z": "郭行杰"}
#: Queries without results on the invented or on the real reports.
NO_ANSWER = {
    "example": {"11-places-of-a-phrase", "12-from-below"},
    "dev": {"20-promises-due", "23-contradictions"},
}
Rows = list[dict[str, Any]]


def question(path: Path, given: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The text of a query and its parameters: the given ones, otherwise those of its second line."""
    text = path.read_text(encoding="utf-8")
    parameters = parse_parameters(text.splitlines()[1].partition("params: ")[2].split())
    own = PAIR if given and "z" in parameters else given
    return text, {name: own.get(name, value) for name, value in parameters.items()}


class Stores:
    """One graph in all stores."""

    def __init__(self, graph: graphkit.Graph, base: str, neo4j: servers.Neo4j, fuseki: servers.Fuseki) -> None:
        self.graph = graph
        self.network = graph.to_networkx()
        self.neo4j = Neo4jAddress(neo4j.uri, "neo4j", PASSWORD)
        with Neo4j(self.neo4j) as db:
            db.run("MATCH (n) DETACH DELETE n")
        graph.load_neo4j(self.neo4j)
        with Neo4j(self.neo4j) as db:
            # Other tests delete and create indexes, so a cached query plan may refer to an index that no longer exists.
            db.run("CALL db.awaitIndexes(300)")
            db.run("CALL db.clearQueryCaches()")
        self.fuseki = Endpoint(SparqlAddress(fuseki.url))
        self.fuseki.update("DROP ALL")
        graph.load_sparql(SparqlAddress(fuseki.url))

    def on_neo4j(self, text: str, parameters: dict[str, Any]) -> Rows:
        with Neo4j(self.neo4j) as db:
            try:
                return db.run(text, **parameters)
            except ServerError as error:
                # Neo4j 5.26.12 once planned CONTAINS with an index of another type and failed with this internal error.
                # The cause is not known. The query is planned and run again; a second error fails the test.
                if "illegal query" not in str(error):
                    raise
                db.run("CALL db.clearQueryCaches()")
                return db.run(text, **parameters)

    def on_fuseki(self, text: str, parameters: dict[str, Any]) -> Rows:
        """The query on the union of all graphs, because the default graph of this Fuseki is empty."""
        prefixes = "".join(f"PREFIX {p}: <{iri}>\n" for p, iri in load_schema().prefixes.items())
        head, brace, rest = bind(text, parameters).partition("WHERE")
        query = f"{prefixes}{head}FROM <urn:x-arq:UnionGraph> {brace}{rest}"
        answer = self.fuseki._send(
            "POST", self.fuseki.query_url, query.encode(), "application/sparql-query", "application/sparql-results+json"
        )
        found = json.loads(answer.data)
        names = found["head"]["vars"]
        return [{n: _value(row.get(n)) for n in names} for row in found["results"]["bindings"]]


def _value(cell: dict[str, str] | None) -> Any:
    if cell is None:
        return None
    kind = cell.get("datatype", "").rpartition("#")[2]
    return float(cell["value"]) if kind in ("integer", "decimal", "double") else cell["value"]


@pytest.fixture(scope="module", params=["example", "dev"])
def stores(request: pytest.FixtureRequest, neo4j_server: servers.Neo4j, fuseki_server: servers.Fuseki) -> Stores:
    found = Stores(request.getfixturevalue(f"{request.param}_graph"), request.param, neo4j_server, fuseki_server)
    found.name = request.param  # type: ignore[attr-defined]
    return found


def test_each_query_has_a_cypher_and_a_sparql_form() -> None:
    assert len(QUERIES) == 25
    assert [q.stem for q in QUERIES] == sorted(p.stem for p in (ROOT / "examples" / "queries").glob("*.rq"))
    for path in QUERIES:
        titles = {p.read_text(encoding="utf-8").splitlines()[0].lstrip("/# ") for p in (path, path.with_suffix(".rq"))}
        assert len(titles) == 1
        assert titles.pop().endswith(("?", ")", "."))


@pytest.mark.parametrize("path", QUERIES, ids=lambda p: p.stem)
def test_all_stores_return_the_same_rows(stores: Any, path: Path) -> None:
    given = REAL if stores.name == "dev" else {}
    cypher, parameters = question(path, given)
    sparql, _ = question(path.with_suffix(".rq"), given)
    rows = stores.graph.cypher(cypher, **parameters)
    assert stores.graph.sparql(sparql, **parameters) == rows
    assert stores.on_neo4j(cypher, parameters) == rows
    assert stores.on_fuseki(sparql, parameters) == rows
    by_network = NETWORK.get(path.stem[:2])
    if by_network is not None:
        assert by_network(stores.network, parameters) == rows
    assert bool(rows) == (path.stem not in NO_ANSWER[stores.name])


def _edges(network: Any, kind: str) -> Iterator[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
    for start, end, edge in network.edges(data=True):
        if edge["type"] == kind:
            yield network.nodes[start], network.nodes[end], edge


def _last_null(*values: str | None) -> list[tuple[bool, str]]:
    return [(v is None, v or "") for v in values]


def sites_visited(network: Any, parameters: dict[str, Any]) -> Rows:
    rows = [
        {"site": site["name"], "day": visit.get("date"), "quote": quote, "place": place}
        for person, site, visit in _edges(network, "VISITED")
        if person["name"] == parameters["x"] and "Person" in person["labels"]
        for quote, place in zip(visit["evidence"], visit["spans"], strict=True)
    ]
    return sorted(rows, key=lambda r: _last_null(r["day"], r["site"], r["place"]))


def visitors_of_a_park(network: Any, parameters: dict[str, Any]) -> Rows:
    inside = nx.DiGraph((a, b) for a, b, e in network.edges(data=True) if e["type"] == "LOCATED_IN")
    parks = [
        n for n, data in network.nodes(data=True) if data["labels"][0] == "Park" and data["name"] == parameters["park"]
    ]
    places = {p for park in parks for p in ({park} | (set(nx.ancestors(inside, park)) if park in inside else set()))}
    found = {
        (network.nodes[a]["name"], network.nodes[b]["name"], e.get("date"))
        for a, b, e in network.edges(data=True)
        if e["type"] == "VISITED" and b in places and "Person" in network.nodes[a]["labels"]
    }
    return [{"leader": a, "site": b, "day": d} for a, b, d in sorted(found, key=lambda r: _last_null(r[2], r[0], r[1]))]


def companions(network: Any, parameters: dict[str, Any]) -> Rows:
    days: dict[str, set[str]] = defaultdict(set)
    for companion, leader, edge in _edges(network, "ACCOMPANIED"):
        if leader["name"] == parameters["x"]:
            days[companion["name"]] |= {edge["date"]} if "date" in edge else set()
    rows = [{"companion": name, "days": len(found)} for name, found in days.items()]
    return sorted(rows, key=lambda r: (-r["days"], r["companion"]))


def only_this_speaker(network: Any, parameters: dict[str, Any]) -> Rows:
    speakers: dict[str, set[str]] = defaultdict(set)
    for start, end, edge in network.edges(data=True):
        if edge["type"] == "EMPHASIZED" and "Person" in network.nodes[start]["labels"]:
            speakers[end].add(start)
    names = {
        network.nodes[phrase]["name"]
        for phrase, found in speakers.items()
        if len(found) == 1 and network.nodes[next(iter(found))]["name"] == parameters["x"]
    }
    return [{"phrase": name} for name in sorted(names)]


def phrases_by_reports(network: Any, parameters: dict[str, Any]) -> Rows:
    reports: dict[str, int] = defaultdict(int)
    for report, phrase, _ in _edges(network, "MENTIONS"):
        if "Phrase" in phrase["labels"] and report.get("date", "").startswith(parameters["year"]):
            reports[phrase["name"]] += 1
    rows = [{"phrase": name, "reports": n} for name, n in reports.items()]
    return sorted(rows, key=lambda r: (-r["reports"], r["phrase"]))[:10]


def who_implements(network: Any, parameters: dict[str, Any]) -> Rows:
    found = {
        (who["name"], edge.get("date"))
        for who, document, edge in _edges(network, "IMPLEMENTS")
        if parameters["document"] in (document["name"], *document["aliases"])
    }
    return [{"who": a, "day": d} for a, d in sorted(found, key=lambda r: _last_null(r[1], r[0]))]


def sites_of_several(network: Any, parameters: dict[str, Any]) -> Rows:
    leaders: dict[str, set[str]] = defaultdict(set)
    for start, end, edge in network.edges(data=True):
        if edge["type"] == "VISITED" and "Person" in network.nodes[start]["labels"]:
            leaders[end].add(start)
    found = {
        (network.nodes[site]["name"], len(who), network.nodes[w]["name"])
        for site, who in leaders.items()
        if len(who) >= parameters["least"]
        for w in who
    }
    return [{"site": s, "leaders": n, "leader": w} for s, n, w in sorted(found, key=lambda r: (-r[1], r[0], r[2]))]


NETWORK: dict[str, Callable[[Any, dict[str, Any]], Rows]] = {
    "01": sites_visited,
    "02": visitors_of_a_park,
    "03": companions,
    "08": phrases_by_reports,
    "15": only_this_speaker,
    "16": who_implements,
    "24": sites_of_several,
}


def test_a_planned_visit_is_not_a_visited_relationship(tmp_path: Path) -> None:
    (tmp_path / "r.txt").write_text(
        "市委书记林知远到石渡县调研。\n据悉，市长陈若川将于下周赴东屏区调研项目建设。", encoding="utf-8"
    )
    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.build(tmp_path / "r.txt")
        rows = graph.cypher("MATCH (p:Person)-[:VISITED]->(s) RETURN DISTINCT p.name AS p")
        assert rows == [{"p": "林知远"}]
        planned = graph.cypher(
            "MATCH (c:Claim {status: 'planned'})-[:SUBJECT]->(p) MATCH (c)-[:OBJECT]->(s) RETURN p.name AS p, s.name "
            "AS s"
        )
        assert planned == [{"p": "陈若川", "s": "东屏区"}]
        assert graph.sparql("ASK { ?p gk:visited ?s . ?s skos:prefLabel '东屏区'@zh }") == [{"answer": False}]
        assert graph.sparql("ASK { ?st rdf:predicate gk:visited ; gk:status gk:planned }") == [{"answer": True}]
