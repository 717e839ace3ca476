from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import networkx as nx
import pyarrow.parquet as pq
import pyoxigraph
import pytest
import rdflib

import graphkit
from graphkit.errors import ExportError, UsageError
from graphkit.export.formats import FORMATS
from graphkit.export.tables import safe_cell
from graphkit.stores.rdf.quads import quads
from tests.conftest import write_records


@pytest.fixture(scope="module")
def files(example_graph: graphkit.Graph, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("exports")
    found = {}
    for name in FORMATS:
        example_graph.export(name, folder / name)
        found[name] = (folder / name).read_bytes()
    return found


@pytest.fixture(scope="module")
def expected(example_graph: graphkit.Graph) -> set[str]:
    return {str(q) for q in quads(example_graph.content())}


RDF = {
    "nquads": pyoxigraph.RdfFormat.N_QUADS,
    "trig": pyoxigraph.RdfFormat.TRIG,
    "jsonld": pyoxigraph.RdfFormat.JSON_LD,
}
TRIPLES = {
    "turtle": pyoxigraph.RdfFormat.TURTLE,
    "ntriples": pyoxigraph.RdfFormat.N_TRIPLES,
    "rdfxml": pyoxigraph.RdfFormat.RDF_XML,
}


@pytest.mark.parametrize("name", RDF)
def test_quads_read_back_in_pyoxigraph(files: dict[str, bytes], expected: set[str], name: str) -> None:
    assert {str(q) for q in pyoxigraph.parse(files[name], RDF[name])} == expected


@pytest.mark.parametrize("name", TRIPLES)
def test_triples_read_back_in_pyoxigraph(files: dict[str, bytes], example_graph: graphkit.Graph, name: str) -> None:
    expected = {str(q.triple) for q in quads(example_graph.content())}
    assert {str(q.triple) for q in pyoxigraph.parse(files[name], TRIPLES[name])} == expected


@pytest.mark.parametrize(("name", "format_"), [("nquads", "nquads"), ("trig", "trig"), ("jsonld", "json-ld")])
def test_quads_read_back_in_rdflib(
    files: dict[str, bytes], example_graph: graphkit.Graph, name: str, format_: str
) -> None:
    read = rdflib.Dataset()
    read.parse(data=files[name].decode(), format=format_)
    assert _as_set(read) == _as_set(example_graph.to_rdflib())


@pytest.mark.parametrize(("name", "format_"), [("turtle", "turtle"), ("ntriples", "nt"), ("rdfxml", "xml")])
def test_triples_read_back_in_rdflib(
    files: dict[str, bytes], example_graph: graphkit.Graph, name: str, format_: str
) -> None:
    read = rdflib.Graph().parse(data=files[name].decode(), format=format_)
    assert set(read) == {(s, p, o) for s, p, o, _ in example_graph.to_rdflib().quads()}


def _as_set(dataset: Any) -> set[Any]:
    return {(s, p, o, str(g)) for s, p, o, g in dataset.quads()}


def test_exports_conform_to_the_shapes(example_graph: graphkit.Graph, dev_graph: graphkit.Graph) -> None:
    assert list(example_graph.validate()) == []
    assert list(dev_graph.validate()) == []


def test_the_shapes_detect_invalid_data(example_graph: graphkit.Graph) -> None:
    import pyshacl

    from graphkit.schema.shacl import shapes

    graph = rdflib.Graph()
    for s, p, o, _ in example_graph.to_rdflib().quads():
        graph.add((s, p, o))
    gk = rdflib.Namespace("https://w3id.org/policy-graphkit/ns#")
    statement = next(graph.subjects(rdflib.RDF.type, rdflib.RDF.Statement))
    graph.set((statement, gk.confidence, rdflib.Literal("1.5", datatype=rdflib.XSD.decimal)))
    person = next(graph.subjects(rdflib.RDF.type, rdflib.FOAF.Person))
    graph.add((person, gk.visited, person))
    conforms, _, text = pyshacl.validate(graph, shacl_graph=rdflib.Graph().parse(data=shapes(), format="turtle"))
    assert not conforms
    assert "object of visited" in text
    assert "confidence" in text


@pytest.mark.parametrize(("name", "reader"), [("graphml", nx.read_graphml), ("gexf", nx.read_gexf)])
def test_graph_files_read_back_in_networkx(
    files: dict[str, bytes], example_graph: graphkit.Graph, name: str, reader: Any
) -> None:
    graph = example_graph.property_graph()
    read = reader(io.BytesIO(files[name]))
    assert set(read.nodes) == {n.id for n in graph.nodes}
    pairs = sorted((a, b, d.get("type") or d.get("label")) for a, b, d in read.edges(data=True))
    assert pairs == sorted((e.start, e.end, e.type) for e in graph.edges)
    for node in graph.nodes:
        assert read.nodes[node.id]["name"] == node.properties["name"]


@pytest.mark.parametrize("name", FORMATS)
def test_evidence_is_in_every_format(files: dict[str, bytes], name: str) -> None:
    quote = "随后召开的全市重点项目推进座谈会上"
    data = files[name]
    if name in ("parquet", "neo4j-admin"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {n: archive.read(n) for n in archive.namelist()}
        if name == "parquet":
            rows = pq.read_table(io.BytesIO(members["relationships.parquet"])).to_pylist()
            assert any(quote in q for r in rows for q in r["evidence"] or [])
            return
        data = b"".join(members.values())
    text = data.decode("utf-8-sig")
    if name == "jsonld":
        text = json.dumps(json.loads(text), ensure_ascii=False)
    assert quote in text


def test_cytoscape_json_has_all_elements(files: dict[str, bytes], example_graph: graphkit.Graph) -> None:
    elements = json.loads(files["cytoscape"])["elements"]
    graph = example_graph.property_graph()
    assert (len(elements["nodes"]), len(elements["edges"])) == (len(graph.nodes), len(graph.edges))


def test_the_cypher_script_builds_the_same_graph(example_graph: graphkit.Graph, files: dict[str, bytes]) -> None:
    import kglite

    store = kglite.KnowledgeGraph()
    for line in files["cypher"].decode().splitlines():
        store.cypher(line.rstrip(";"))
    graph = example_graph.property_graph()
    assert store.cypher("MATCH (n) RETURN count(n) AS n").to_list()[0]["n"] == len(graph.nodes)
    assert store.cypher("MATCH ()-[r]->() RETURN count(r) AS n").to_list()[0]["n"] == len(graph.edges)


def test_a_csv_folder_has_two_tables(example_graph: graphkit.Graph, tmp_path: Path) -> None:
    example_graph.export("csv", f"{tmp_path}/tables/")
    graph = example_graph.property_graph()
    for name, expected in (("nodes", len(graph.nodes)), ("relationships", len(graph.edges))):
        with (tmp_path / "tables" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            assert len(list(csv.DictReader(file))) == expected


@pytest.mark.parametrize("words", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "=cmd|' /C calc'!A0"])
def test_cells_that_a_spreadsheet_would_evaluate_are_prefixed(words: str) -> None:
    assert safe_cell(words) == "'" + words
    assert safe_cell("石渡县") == "石渡县"
    assert safe_cell(-1) == "-1"


def test_names_in_reports_are_written_as_data_in_every_file(tmp_path: Path) -> None:
    text = "市委书记林知远到“=HYPERLINK(1)”石渡县'\"</data><script>`}); DROP项目调研。林知远强调，要做到“<b>一网通办</b>”。"
    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.build(write_records(tmp_path / "r.jsonl", [{"id": "<x>&\"'\\`", "title": "=1+1</title>", "text": text}]))
        for name in FORMATS:
            graph.export(name, tmp_path / name)
        nx.read_graphml(tmp_path / "graphml")
        nx.read_gexf(tmp_path / "gexf")
        json.loads((tmp_path / "cytoscape").read_text(encoding="utf-8"))
        assert len(list(pyoxigraph.parse((tmp_path / "nquads").read_bytes(), pyoxigraph.RdfFormat.N_QUADS))) > 50
        rdflib.Graph().parse(tmp_path / "rdfxml", format="xml")
        with (tmp_path / "csv").open(encoding="utf-8-sig", newline="") as file:
            assert not any(c.startswith(("=", "+", "@")) for row in csv.reader(file) for c in row)


def test_a_base_iri_can_be_set(example_graph: graphkit.Graph) -> None:
    out = io.BytesIO()
    example_graph.export("nquads", out, base="https://kg.example.cn/g")
    assert b"<https://kg.example.cn/g/person/" in out.getvalue()
    assert b"example.org" not in out.getvalue()


def test_the_text_of_reports_is_exported_only_on_request(example_graph: graphkit.Graph) -> None:
    plain, whole = io.BytesIO(), io.BytesIO()
    example_graph.export("ntriples", plain)
    example_graph.export("ntriples", whole, with_text=True)
    assert b"articleBody" not in plain.getvalue()
    assert whole.getvalue().count(b"articleBody") == len(list(example_graph.reports()))


def test_unknown_formats_and_missing_folders_are_rejected(example_graph: graphkit.Graph, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="unknown format"):
        example_graph.export("docx", tmp_path / "x")
    with pytest.raises(UsageError, match="this folder does not exist"):
        example_graph.export("csv", tmp_path / "none" / "x.csv")


def test_a_failed_export_leaves_no_file(
    example_graph: graphkit.Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("graphkit.export.formats.export", full)
    with pytest.raises(ExportError, match="No space left"):
        example_graph.export("nquads", tmp_path / "x.nq")
    assert list(tmp_path.iterdir()) == []


def test_offsets_in_rdf_select_the_quotes_of_the_text(example_graph: graphkit.Graph) -> None:
    texts = {r.id: r.text for r in example_graph.reports()}
    rows = example_graph.sparql(
        "SELECT ?id ?start ?end ?exact ?prefix ?suffix WHERE { ?q oa:hasSource/gk:reportId ?id ; oa:hasSelector ?p , "
        "?w . "
        "?p oa:start ?start ; oa:end ?end . ?w oa:exact ?exact ; oa:prefix ?prefix ; oa:suffix ?suffix }"
    )
    assert len(rows) == example_graph.status()["statements"]
    for row in rows:
        text = texts[row["id"]]
        assert text[row["start"] : row["end"]] == row["exact"]
        assert text[: row["start"]].endswith(row["prefix"])
        assert text[row["end"] :].startswith(row["suffix"])


def test_repeated_exports_are_identical(example_graph: graphkit.Graph, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        out = io.BytesIO()
        example_graph.export(name, out)
        assert out.getvalue() == data, name


def test_numbers_and_partial_days_in_rdf_keep_their_digits_and_type(tmp_path: Path) -> None:
    from tests.conftest import write_records

    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.build(write_records(tmp_path / "r.jsonl", [{"id": "a", "text": "3月2日，市委书记林知远到石渡县调研。"}]))
        graph.export("nquads", tmp_path / "a.nq")
        confidences = {c for claim in graph.claims() for c in [round(claim.confidence, 4)]}
    words = (tmp_path / "a.nq").read_text(encoding="utf-8")
    assert all(f'"{c}"^^<http://www.w3.org/2001/XMLSchema#decimal>' in words for c in confidences)
    assert '"--03-02"^^<http://www.w3.org/2001/XMLSchema#gMonthDay>' in words


def test_reports_and_mentions_of_a_phrase_are_counted(tmp_path: Path) -> None:
    from tests.conftest import write_records

    record = {"id": "a", "text": "市委书记林知远到石渡县调研。他强调，要推进双城建设。要抓好双城建设，加快双城建设。"}
    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.build(write_records(tmp_path / "r.jsonl", [record]))
        (phrase,) = [n.properties for n in graph.property_graph().nodes if n.id == "Phrase:双城建设"]
    assert (phrase["report_count"], phrase["mention_count"]) == (1, 3)
