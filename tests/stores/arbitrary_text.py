"""Reports and names with arbitrary text, and the comparison of every export with them."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import networkx as nx
import pyarrow.parquet as pq
import pyoxigraph
import rdflib
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

import graphkit
from graphkit.errors import SchemaError
from graphkit.export.graph_files import split_list
from graphkit.export.tables import read_cell
from graphkit.ledger import entry_of
from graphkit.model import Mention, Reading, Report, Statement
from graphkit.schema import load_schema
from graphkit.schema.values import report_flaws

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
    """Names that the schema and the rules for reports accept; the others are rejected with the field."""
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
    """Builds one graph of all names and reads it back from every export; returns the number of accepted names."""
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


FORMATS = (
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
)


def check_formats(
    graph: graphkit.Graph, in_rdf: dict[str, set[str]], properties: dict[str, set[str]], aliases: Iterable[str] = ()
) -> None:
    """Reads a graph back from every export.

    in_rdf: all values of RDF properties. properties: all values of node properties. aliases: names that are among the
    aliases of phrases, as in `said`.
    """
    files = {}
    for format_ in FORMATS:
        out = io.BytesIO()
        graph.export(format_, out)
        files[format_] = out.getvalue()
    check_rdf(files, in_rdf)
    for name, wanted in properties.items():
        check_graph_files(files, name, wanted, list(aliases))
        check_tables(files, name, wanted)
        assert read_cypher(files["cypher"].decode("utf-8"), name) == wanted


def check_rdf(files: dict[str, bytes], properties: dict[str, set[str]]) -> None:
    for format_, kind in RDF.items():
        found = list(pyoxigraph.parse(files[format_], kind))
        for field, values in properties.items():
            assert {q.object.value for q in found if q.predicate.value == field} == values, (format_, field)
    read = rdflib.Graph().parse(data=files["rdfxml"], format="xml")
    for field, values in properties.items():
        assert {str(o) for o in read.objects(None, rdflib.URIRef(field))} == values


def check_graph_files(files: dict[str, bytes], name: str, wanted: set[str], aliases: list[str]) -> None:
    for reader, format_ in ((nx.read_graphml, "graphml"), (nx.read_gexf, "gexf")):
        nodes = dict(reader(io.BytesIO(files[format_])).nodes(data=True))
        assert {d[name] for d in nodes.values() if name in d} == wanted, format_
        known = {a for d in nodes.values() if d["labels"] == "Phrase" for a in (d["name"], *split_list(d["aliases"]))}
        assert all({f"a{n}", f"{n} | b"} <= known for n in aliases), format_
    elements = [n["data"] for n in json.loads(files["cytoscape"])["elements"]["nodes"]]
    assert {n[name] for n in elements if name in n} == wanted


def check_tables(files: dict[str, bytes], name: str, wanted: set[str]) -> None:
    csv.field_size_limit(sys.maxsize)
    rows = csv.DictReader(io.StringIO(files["csv"].decode("utf-8-sig"), newline=""))
    assert {read_cell(r[name]) for r in rows if r[name]} == wanted
    with zipfile.ZipFile(io.BytesIO(files["parquet"])) as archive:
        column = pq.read_table(io.BytesIO(archive.read("nodes.parquet")))[name].to_pylist()
        assert set(filter(None, column)) == wanted
    with zipfile.ZipFile(io.BytesIO(files["neo4j-admin"])) as archive:
        text = archive.read(f"nodes/{PROPERTY_OF[name]}.csv").decode("utf-8")
        assert {r[f"{name}:string"] for r in csv.DictReader(io.StringIO(text, newline=""))} == wanted


#: Property → the label of the nodes that have it.
PROPERTY_OF = {"title": "Report"}


#: All tokens that the Cypher script may contain outside values: quoted names, punctuation and these words.
CYPHER = re.compile(
    r"'((?:[^'\\]|\\.)*)'|`([A-Za-z_0-9]+)`|([A-Za-z]+)|"
    r"(-?[0-9]+(?:\.[0-9]+)?(?:e-?[0-9]+)?)|(->|\+=|[][(){}:,;=.-]|[ \n])",
    re.S,
)


CYPHER_WORDS = {"MERGE", "MATCH", "SET", "n", "a", "b", "r", "id", "true", "false"}


ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


def read_cypher(script: str, name: str) -> set[str]:
    """The values of a property in a Cypher script. Fails if it contains unexpected tokens outside strings."""
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


def distinct(number: int, size: int = 100) -> Iterator[list[str]]:
    """Yields lists of `size` different accepted texts, `number` in total, and prints how many were rejected."""
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
    """`number` arbitrary texts; each `chosen` gives different ones."""
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
    """`python -m tests.stores.arbitrary_text [NUMBER] [--decisions]`: compares NUMBER texts with all 13 exports.

    NUMBER is 2,000 by default, and one graph contains 100 texts. --decisions: the texts are names, speakers, reviewers
    and notes of corrections instead of fields of reports.
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
