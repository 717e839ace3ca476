"""Arbitrary text in the fields of reports and in names: every export gives it back unchanged, or it is refused with its field."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import re
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import networkx as nx
import pyarrow.parquet as pq
import pyoxigraph
import pytest
import rdflib
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

import graphkit
from graphkit.errors import ExportError, ReadingError, SchemaError, UsageError
from graphkit.export.graph_files import flat, split_list
from graphkit.export.tables import read_cell, safe_cell
from graphkit.ledger import entry_of
from graphkit.model import Mention, Reading, Report, Statement
from graphkit.reading.fields import describe
from graphkit.schema import load_schema
from graphkit.schema.values import is_date, report_flaws
from graphkit.stores.neo4j.database import Neo4j, Neo4jAddress
from graphkit.stores.rdf.terms import Iris, date, encode
from graphkit.stores.sparql.endpoint import Endpoint, SparqlAddress

PIECES = (
    "'",
    '"',
    "\\",
    "\n",
    "\r",
    "\t",
    "\u2028",
    "\u2029",
    "\u202e",
    "\u200f",
    "\ufeff",
    "\x85",
    "\ufdd0",
    "\U0001fffe",
    "`",
    "|",
    " | ",
    "=",
    "]]>",
    "</data>",
    "\\u0027",
    "; DROP ALL ;",
    "𠮷",
    "\U000e0100",
)
REFUSED = ("\x00", "\x0b", "\x0c", "\x1f", "\ud800", "\uffff")
texts = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), min_size=1, max_size=8).map("".join)


def said(name: str) -> tuple[Report, Statement]:
    text = f"{name}强调{name}。"
    report = Report(f"r{name}", text, title=name, publisher=name, place=name, url=name, date="2024-01-02")
    phrase = Mention("Phrase", name, len(name) + 2, len(text) - 1, aliases=(f"a{name}", f"{name} | b"))
    return report, Statement(
        report=report.id,
        subject=Mention("Person", name, 0, len(name)),
        relation="emphasized",
        object=phrase,
        start=0,
        end=len(text),
        rule="x.y",
        speaker=name,
        date="2024-01-02",
    )


def accepted(names: list[str]) -> list[str]:
    """Names that the schema and the rules for reports take; the others are refused with the field."""
    found: list[str] = []
    refusals: list[str] = []
    for name in dict.fromkeys(names):
        report, statement = said(name)
        flaws = list(report_flaws(report))
        try:
            load_schema().check(statement, report)
        except SchemaError as error:
            refusals.append(str(error))
            continue
        if not flaws:
            found.append(name)
    fields = ("name", "evidence span", "alias", "speaker")
    assert [r for r in refusals if not any(field in r for field in fields)] == []
    return found


def fill(graph: graphkit.Graph, names: list[str]) -> None:
    readings = ((report, statement) for report, statement in map(said, names))
    graph.ledger.put(
        *(entry_of(Reading(report, (s,), (s.subject, s.object), ()), "test", "1") for report, s in readings)
    )


def check_exports(names: list[str], folder: Path) -> int:
    """Builds one graph of all names and reads it back from every export; gives the number of names that were taken."""
    taken = accepted(names)
    if not taken:
        return 0
    with graphkit.open(folder / "g", create=True) as graph:
        fill(graph, taken)
        assert list(graph.validate(shacl=False)) == []
        in_rdf = (
            "https://schema.org/headline",
            "https://w3id.org/policy-graphkit/ns#url",
            "https://w3id.org/policy-graphkit/ns#speaker",
        )
        check_formats(graph, {field: set(taken) for field in in_rdf}, {"title": set(taken)}, taken)
    return len(taken)


def check_formats(
    graph: graphkit.Graph, in_rdf: dict[str, set[str]], properties: dict[str, set[str]], aliases: Iterable[str] = ()
) -> None:
    """Reads a graph back from every export. in_rdf: all values of RDF properties; properties: those of properties of nodes.
    aliases: names that stand among the aliases of phrases, as `said` gives them."""
    files = {}
    for format_ in (
        "turtle",
        "trig",
        "nquads",
        "ntriples",
        "jsonld",
        "rdfxml",
        "graphml",
        "gexf",
        "cytoscape",
        "csv",
        "parquet",
        "neo4j-admin",
        "cypher",
    ):
        out = io.BytesIO()
        graph.export(format_, out)
        files[format_] = out.getvalue()
    for format_, kind in RDF.items():
        found = list(pyoxigraph.parse(files[format_], kind))
        for field, values in in_rdf.items():
            assert {q.object.value for q in found if q.predicate.value == field} == values, (format_, field)
    read = rdflib.Graph().parse(data=files["rdfxml"], format="xml")
    for field, values in in_rdf.items():
        assert {str(o) for o in read.objects(None, rdflib.URIRef(field))} == values
    csv.field_size_limit(sys.maxsize)
    rows = list(csv.DictReader(io.StringIO(files["csv"].decode("utf-8-sig"), newline="")))
    for name, wanted in properties.items():
        for reader, format_ in ((nx.read_graphml, "graphml"), (nx.read_gexf, "gexf")):
            nodes = dict(reader(io.BytesIO(files[format_])).nodes(data=True))
            assert {d[name] for d in nodes.values() if name in d} == wanted, format_
            known = {
                a for d in nodes.values() if d["labels"] == "Phrase" for a in (d["name"], *split_list(d["aliases"]))
            }
            assert all({f"a{n}", f"{n} | b"} <= known for n in aliases), format_
        assert {read_cell(r[name]) for r in rows if r[name]} == wanted
        nodes = [n["data"] for n in json.loads(files["cytoscape"])["elements"]["nodes"]]
        assert {n[name] for n in nodes if name in n} == wanted
        with zipfile.ZipFile(io.BytesIO(files["parquet"])) as archive:
            assert {
                t for t in pq.read_table(io.BytesIO(archive.read("nodes.parquet")))[name].to_pylist() if t
            } == wanted
        assert read_cypher(files["cypher"].decode("utf-8"), name) == wanted
        label = PROPERTY_OF[name]
        with zipfile.ZipFile(io.BytesIO(files["neo4j-admin"])) as archive:
            table = csv.DictReader(io.StringIO(archive.read(f"nodes/{label}.csv").decode("utf-8"), newline=""))
            assert {r[f"{name}:string"] for r in table} == wanted


#: Property → the label of the nodes that have it.
PROPERTY_OF = {"title": "Report"}


#: Everything that may stand in the Cypher script outside of values: backticked names, punctuation, and these words.
CYPHER = re.compile(
    r"'((?:[^'\\]|\\.)*)'|`([A-Za-z_0-9]+)`|([A-Za-z]+)|(-?[0-9]+(?:\.[0-9]+)?(?:e-?[0-9]+)?)|(->|\+=|[][(){}:,;=.-]|[ \n])",
    re.S,
)
CYPHER_WORDS = {"MERGE", "MATCH", "SET", "n", "a", "b", "r", "id", "true", "false"}
ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


def read_cypher(script: str, name: str) -> set[str]:
    """The values of a property in a Cypher script. Nothing but the expected tokens may stand outside of strings."""
    found, last, place = set(), "", 0
    for token in CYPHER.finditer(script):
        assert token.start() == place, script[place : place + 100]
        place = token.end()
        words, quoted, word = token.group(1, 2, 3)
        assert word is None or word in CYPHER_WORDS, word
        if words is not None and last == name:
            found.add(re.sub(r"\\(.)", lambda m: ESCAPES.get(m[1], m[1]), words, flags=re.S))
        if quoted is not None or words is not None:
            last = quoted or ""
    assert place == len(script)
    return found


RDF = {
    "turtle": pyoxigraph.RdfFormat.TURTLE,
    "trig": pyoxigraph.RdfFormat.TRIG,
    "nquads": pyoxigraph.RdfFormat.N_QUADS,
    "ntriples": pyoxigraph.RdfFormat.N_TRIPLES,
    "jsonld": pyoxigraph.RdfFormat.JSON_LD,
    "rdfxml": pyoxigraph.RdfFormat.RDF_XML,
}


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(texts, min_size=20, max_size=20))
def test_every_export_gives_arbitrary_text_back(names: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        check_exports([*names, *PIECES, *(f"a{p}b" for p in PIECES)], Path(folder))


@given(texts)
def test_cells_lists_and_iris_are_reversible(text: str) -> None:
    assert read_cell(safe_cell(text)) == text
    assert read_cell(safe_cell(f"'{text}")) == f"'{text}"
    items = [f"x{text}", text + "|", "\\"]
    assert split_list(str(flat(items))) == items


@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1))
def test_every_id_gives_a_valid_iri(text: str) -> None:
    pyoxigraph.NamedNode(f"https://a.example/{encode(text)}")


@pytest.mark.parametrize("field", ["id", "title", "publisher", "place", "url"])
@pytest.mark.parametrize("bad", [*(f"a{c}b" for c in REFUSED), "字" * 1_000_000])
def test_report_fields_that_no_export_carries_are_refused_with_field_and_position(field: str, bad: str) -> None:
    fields: dict[str, Any] = {"id": "r", "text": "石渡县召开会议。", field: bad}
    with pytest.raises(ReadingError, match=rf"{field}: .*character \d+ is"):
        describe(Report(**fields))


HOSTILE = (
    '2024"^^<x:t> } } ; DROP ALL ; INSERT DATA { <x:a> <x:b> "',
    "2024-01-02\n",
    "２０２４-01-02",
    "2024-13-01",
    "2024-02-30",
    "习近平",
    "2024-01-02/",
    "/",
    "--13-01",
    "2024-01-02/x",
    20240102,
    None,
)


@pytest.mark.parametrize("value", HOSTILE)
def test_a_date_that_is_no_date_is_refused_and_never_written_unescaped(value: Any) -> None:
    assert not is_date(value)
    report, statement = said("林知远")
    with pytest.raises(SchemaError, match="date"):
        load_schema().check(dataclasses.replace(statement, date=value), report)
    if isinstance(value, str):
        (quad,) = pyoxigraph.parse(f"<x:s> <x:p> {date(value)} <x:g> .".encode(), pyoxigraph.RdfFormat.N_QUADS)
        assert quad.object.value == value


@pytest.mark.parametrize("value", ["", "2024-01-02", "--01-02", "2024-01-02/2024-01-03", "--12-31/--01-02"])
def test_dates_that_recognition_gives_are_allowed(value: str) -> None:
    assert is_date(value)


@pytest.mark.parametrize("field", [f.name for f in dataclasses.fields(Statement)])
def test_no_field_of_a_statement_goes_unchecked(field: str) -> None:
    report, statement = said("林知远")
    bad: Any = "a\x00b" if field not in ("subject", "object") else dataclasses.replace(statement.subject, name="a\x00b")
    with pytest.raises(SchemaError):
        load_schema().check(dataclasses.replace(statement, **{field: bad}), report)


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ("name", "今天召开会议。随后调研"),
        ("name", "林" * 101),
        ("name", 3),
        ("aliases", ({},)),
        ("aliases", ["a"]),
        ("aliases", ("a\ud800",)),
        ("antecedent", (1,)),
        ("antecedent", (3, 99)),
        ("antecedent", ("0", "1")),
        ("start", -1),
        ("start", True),
        ("end", 1.5),
    ],
)
def test_no_field_of_a_mention_goes_unchecked(field: str, bad: Any) -> None:
    report, statement = said("林知远")
    with pytest.raises(SchemaError):
        load_schema().check(
            dataclasses.replace(statement, subject=dataclasses.replace(statement.subject, **{field: bad})), report
        )


@pytest.mark.parametrize(
    "base",
    [
        "abc",
        "http://x/>",
        "http://x/ y",
        "http://x/#",
        "http://x/#a/",
        "http://x/\n",
        'http://x/"',
        "http://x/{}",
        "http://x/\\",
    ],
)
def test_a_base_that_gives_no_iris_is_refused(base: str) -> None:
    with pytest.raises(UsageError, match="base") as found:
        Iris(base)
    assert "\n" not in str(found.value)


def test_validate_reports_fields_that_no_export_carries(tmp_path: Path) -> None:
    report, statement = said("林知远")
    with graphkit.open(tmp_path / "g", create=True) as graph:
        bad = dataclasses.replace(report, title="a\x0cb", date="2024-99-01")
        graph.ledger.put(entry_of(Reading(bad, (dataclasses.replace(statement, date='"'),), (), ()), "test", "1"))
        found = list(graph.validate(shacl=False))
    assert any("title: control characters: character 1" in line for line in found)
    assert any(line.startswith(f"{report.id}: date:") for line in found)
    assert any("date '\"' is not a date" in line for line in found)


@pytest.mark.parametrize("format_", ["graphml", "gexf", "rdfxml"])
@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ("title", "\x0c"),
        ("publisher", "\x00"),
        ("url", "\x1f"),
        ("place", "\uffff"),
        ("id", "\x0b"),
        ("title", "\ufffe"),
    ],
)
def test_characters_that_xml_cannot_carry_are_never_replaced(
    format_: str, field: str, bad: str, tmp_path: Path
) -> None:
    """Reading refuses them; a ledger of an older version may hold them."""
    report, statement = said("林知远")
    changed: dict[str, Any] = {field: f"ab{bad}c"}
    with graphkit.open(tmp_path / "g", create=True) as graph:
        old = dataclasses.replace(report, **changed)
        graph.ledger.put(entry_of(Reading(old, (dataclasses.replace(statement, report=old.id),), (), ()), "test", "1"))
        out = tmp_path / "out"
        with pytest.raises(ExportError, match=rf"report .*: {field}: character 2 is U\+{ord(bad):04X}") as caught:
            graph.export(format_, out)
        assert not out.exists()
        assert "\n" not in str(caught.value)
        if bad != "\x00":
            nquads = io.BytesIO()
            graph.export("nquads", nquads)
            assert any(
                q.object.value == f"ab{bad}c" for q in pyoxigraph.parse(nquads.getvalue(), pyoxigraph.RdfFormat.N_QUADS)
            )


@pytest.mark.parametrize("format_", ["graphml", "gexf", "rdfxml"])
@pytest.mark.parametrize("place", ["title", "text"])
@pytest.mark.parametrize("bad", REFUSED)
def test_reading_refuses_characters_that_xml_cannot_carry_or_makes_line_feeds_of_them(
    format_: str, place: str, bad: str, tmp_path: Path
) -> None:
    record = {"id": "r", "title": "标题", "text": "3月5日，市委书记林知远到石渡县调研。"}
    source = tmp_path / "r.jsonl"
    source.write_text(json.dumps({**record, place: f"a{bad}b{record[place]}"}), encoding="utf-8")
    with graphkit.open(tmp_path / "g", create=True) as graph:
        outcome = graph.build(source)
        assert len(outcome.failures) == (place == "title" or bad not in "\x0b\x0c")
        graph.export(format_, tmp_path / "out")


@pytest.fixture(scope="module", params=[60, pytest.param(2_000, marks=pytest.mark.slow)])
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[graphkit.Graph, set[str]]]:
    """A graph of many arbitrary texts, and these texts."""
    pieces = accepted([*PIECES, *(f"a{p}b" for p in PIECES)])
    names = list(dict.fromkeys([*pieces, *next(distinct(request.param, request.param))]))
    with graphkit.open(tmp_path_factory.mktemp("served") / "g", create=True) as graph:
        fill(graph, names)
        yield graph, set(names)


@pytest.mark.xdist_group("neo4j")
def test_sparql_servers_give_arbitrary_text_back(served: tuple[graphkit.Graph, set[str]], endpoint_url: str) -> None:
    graph, names = served
    address = SparqlAddress(endpoint_url)
    graph.load_sparql(address, base="https://a.example/x/")
    assert graph.load_sparql(address, base="https://a.example/x/").unchanged
    server = Endpoint(address)
    for field in (
        "https://schema.org/headline",
        "https://w3id.org/policy-graphkit/ns#url",
        "https://w3id.org/policy-graphkit/ns#speaker",
    ):
        rows = server.select(f"SELECT DISTINCT (STR(?o) AS ?v) WHERE {{ GRAPH ?g {{ ?s <{field}> ?o }} }}")
        assert {r["v"] for r in rows} == names, field
    labels = {
        r["v"]
        for r in server.select(
            "SELECT (STR(?o) AS ?v) WHERE { GRAPH ?g { ?s <http://www.w3.org/2004/02/skos/core#altLabel>|<http://www.w3.org/2004/02/skos/core#prefLabel> ?o } }"
        )
    }
    assert {f"a{n}" for n in names} <= labels


@pytest.mark.xdist_group("neo4j")
def test_neo4j_gives_arbitrary_text_back(served: tuple[graphkit.Graph, set[str]], neo4j_address: Neo4jAddress) -> None:
    graph, names = served
    graph.load_neo4j(neo4j_address, name="values")
    assert graph.load_neo4j(neo4j_address, name="values").unchanged
    with Neo4j(neo4j_address) as db:
        reports = db.run("MATCH (r:Report) RETURN r.title AS t, r.url AS u, r.report_id AS i")
        assert {r["t"] for r in reports} == {r["u"] for r in reports} == {r["i"][1:] for r in reports} == names
        found = db.run("MATCH (f:Phrase) RETURN f.name AS n, f.aliases AS a")
        assert {f"a{n}" for n in names} <= {a for row in found for a in (row["n"], *row["a"])}


@pytest.mark.xdist_group("neo4j")
def test_neo4j_reads_arbitrary_text_from_the_script(
    served: tuple[graphkit.Graph, set[str]], neo4j_address: Neo4jAddress
) -> None:
    graph, names = served
    out = io.BytesIO()
    graph.export("cypher", out)
    with Neo4j(neo4j_address) as db:
        for line in out.getvalue().decode("utf-8").split("\n"):
            if line.startswith("MERGE (n:`Report`"):
                db.run(line.rstrip(";"))
        assert {r["t"] for r in db.run("MATCH (r:Report) RETURN r.title AS t")} == names


def distinct(number: int, size: int = 100) -> Iterator[list[str]]:
    """Lists of `size` different arbitrary texts that the rules take, until there were so many; prints how many were refused."""
    known: set[str] = set()
    refused, waiting = 0, []
    while len(known) - refused < number:
        for name in ready_made(min(number, 500), len(known)):
            if name in known:
                continue
            known.add(name)
            if accepted([name]):
                waiting.append(name)
            else:
                refused += 1
        while len(waiting) >= size:
            yield waiting[:size]
            del waiting[:size]
    if waiting:
        yield waiting
    print(f"{len(known) - refused} different texts taken, {refused} refused with their field")


def ready_made(number: int, chosen: int) -> list[str]:
    """So many arbitrary texts; another `chosen` gives others."""
    found: list[str] = []

    @seed(chosen)
    @settings(
        max_examples=number,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(texts)
    def run(name: str) -> None:
        found.append(name)

    run()
    return found


def main() -> None:
    """`python -m tests.stores.test_values [NUMBER] [--decisions]`: so many different texts (2,000) through all 13 exports, 100 in one graph.

    --decisions: as names, speakers, reviewers and notes of corrections instead of fields of reports.
    """
    from tests.stores.test_decision_values import check_decisions

    arguments = [a for a in sys.argv[1:] if a != "--decisions"]
    check, what = (check_decisions, "decisions") if "--decisions" in sys.argv else (check_exports, "reports")
    carried = 0
    for names in distinct(int(arguments[0]) if arguments else 2_000):
        with tempfile.TemporaryDirectory() as folder:
            carried += check(names, Path(folder))
    print(f"{carried} came back unchanged from all 13 exports ({what})")


if __name__ == "__main__":
    main()
