"""Errors and messages about names that do not exist in a query; names of the schema are no mistakes."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

import graphkit
from graphkit.errors import QueryError, QueryWarning
from graphkit.stores.cypher.unknown_names import messages
from graphkit.stores.property_names import node_names, relationship_names
from tests.commands import run_command
from tests.conftest import ROOT, write_records

QUERIES = sorted((ROOT / "examples" / "queries").glob("*.cypher"))
TEXT = "3月2日，市委书记林知远到石渡县调研。林知远来到位于石渡经济开发区的青禾新能源电池项目，实地察看建设进度。"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> graphkit.Graph:
    """A graph with a project that has no attribute."""
    folder = tmp_path_factory.mktemp("small")
    graph = graphkit.open(folder / "g", create=True)
    graph.build(write_records(folder / "a.jsonl", [{"id": "a", "text": TEXT}]), extractor="fast")
    return graph


def notes_of(graph: graphkit.Graph, query: str, **parameters: object) -> list[str]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        graph.cypher(query, **parameters)
    return [str(w.message) for w in caught if issubclass(w.category, QueryWarning)]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("MATCH (p:Person) RETURN p.nam AS n", ("property nam of Person", "values are empty", "did you mean name?")),
        ("MATCH (j:Project) WHERE j.investment_cn > 1 RETURN j.name AS n", ("the result is empty", "investment_cny?")),
        ("MATCH (p:Person) RETURN p.area AS n", ("property area of Person", "known names: aliases, id, name")),
        ("MATCH (p:Person) RETURN p.name AS n ORDER BY p.nme", ("property nme of Person", "order does not", "name?")),
    ],
)
def test_a_message_says_what_is_unknown_what_follows_and_the_nearest_name(
    small: graphkit.Graph, query: str, words: tuple[str, ...]
) -> None:
    (note,) = notes_of(small, query)
    assert note.startswith("unknown ")
    assert all(w in note for w in words), note


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("MATCH (p:Persn) RETURN p.name AS n", "unknown label 'Persn'; did you mean Person?"),
        ("MATCH (p:person) RETURN p.name AS n", "unknown label 'person'; did you mean Person?"),
        ("MATCH (p:Companies) RETURN p.name AS n", "unknown label 'Companies'; one of Claim, "),
        ("MATCH (:Person)-[v:VISTED]->() RETURN v", "unknown relationship type 'VISTED'; did you mean VISITED?"),
        ("MATCH (:Person)-[v:visited]->() RETURN v", "unknown relationship type 'visited'; did you mean VISITED?"),
        ("MATCH (:Person)-[v:QQQ]->() RETURN v", "unknown relationship type 'QQQ'; one of ACCOMPANIED"),
    ],
)
def test_an_unknown_label_or_type_is_an_error_with_the_nearest_name(
    small: graphkit.Graph, query: str, words: str
) -> None:
    with pytest.raises(QueryError) as raised:
        small.cypher(query)
    assert words in str(raised.value)


@pytest.mark.parametrize("label", sorted(node_names()))
def test_properties_of_the_schema_that_no_node_has_are_empty_and_no_mistake(small: graphkit.Graph, label: str) -> None:
    for name in node_names()[label]:
        query = f"MATCH (n:{label}) WHERE n.`{name}` = 'nothing' RETURN n.`{name}` AS x ORDER BY n.`{name}`"
        assert notes_of(small, query) == []
        assert small.cypher(f"MATCH (n:{label} {{`{name}`: 'nothing'}}) RETURN n") == []


@pytest.mark.parametrize("kind", sorted(relationship_names()))
def test_relationship_types_of_the_schema_are_no_mistake(small: graphkit.Graph, kind: str) -> None:
    assert notes_of(small, f"MATCH ()-[r:{kind}]->() RETURN r.id AS x") == []


@pytest.mark.parametrize("path", QUERIES, ids=lambda p: p.stem)
def test_the_example_queries_have_no_message_in_a_small_graph(small: graphkit.Graph, path: Path) -> None:
    names = ("x", "z", "park", "phrase", "year", "cut", "from", "head", "document", "project", "today", "report")
    parameters: dict[str, object] = {**dict.fromkeys(names, "2024-01-01"), "least": 1}
    query = path.read_text(encoding="utf-8")
    used = {name: value for name, value in parameters.items() if f"${name}" in query.replace(f"${name}_", "")}
    assert notes_of(small, query, **used) == []


def test_the_names_are_those_of_a_graph(example_graph: graphkit.Graph) -> None:
    graph = example_graph.property_graph()
    nodes, relationships = node_names(), relationship_names()
    for node in graph.nodes:
        assert node.properties.keys() <= nodes[node.labels[0]]
    for edge in graph.edges:
        assert edge.properties.keys() <= relationships[edge.type]


def test_properties_that_a_node_does_not_have_are_not_returned(small: graphkit.Graph) -> None:
    (row,) = small.cypher("MATCH (j:Project) RETURN j")
    assert row["j"].keys() == {"labels", "id", "name", "aliases"}


def test_the_command_prints_the_message_also_with_quiet(small: graphkit.Graph) -> None:
    query = "MATCH (p:Person) RETURN p.nam AS n"
    for arguments in ((), ("--quiet",)):
        done = run_command(*arguments, "query", query, "-g", small.folder)
        assert done.returncode == 0
        assert done.stderr.startswith("warning: unknown property nam of Person: ")


def test_other_warnings_of_the_store_are_passed_on() -> None:
    assert list(messages(["something else", "something else"])) == ["something else"]
