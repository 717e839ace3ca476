"""Queries read the graph only: attempts in Cypher and SPARQL to write or to open files and addresses fail."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import kglite
import pytest

import graphkit
from graphkit.errors import QueryError
from graphkit.stores.cypher.query_checks import PROCEDURES, checked
from graphkit.stores.rdf.query_checks import check_sparql

LOAD = "FROM 'file://FILE' AS r RETURN r"
#: FILE: a file with a secret; NEW: a file that does not exist; URL: an address that counts its requests.
CYPHER = [
    f"LOAD CSV {LOAD}",
    f"load csv {LOAD}",
    f"LoAd\tCsV {LOAD}",
    f"LOAD\nCSV {LOAD}",
    f"LOAD\r\nCSV {LOAD}",
    f"LOAD\fCSV {LOAD}",
    f"LOAD//x\nCSV {LOAD}",
    f"LOAD/**/CSV {LOAD}",
    f"LOAD/*'*/CSV {LOAD}",
    f"/* /* */ LOAD CSV {LOAD}",
    f"// x\nLOAD CSV {LOAD}",
    f"`LOAD` CSV {LOAD}",
    f"LOAD `CSV` {LOAD}",
    f"`load`// \n`csv` {LOAD}",
    f"; LOAD CSV {LOAD}",
    f";;LOAD CSV {LOAD}",
    f"EXPLAIN LOAD CSV {LOAD}",
    f"PROFILE LOAD CSV {LOAD}",
    f"CYPHER 5 LOAD CSV {LOAD}",
    f"FOR VALID_TIME ALL LOAD CSV {LOAD}",
    f"LOAD CSV WITH HEADERS {LOAD}",
    f"RETURN 1 AS r UNION LOAD CSV {LOAD}",
    f"RETURN 'a\\'' AS r UNION LOAD CSV {LOAD}",
    f'RETURN "\'" AS r UNION LOAD CSV {LOAD}',
    f"RETURN 1 AS `'` UNION LOAD CSV {LOAD}",
    f"RETURN 1 AS `//` UNION LOAD CSV {LOAD}",
    f"RETURN 1 AS `a``b` UNION LOAD CSV {LOAD}",
    f"RETURN '\\\\' AS r UNION LOAD CSV {LOAD}",
    f"RETURN 1 // '\n AS r UNION LOAD CSV {LOAD}",
    f"CALL {{ LOAD CSV {LOAD} }} RETURN r",
    f"UNWIND [1] AS x CALL (x) {{ LOAD CSV {LOAD} }} RETURN r",
    f"LOAD C\u017fV {LOAD}",
    f"LOAD\u00a0CSV {LOAD}",
    f"LOAD\u3000CSV {LOAD}",
    f"\ufeffLOAD CSV {LOAD}",
    f"\\u004cOAD CSV {LOAD}",
    f"\uff2cOAD CSV {LOAD}",
    "LOAD CSV FROM $file AS r RETURN r",
    "LOAD CSV FROM 'FILE' AS r RETURN r",
    "LOAD CSV FROM 'file://' + 'FILE' AS r RETURN r",
    "LOAD CSV FROM 'URL' AS r RETURN r",
    "CALL pagerank({where: \"true RETURN n UNION LOAD CSV FROM 'FILE' AS n\"}) YIELD node RETURN node",
    "CALL pagerank({`where`: $file}) YIELD node RETURN node",
    "CALL ready_set({edge: 'R', done: $file}) YIELD node RETURN node",
    "CALL apoc.load.json('URL')",
    "CALL apoc.export.csv.all('NEW', {})",
    "CALL db.cdc.enable({capacity: 5})",
    "CALL `db`.`cdc`.`enable`({capacity: 5})",
    "CALL db . ontology . clear()",
    "CALL refresh_stats() YIELD src_type RETURN src_type",
    "CALL db.node_text_index.build({type: 'Person', property: 'name'})",
    "CALL db.embeddings.embed({nodes: []})",
    "CREATE (n:X)",
    "MATCH (n) SET n.name = 'x'",
    "MATCH (n) DETACH DELETE n",
    "MERGE (n:X)",
    "INSERT (n:X)",
    "`INSERT` (n:X)",
    "FOREACH (x IN [1] | CREATE (:X))",
    "CREATE INDEX FOR (n:Person) ON (n.name)",
    "DROP INDEX Person.name",
    "`DROP` INDEX Person.name",
    "MATCH (n) REMOVE n.name",
    "MATCH (n) RETURN n FORMAT CSV",
    "RETURN load_csv('FILE')",
    "RETURN {x: file('FILE')}",
    "RETURN [x IN [1] | readfile('FILE')]",
    "RETURN `file` ('FILE')",
    "USE x RETURN 1",
    "DUMP 'NEW'",
    "SAVE 'NEW'",
    "EXPORT 'NEW'",
]
SPARQL = [
    "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { SERVICE SILENT <URL> { ?s ?p ?o } }",
    "SELECT * {SERVICESILENT<URL>{?s ?p ?o}}",
    "SELECT * { service <URL> { ?s ?p ?o } }",
    "SELECT * { SerVice<URL>{?s ?p ?o}}",
    "SELECT * { SERVICE ?x { ?s ?p ?o } VALUES ?x { <URL> } }",
    "PREFIX x: <URL> SELECT * { SERVICE x: { ?s ?p ?o } }",
    "PREFIX x: <URL> SELECT * {SERVICEx:a{ ?s ?p ?o } }",
    "BASE <URL> SELECT * { SERVICE <a> { ?s ?p ?o } }",
    "SELECT * { FILTER(1<'x>') SERVICE <URL> {?s ?p 'a'} }",
    "SELECT * {?s ?p ?o . # c\rSERVICE<URL>{?a ?b ?c}}",
    "SELECT * { ?s ?p <x:\\u0061#> SERVICE <URL> {?a ?b ?c} }",
    "SELECT * { ?s ?p 1SERVICE<URL>{?a ?b ?c}}",
    "SELECT * { ?s ?p trueSERVICE<URL>{?a ?b ?c}}",
    "ASK { SERVICE <URL> { ?s ?p ?o } }",
    "CONSTRUCT { ?s ?p ?o } { SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { { SELECT * { SERVICE <URL> { ?s ?p ?o } } } }",
    "SELECT * { FILTER EXISTS { SERVICE <URL> { ?s ?p ?o } } }",
    "SELECT * { OPTIONAL { SERVICE <URL> { ?s ?p ?o } } }",
    "SELECT * { SERVICE <file://FILE> { ?s ?p ?o } }",
    "SELECT * FROM <URL> { ?s ?p ?o }",
    "SELECT * FROM NAMED <URL> { GRAPH ?g { ?s ?p ?o } }",
    "SELECT * FROM <file://FILE> { ?s ?p ?o }",
    "SELECT * { GRAPH <URL> { ?s ?p ?o } }",
    "DESCRIBE <URL>",
    "LOAD <URL>",
    "LOAD SILENT <file://FILE>",
    "PREFIX a: <x:> LOAD <URL>",
    "INSERT DATA { <x:a> <x:b> <x:c> }",
    "DELETE WHERE { ?s ?p ?o }",
    "DROP ALL",
    "CLEAR ALL",
    "CREATE GRAPH <x:g>",
    "WITH <x:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "SELECT * { ?s ?p ''' ' ''' SERVICE <URL> { ?a ?b ''' ''' } }",
    "SELECT * { ?s ?p 'a\\\\' SERVICE <URL> { ?a ?b 'c' } }",
    'SELECT * { ?s ?p """\\"""" . SERVICE <URL> { ?a ?b "c" } }',
]


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        do_POST = do_GET

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", asked
    server.shutdown()
    server.server_close()


def _answer(store: Any, query: str, parameters: dict[str, str]) -> str:
    """The rows of a query, or the message of its rejection."""
    try:
        return str(store.query(query, parameters))
    except QueryError as error:
        return str(error)


@pytest.mark.parametrize(
    "attempt",
    [*(("cypher", q) for q in CYPHER), *(("sparql", q) for q in SPARQL)],
    ids=lambda a: a[1][:60].encode("unicode_escape").decode(),
)
def test_no_attempt_to_write_or_open_files_succeeds(
    example_graph: graphkit.Graph, address: tuple[str, list[str]], tmp_path: Path, attempt: tuple[str, str]
) -> None:
    language, query = attempt
    (tmp_path / "secret.csv").write_text("a,b\nSECRET,1\n")
    for name, value in (("FILE", f"{tmp_path}/secret.csv"), ("NEW", f"{tmp_path}/new"), ("URL", address[0])):
        query = query.replace(name, value)
    store = example_graph.stores()[language]
    before = store.query(
        "MATCH (n) RETURN count(n) AS n" if language == "cypher" else "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    )
    parameters = {"file": f"{tmp_path}/secret.csv"} if "$file" in query else {}
    assert "SECRET" not in _answer(store, query, parameters)
    assert address[1] == []
    assert [p.name for p in tmp_path.iterdir()] == ["secret.csv"]
    assert (
        store.query(
            "MATCH (n) RETURN count(n) AS n" if language == "cypher" else "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
        )
        == before
    )


def test_there_are_sixty_attempts() -> None:
    assert len({*CYPHER, *SPARQL}) >= 60


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("RETURN 'LOAD CSV FROM' AS x", [{"x": "LOAD CSV FROM"}]),
        ("RETURN 1 AS x // LOAD CSV", [{"x": 1}]),
        ("RETURN /* CREATE (n) */ 1 AS x", [{"x": 1}]),
        ("RETURN 1 AS set", [{"set": 1}]),
        ("RETURN {delete: 1, load: 2} AS x", [{"x": {"delete": 1, "load": 2}}]),
        ("RETURN 'a\\'b' AS x", [{"x": "a'b"}]),
        ("RETURN 1 AS `读 csv`", [{"读 csv": 1}]),
        ("RETURN size ([1]) AS x", [{"x": 1}]),
        ("CALL db.labels() YIELD label RETURN count(label) > 3 AS x", [{"x": True}]),
        ("CALL { MATCH (n:Person) RETURN count(n) > 3 AS x } RETURN x", [{"x": True}]),
        ("RETURN 'x' CONTAINS ('x') AS x", [{"x": True}]),
        ("UNWIND [1, 2] AS a WITH a WHERE a IN [2] AND (a > 1) RETURN a", [{"a": 2}]),
        ("MATCH (n:Person) RETURN n.set AS x LIMIT 1", [{"x": None}]),
    ],
)
def test_allowed_queries_that_resemble_forbidden_ones_are_answered(
    example_graph: graphkit.Graph, query: str, rows: list[dict[str, Any]]
) -> None:
    assert example_graph.cypher(query) == rows


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * {?s ?p 'a service'} LIMIT 1",
        "SELECT * {?s ?p ?service} LIMIT 1",
        "# which service\nSELECT * {?s a schema:Service}",
        "SELECT * {?s <http://example.org/service#x> ?o}",
    ],
)
def test_the_word_service_in_strings_and_names_is_allowed(query: str) -> None:
    check_sparql(query)


@pytest.mark.parametrize(
    "query",
    [
        "",
        " ",
        ";",
        "// x",
        "RETURN '",
        'RETURN "a',
        "RETURN `a",
        "RETURN 1 /*",
        "RETURN 1 \x00",
        "RETURN 人",
        "RETURN $人",
        "x" * 200_000,
        "RETURN '\ud800'",
        "RETURN " + "(" * 40_000,
    ],
)
def test_invalid_queries_are_rejected_with_a_message(example_graph: graphkit.Graph, query: str) -> None:
    with pytest.raises(QueryError):
        example_graph.cypher(query)


@pytest.mark.parametrize(
    "value",
    [
        1 << 70,
        float("inf"),
        float("nan"),
        "\ud800",
        ["\ud800"],
        {1: 2},
        {"\ud800": 1},
        object(),
        b"x",
        [[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]],
    ],
)
def test_unsupported_parameter_values_are_rejected(example_graph: graphkit.Graph, value: object) -> None:
    for ask in (
        lambda: example_graph.cypher("RETURN $x AS x", x=value),
        lambda: example_graph.sparql("SELECT * { FILTER(?x = 1) }", x=value),
    ):
        with pytest.raises(QueryError):
            ask()


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { " + "{" * 5000 + "}" * 5000 + "}",
        "SELECT * {FILTER(" + "!" * 30_000 + "true)}",
        "SELECT * {?s <x:a>" + "/<x:a>" * 5000 + " ?o}",
        "SELECT " + "(1 AS ?a)" * 5000 + "{}",
        "SELECT * {" + "?s ?p ?o." * 9000 + "}",
    ],
)
def test_queries_that_would_crash_the_process_are_rejected(example_graph: graphkit.Graph, query: str) -> None:
    with pytest.raises(QueryError, match="the maximum is"):
        example_graph.sparql(query)


def test_every_allowed_procedure_is_read_only() -> None:
    """Compares the list with the installed store: a procedure that the store describes as writing must not be on it."""
    rows = kglite.KnowledgeGraph().freeze().cypher("SHOW PROCEDURES").to_list()
    modes = {row["name"].lower(): row["mode"] for row in rows}
    assert {modes.get(name) for name in PROCEDURES} == {"READ"}


def test_comments_are_removed_before_the_store_receives_a_query() -> None:
    assert checked("RETURN 1 /* '\n*/ + 2 // x") == "RETURN 1     \n   + 2     "
