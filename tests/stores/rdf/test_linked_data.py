"""RDF exports: the example of docs/rdf.md, Jena's readers and SHACL, external links, the data set description."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
import rdflib
from rdflib.namespace import RDF

import graphkit
from graphkit.export.formats import RDF12
from graphkit.model import Entity
from graphkit.schema import load_schema
from graphkit.schema.jsonld import context
from graphkit.schema.owl import ontology
from graphkit.schema.shacl import shapes
from graphkit.stores.rdf.classes import further_classes
from tests import servers
from tests.conftest import ROOT, write_records

pytestmark = pytest.mark.xdist_group("jena")

FILES = {"turtle": "ttl", "trig": "trig", "nquads": "nq", "ntriples": "nt", "rdfxml": "rdf", "jsonld": "jsonld"}
FORMATS = {
    "turtle": pyoxigraph.RdfFormat.TURTLE,
    "trig": pyoxigraph.RdfFormat.TRIG,
    "nquads": pyoxigraph.RdfFormat.N_QUADS,
    "ntriples": pyoxigraph.RdfFormat.N_TRIPLES,
}


@pytest.fixture(scope="module")
def jena(java: None) -> Any:
    """Jena's commands."""
    return servers.jena


@pytest.fixture(scope="module")
def files(dev_graph: graphkit.Graph, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("rdf")
    paths = {name: folder / f"dev.{ending}" for name, ending in FILES.items()}
    for name, path in paths.items():
        dev_graph.export(name, path)
    return paths


def test_the_example_in_the_docs_is_part_of_the_export(
    example_graph: graphkit.Graph, examples: Path, tmp_path: Path
) -> None:
    example = re.search(r"```trig\n(.*?)```", (ROOT / "docs" / "rdf.md").read_text(encoding="utf-8"), re.S)
    assert example is not None
    quads = set(pyoxigraph.parse(example[1].encode(), pyoxigraph.RdfFormat.TRIG))
    assert len(quads) == 32
    example_graph.export("nquads", tmp_path / "graph.nq")
    assert quads <= set(pyoxigraph.parse(path=tmp_path / "graph.nq"))
    dataset = rdflib.Dataset()
    dataset.parse(data=example[1], format="trig")
    assert len(list(dataset.quads())) == len(quads)
    found = {
        name: next(q.object.value for q in quads if q.predicate.value.endswith(f"oa#{name}"))
        for name in ("start", "end", "exact")
    }
    report = example_graph.content().report("04-flood-inspection")
    assert report is not None
    assert report.text[int(found["start"]) : int(found["end"])] == found["exact"]
    assert found["exact"] in (examples / "reports" / "04-flood-inspection.txt").read_text(encoding="utf-8")


def test_the_export_has_the_terms_and_graphs_of_the_docs(dev_graph: graphkit.Graph, shared: Path) -> None:
    ask = """ASK {
      GRAPH <https://example.org/graph/report/seed-linfen#claims>
      { ?p gk:visited ?s . ?j gk:locatedIn ?k . ?p gk:emphasized ?f }
      GRAPH <https://example.org/graph/entities> {
        ?p a foaf:Person, schema:Person ; foaf:name "闫晨曦"@zh ; skos:prefLabel "闫晨曦"@zh .
        ?s a gk:Site, schema:Place ; skos:prefLabel "洪洞县庄园社区"@zh .
        ?j a gk:Project, schema:Project ; skos:prefLabel "山西圣大新能源汽车产业园项目"@zh . ?k a gk:Park, schema:Place .
        ?f a skos:Concept ; skos:inScheme <https://example.org/graph/phrases> ; skos:prefLabel "全面推进乡村振兴"@zh }
      GRAPH <https://example.org/graph/evidence> {
        ?st a rdf:Statement, prov:Entity ; rdf:subject ?p ; rdf:predicate gk:visited ; rdf:object ?s ;
          gk:status gk:actual ;
          dcterms:date "2022-03-02"^^xsd:date ; gk:confidence ?c ; prov:wasGeneratedBy ?run ;
          gk:rule ?rule ; prov:wasQuotedFrom ?q .
        ?q a oa:SpecificResource, prov:Entity ; oa:hasSource <https://example.org/graph/report/seed-linfen> ;
          oa:hasSelector ?a, ?b .
        ?a a oa:TextPositionSelector ; oa:start 1088 ; oa:end ?end . ?b a oa:TextQuoteSelector ;
          oa:exact ?words ; oa:prefix ?x ; oa:suffix ?y }
      GRAPH <https://example.org/graph/provenance> {
        <https://example.org/graph/report/seed-linfen> a schema:NewsArticle, prov:Entity ; gk:codePoints 2161 ;
          dcterms:identifier "sha256:8c3ad7f1a6ec80cc09426022e1ea9dd0aa14fb1ed0d64cb82bf046288014ebe0" .
        <https://example.org/graph/report/seed-linfen#claims> a prov:Bundle ;
      prov:wasDerivedFrom <https://example.org/graph/report/seed-linfen> ;
          prov:wasGeneratedBy ?run .
      ?run a prov:Activity ; prov:wasAssociatedWith ?agent . ?agent a prov:SoftwareAgent } }"""
    assert dev_graph.sparql(ask) == [{"answer": True}]


@pytest.mark.parametrize("name", FILES)
def test_jena_accepts_every_export(jena: Any, files: dict[str, Path], name: str) -> None:
    done = jena("riotcmd.riot", "--validate", str(files[name]))
    assert done.returncode == 0, done.stderr[:2000]
    assert "ERROR" not in done.stderr


def test_jena_reads_the_same_quads(jena: Any, files: dict[str, Path]) -> None:
    """N-Quads, TriG and JSON-LD contain the same quads, compared in Jena's output."""
    read = {
        name: set(jena("riotcmd.riot", "--output=nquads", str(files[name])).stdout.splitlines())
        for name in ("nquads", "trig", "jsonld")
    }
    assert read["nquads"] == read["trig"] == read["jsonld"]
    assert len(read["nquads"]) == len(set(files["nquads"].read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize("name", ["shapes.ttl", "ontology.ttl"])
def test_jena_accepts_the_schema_files(jena: Any, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text({"shapes.ttl": shapes, "ontology.ttl": ontology}[name](), encoding="utf-8")
    done = jena("riotcmd.riot", "--validate", str(tmp_path / name))
    assert (done.returncode, done.stderr) == (0, "")


def broken(lines: list[str]) -> list[str]:
    """Planted errors: an unknown status, a confidence of 7, a visit to a phrase, a person without a label …"""
    evidence = " <https://example.org/graph/evidence> .\n"
    statement = next(line.split(" ")[0] for line in lines if "#Statement> " in line)
    person = next(line.split(" ")[0] for line in lines if "foaf/0.1/Person" in line)
    phrase = next(line.split(" ")[0] for line in lines if "core#Concept>" in line)
    gk = load_schema().namespace
    return [
        f"{statement} <{gk}status> <{gk}maybe>{evidence}",
        f'{statement} <{gk}confidence> "7.0"^^<http://www.w3.org/2001/XMLSchema#decimal>{evidence}',
        f"{person} <{gk}visited> {phrase} <https://example.org/graph/report/x#claims> .\n",
        "<https://example.org/graph/person/unknown> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
        f"<http://xmlns.com/foaf/0.1/Person>{evidence}",
        f'{statement[:-1]}#quote-words> <http://www.w3.org/ns/oa#exact> ""{evidence}',
    ]


def results_of(graph: rdflib.Graph) -> set[tuple[str, str, str]]:
    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    return {
        (
            str(graph.value(r, sh.focusNode)),
            str(graph.value(r, sh.resultPath)),
            str(graph.value(r, sh.sourceConstraintComponent)),
        )
        for r in graph.subjects(RDF.type, sh.ValidationResult)
    }


@pytest.mark.parametrize("faults", [False, True])
def test_jena_and_validate_find_the_same_errors(
    jena: Any, example_graph: graphkit.Graph, tmp_path: Path, faults: bool
) -> None:
    import pyshacl

    example_graph.export("nquads", tmp_path / "data.nq")
    lines = (tmp_path / "data.nq").read_text(encoding="utf-8").splitlines(keepends=True)
    if faults:
        lines += broken(lines)
    triples = [line[: line.rindex(" <")] + " .\n" for line in lines]
    (tmp_path / "data.nt").write_text("".join(triples), encoding="utf-8")
    (tmp_path / "shapes.ttl").write_text(shapes(), encoding="utf-8")
    data = rdflib.Graph().parse(tmp_path / "data.nt")
    _, ours, _ = pyshacl.validate(data, shacl_graph=rdflib.Graph().parse(tmp_path / "shapes.ttl"), inference="none")
    done = jena(
        "shacl.shacl", "validate", "--shapes", str(tmp_path / "shapes.ttl"), "--data", str(tmp_path / "data.nt")
    )
    theirs = rdflib.Graph().parse(data=done.stdout, format="turtle")
    assert results_of(theirs) == results_of(ours)
    assert (len(results_of(ours)) >= 5) == faults


@pytest.mark.parametrize("name", RDF12)
def test_triple_terms_replace_subject_predicate_and_object(
    jena: Any, dev_graph: graphkit.Graph, tmp_path: Path, name: str
) -> None:
    dev_graph.export(name, tmp_path / "plain")
    dev_graph.export(name, tmp_path / "terms", rdf12=True)
    plain, terms = (list(pyoxigraph.parse((tmp_path / n).read_bytes(), FORMATS[name])) for n in ("plain", "terms"))
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    said: dict[str, dict[str, Any]] = {}
    for quad in plain:
        part = quad.predicate.value.removeprefix(rdf)
        if part in ("subject", "predicate", "object"):
            said.setdefault(quad.subject.value, {})[part] = quad.object
    reified = {q.subject.value: q.object for q in terms if q.predicate.value == f"{rdf}reifies"}
    assert reified.keys() == said.keys()
    for statement, parts in said.items():
        term = reified[statement]
        assert (term.subject, term.predicate, term.object) == (parts["subject"], parts["predicate"], parts["object"])
    ending = FILES[name]
    (tmp_path / "terms").rename(tmp_path / f"terms.{ending}")
    assert jena("riotcmd.riot", "--validate", str(tmp_path / f"terms.{ending}")).returncode == 0
    assert len(set(terms)) - len(set(plain)) == -2 * len(said) + _triples_in_description(plain, terms)


def _triples_in_description(plain: list[Any], terms: list[Any]) -> int:
    """The description contains counts of triples and class members, which differ between the formats."""
    return sum(1 for q in set(terms) if "/dataset" in str(q.subject)) - sum(
        1 for q in set(plain) if "/dataset" in str(q.subject)
    )


def test_formats_without_triple_terms_reject_them(example_graph: graphkit.Graph, tmp_path: Path) -> None:
    for name in ("rdfxml", "jsonld", "graphml"):
        with pytest.raises(graphkit.errors.UsageError, match="rdf12"):
            example_graph.export(name, tmp_path / "x", rdf12=True)


@pytest.fixture(scope="module")
def secretary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[graphkit.Graph]:
    """A graph of one invented report on a real province and city."""
    folder = tmp_path_factory.mktemp("secretary")
    record = {"id": "a", "date": "2022-03-03", "text": "3月2日，临汾市委书记林知远到山西省洪洞县调研。"}
    with graphkit.open(folder / "g", create=True) as graph:
        graph.build(write_records(folder / "a.jsonl", [record]))
        yield graph


def test_divisions_have_codes_points_and_links(secretary: graphkit.Graph) -> None:
    rows = secretary.sparql(
        "SELECT ?code ?notation ?wkt ?link WHERE { ?p skos:prefLabel '山西省'@zh ; schema:identifier ?code ; "
        "skos:notation ?notation ;"
        " geo:hasGeometry/geo:asWKT ?wkt . OPTIONAL { ?p skos:exactMatch ?link } }"
    )
    assert rows == [
        {
            "code": "140000",
            "notation": "140000",
            "wkt": "POINT(112.5627 37.8735)",
            "link": "http://www.wikidata.org/entity/Q46913",
        }
    ]


def test_a_post_has_a_tenure_with_its_date(secretary: graphkit.Graph) -> None:
    rows = secretary.sparql(
        "SELECT DISTINCT ?day ?post WHERE { ?m a org:Membership ; org:member/skos:prefLabel '林知远'@zh ; "
        "org:role/skos:prefLabel ?post ;"
        " org:memberDuring/time:inside/time:inXSDDate ?day }"
    )
    assert {"day": "2022-03-02", "post": "临汾市委书记"} in rows


def test_the_data_set_describes_itself(dev_graph: graphkit.Graph) -> None:
    (row,) = dev_graph.sparql(
        "SELECT ?triples ?documents ?from ?key WHERE { ?d a void:Dataset, dcat:Dataset ; void:triples ?triples ; "
        "void:documents ?documents ;"
        " dcterms:identifier ?key ; dcterms:temporal/dcat:startDate ?from }"
    )
    counted = dev_graph.sparql(
        "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } FILTER(?g != <https://example.org/graph/description>) }"
    )
    assert row["triples"] == counted[0]["n"]
    assert row["documents"] == dev_graph.status()["reports"]
    assert row["from"] == min(r.date for r in dev_graph.reports() if r.date)
    classes = dev_graph.sparql("SELECT ?c ?n WHERE { ?p void:class ?c ; void:entities ?n } ORDER BY ?c")
    for cell in classes:
        assert (
            dev_graph.sparql(f"SELECT (COUNT(DISTINCT ?x) AS ?n) WHERE {{ ?x a <{cell['c']}> }}")[0]["n"]
            >= cell["n"]
            > 0
        )


def test_jsonld_is_compact(files: dict[str, Path]) -> None:
    data = json.loads(files["jsonld"].read_text(encoding="utf-8"))
    assert {k: v for k, v in data["@context"].items() if not k.startswith("@")} == json.loads(context())["@context"]
    nodes = [n for g in data["@graph"] for n in g["@graph"]]
    persons = {n["@id"]: n for n in nodes if n.get("@type") == ["foaf:Person", "schema:Person"]}
    assert persons
    assert not any(iri.startswith("http") for iri in persons)
    actual = {"@id": "gk:actual"}
    visits = (
        n for n in nodes if n.get("predicate") == "gk:visited" and n["subject"] in persons and n["gk:status"] == actual
    )
    statement = next(visits)
    quote = next(n for n in nodes if n["@id"] == statement["quotedFrom"])
    words = next(n for n in nodes if n["@id"] == quote["selector"][1])
    assert len(words["exact"]) > 5


def test_an_added_report_changes_only_its_own_lines(tmp_path: Path, dev_records: list[dict[str, Any]]) -> None:
    """An additional report adds lines in one place; the lines of other reports are unchanged."""
    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.build(write_records(tmp_path / "a.jsonl", dev_records[:6]))
        graph.export("nquads", tmp_path / "one.nq")
        graph.build(write_records(tmp_path / "b.jsonl", dev_records[6:7]))
        graph.export("nquads", tmp_path / "two.nq")
    one, two = ((tmp_path / n).read_text(encoding="utf-8").split("\n") for n in ("one.nq", "two.nq"))
    in_one, in_two = set(one), set(two)
    kept = [line for line in two if line in in_one]
    assert kept == [line for line in one if line in in_two]
    assert len(kept) > 0.9 * len(one)


@pytest.mark.parametrize(
    ("name", "public", "office"),
    [
        ("临汾市委", True, False),
        ("国务院国资委", True, False),
        ("省发展和改革委员会", True, False),
        ("商务部", True, False),
        ("县政府办公室", True, True),
        ("市中级人民法院", True, False),
        ("星澜科技有限公司", False, False),
        ("云泽理工学院", False, False),
        ("足球俱乐部", False, False),
        ("公司总部", False, False),
        ("银行营业部", False, False),
    ],
)
def test_state_and_party_bodies_have_their_classes(name: str, public: bool, office: bool) -> None:
    found = further_classes(Entity("x", "Organization", name))
    assert ("m8g:PublicOrganisation" in found, "org:OrganizationalUnit" in found) == (public, office)


def test_documents_have_their_classes() -> None:
    assert further_classes(Entity("x", "Document", "全会精神")) == ("m8g:ReferenceFramework", "gk:Instruction")
    assert further_classes(Entity("x", "Document", "国发〔2024〕3号")) == (
        "m8g:ReferenceFramework",
        "schema:Legislation",
        "eli:LegalResource",
    )
