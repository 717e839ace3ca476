"""A missing or unknown parameter of a query is reported with the option that supplies it."""

from __future__ import annotations

import pytest

import graphkit
from graphkit.errors import QueryError
from graphkit.stores.parameter_names import check_cypher_names, check_sparql_names, option


@pytest.mark.parametrize(
    ("query", "given", "message"),
    [
        ("RETURN $x", {}, r"the query needs \$x: add --param x=VALUE$"),
        ("RETURN $x, $year, $x", {}, r"needs \$x and \$year: add --param x=VALUE and --param year=VALUE$"),
        ("RETURN $x, $year, $z", {"year": 1}, r"needs \$x and \$z:"),
        ("RETURN $姓名", {}, r"needs \$姓名: add --param 姓名=VALUE"),
        ("RETURN $`a b`", {}, r"needs \$a b"),
        ("RETURN '$no', $x // $nor", {}, r"needs \$x: "),
        ("RETURN 1", {"x": 1}, r"does not use \$x; it has no parameters"),
        ("RETURN $y", {"y": 1, "x": 1}, r"does not use \$x; its parameters are \$y"),
    ],
)
def test_a_missing_or_unknown_cypher_parameter_is_reported(query: str, given: dict[str, object], message: str) -> None:
    with pytest.raises(QueryError, match=message):
        check_cypher_names(query, given, option)


@pytest.mark.parametrize(
    "query", ["RETURN '$x', \"$y\", 1 AS `$z`", "RETURN 1 // $x", "RETURN /* $x\n */ 1", "RETURN 'it\\'s $x'"]
)
def test_a_cypher_query_without_parameters_rejects_parameters(query: str) -> None:
    check_cypher_names(query, {})


@pytest.mark.parametrize(
    ("query", "given", "message"),
    [
        ("SELECT ?n { ?p skos:prefLabel ?n FILTER(STR(?n) = ?x) }", {}, r"the query needs \?x: add --param x=VALUE$"),
        (
            "# params: x=a year=2024\nSELECT ?n { ?p skos:prefLabel ?x ; gk:y ?year ; gk:n ?n }",
            {},
            r"needs \?x and \?year",
        ),
        ("ASK { ?s ?p ?o FILTER(?o IN (?x, '(?no')) }", {}, r"needs \?x:"),
        ("SELECT (COUNT(?s) AS ?k) { ?s a ?t } GROUP BY ?t HAVING(COUNT(?s) > ?least)", {}, r"needs \?least"),
        ("SELECT ?m { ?s ?p ?o BIND(CONCAT(?o, ?tail) AS ?m) }", {}, r"needs \?tail"),
        ("ASK { ?s ?p ?o }", {"x": 1}, r"does not use \?x; it has no parameters"),
    ],
)
def test_a_missing_or_unknown_sparql_parameter_is_reported(query: str, given: dict[str, object], message: str) -> None:
    with pytest.raises(QueryError, match=message):
        check_sparql_names(query, given, option)


@pytest.mark.parametrize(
    ("query", "given"),
    [
        ("SELECT ?n { ?p skos:prefLabel ?n FILTER(!BOUND(?zz)) BIND(STR(?n) AS ?m) }", {}),
        ("SELECT ?n { ?p a ?n FILTER EXISTS { ?p gk:c ?c } FILTER NOT EXISTS { ?p gk:d ?d FILTER(?d > 3) } }", {}),
        ("SELECT ?n { ?p a ?n FILTER(COALESCE(?maybe, 1) = 1) }", {}),
        ("SELECT ?n { VALUES (?p ?q) { (1 2) } ?p a ?n FILTER(?q > 1) } # ?x (", {}),
        ("SELECT ?n { <http://x/?y#z> a ?n FILTER(?n != '?x') }", {}),
        ("ASK { ?s skos:prefLabel ?x }", {"x": "林知远"}),
    ],
)
def test_a_complete_sparql_query_is_answered(query: str, given: dict[str, object]) -> None:
    check_sparql_names(query, given)


def test_python_errors_name_the_keyword_argument(example_graph: graphkit.Graph) -> None:
    with pytest.raises(QueryError, match=r"the query needs \$x: add the keyword argument x=VALUE"):
        example_graph.cypher("MATCH (p {name: $x}) RETURN p")
    with pytest.raises(QueryError, match=r"the query needs \?x: add the keyword argument x=VALUE"):
        example_graph.sparql("SELECT ?p { ?p skos:prefLabel ?n FILTER(STR(?n) = ?x) }")
    assert example_graph.cypher("RETURN $x AS x", x=1) == [{"x": 1}]
