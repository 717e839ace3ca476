from __future__ import annotations

import json
import re

import pytest
import rdflib

import graphkit
from graphkit.model import Entity
from graphkit.relations import ALL_RULES
from graphkit.schema import load_schema
from graphkit.schema.docs_page import docs_page
from graphkit.schema.generated_files import FILES
from graphkit.schema.jsonld import context
from graphkit.schema.neo4j import neo4j_constraints
from graphkit.schema.owl import ontology
from graphkit.schema.shacl import shapes
from graphkit.stores.rdf.classes import further_classes
from tests.conftest import ROOT

RELATIONS = set(load_schema().relations)


@pytest.mark.parametrize("name", FILES)
def test_generated_files_are_up_to_date(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == FILES[name](), f"{name} is out of date: run `make schema`"


def test_every_relation_has_a_rule(example_graph: graphkit.Graph) -> None:
    examples = "\n".join(rule.run.__doc__ or "" for rule in ALL_RULES)
    assert {r for r in RELATIONS if f" {r} " in examples} == RELATIONS


@pytest.mark.parametrize("write", [shapes, ontology])
def test_generated_turtle_files_can_be_parsed(write: object) -> None:
    assert len(rdflib.Graph().parse(data=write(), format="turtle")) > 100  # type: ignore[operator]


def test_the_json_ld_context_has_all_object_properties() -> None:
    terms = json.loads(context())["@context"]
    assert set(terms) >= RELATIONS - {"has_attribute"}


def test_every_graphkit_term_in_use_is_in_the_ontology(example_graph: object) -> None:
    own = load_schema().namespace
    described = {
        s for s in rdflib.Graph().parse(data=ontology(), format="turtle").subjects() if isinstance(s, rdflib.URIRef)
    }
    used = set()
    for s, p, o, _ in example_graph.to_rdflib().quads():  # type: ignore[attr-defined]
        used |= {t for t in (s, p, o) if isinstance(t, rdflib.URIRef) and t.startswith(own) and t != rdflib.URIRef(own)}
    assert used
    assert used <= described


def test_constraints_cover_every_label(example_graph: object) -> None:
    labels = {n.labels[0] for n in example_graph.property_graph().nodes}  # type: ignore[attr-defined]
    assert all(f"(n:{label}) REQUIRE (n.graph, n.id) IS UNIQUE" in neo4j_constraints("") for label in labels)


def test_rule_names_are_unique() -> None:
    names = [r.name for r in ALL_RULES]
    assert len(names) == len(set(names))


def test_the_page_names_only_terms_of_the_ontology_and_every_class_in_use() -> None:
    page = docs_page()
    assert [t for t in set(re.findall(r"gk:(\w+)", page)) if f"gk:{t}" not in ontology()] == []
    names = {
        "Organization": ("市委办公室", "临汾市委"),
        "Document": ("批示精神", "石政发〔2024〕12号"),
        "Phrase": ("乡村振兴",),
    }
    classes = {c for kind, of in names.items() for name in of for c in further_classes(Entity(name, kind, name))}
    assert len(classes) >= 7
    assert [c for c in classes if c not in page] == []
