from __future__ import annotations

import json

import pytest
import rdflib

import graphkit
from graphkit.relations import ALL_RULES
from graphkit.schema import load_schema
from graphkit.schema.generated_files import FILES
from graphkit.schema.jsonld import context
from graphkit.schema.neo4j import neo4j_constraints
from graphkit.schema.owl import ontology
from graphkit.schema.shacl import shapes
from tests.conftest import ROOT

RELATIONS = set(load_schema().relations)


@pytest.mark.parametrize("name", FILES)
def test_generated_files_are_up_to_date(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == FILES[name](), f"{name} is out of date: run `make schema`"


def test_every_relation_is_read_by_a_rule(example_graph: graphkit.Graph) -> None:
    examples = "\n".join(rule.run.__doc__ or "" for rule in ALL_RULES)
    assert {r for r in RELATIONS if f" {r} " in examples} == RELATIONS


@pytest.mark.parametrize("write", [shapes, ontology])
def test_turtle_files_parse(write: object) -> None:
    assert len(rdflib.Graph().parse(data=write(), format="turtle")) > 100  # type: ignore[operator]


def test_the_context_is_json_with_all_object_properties() -> None:
    terms = json.loads(context())["@context"]
    assert set(terms) >= RELATIONS - {"has_attribute"}


def test_every_own_term_in_use_is_in_the_ontology(example_graph: object) -> None:
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


def test_rules_have_names_of_their_own() -> None:
    names = [r.name for r in ALL_RULES]
    assert len(names) == len(set(names))
