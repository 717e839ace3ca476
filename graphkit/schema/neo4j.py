"""Labels, types, constraints and indexes of the property graph in a Neo4j 5 database, from the schema."""

from __future__ import annotations

from graphkit.schema import load_schema

#: Node labels of the property graph that are not entity types (docs/formats.md, The property graph).
_OTHER_LABELS = ("Report", "Claim", "Visit")
#: Relationship types of the property graph that are not relations (docs/formats.md, The property graph).
_OTHER_TYPES = (
    "MENTIONS",
    "FROM_PLACE",
    "BROADER",
    "VARIANT_OF",
    "SUBJECT",
    "OBJECT",
    "IN_REPORT",
    "LED_BY",
    "JOINED_BY",
    "STOPPED_AT",
)


def node_labels() -> tuple[str, ...]:
    """Return the first labels of all nodes of the property graph."""
    return (*load_schema().types, *_OTHER_LABELS)


def relationship_types() -> tuple[str, ...]:
    """Return all relationship types of the property graph."""
    return (*(r.label for r in load_schema().relations.values() if r.name != "has_attribute"), *_OTHER_TYPES)


def types_without_phrases() -> frozenset[str]:
    """Return the relationship types none of whose ends can be a Phrase."""
    own = {r.label for r in load_schema().relations.values() if "Phrase" not in r.subject | r.object}
    return frozenset(own | {"FROM_PLACE", "IN_REPORT", "LED_BY", "JOINED_BY", "STOPPED_AT"})


def neo4j_node_keys() -> dict[str, str]:
    """Return the statements, by name, that make the id of a node unique in its graph and label."""
    found = {
        "graphkit_graph": "CREATE CONSTRAINT graphkit_graph IF NOT EXISTS "
        "FOR (n:GraphkitGraph) REQUIRE n.name IS UNIQUE"
    }
    for label in node_labels():
        name = f"graphkit_{label.lower()}"
        found[name] = f"CREATE CONSTRAINT {name} IF NOT EXISTS FOR (n:{label}) REQUIRE (n.graph, n.id) IS UNIQUE"
    return found


def neo4j_relationship_keys() -> dict[str, str]:
    """Return the statements, by name, that make the id of a relationship unique in its graph and type.

    They need Neo4j 5.7 or newer (Community or Enterprise).
    """
    found = {}
    for kind in relationship_types():
        name = f"graphkit_rel_{kind.lower()}"
        found[name] = f"CREATE CONSTRAINT {name} IF NOT EXISTS FOR ()-[r:{kind}]-() REQUIRE (r.graph, r.id) IS UNIQUE"
    return found


def neo4j_indexes() -> dict[str, str]:
    """Return the statements, by name, that create the indexes of names, dates, points and Chinese full text."""
    schema = load_schema()
    found = {}
    for label in schema.types:
        name = f"graphkit_{label.lower()}_name"
        found[name] = f"CREATE INDEX {name} IF NOT EXISTS FOR (n:{label}) ON (n.name)"
    found["graphkit_report_date"] = "CREATE INDEX graphkit_report_date IF NOT EXISTS FOR (n:Report) ON (n.date)"
    found["graphkit_place_location"] = (
        "CREATE POINT INDEX graphkit_place_location IF NOT EXISTS FOR (n:Place) ON (n.location)"
    )
    cjk = "OPTIONS {indexConfig: {`fulltext.analyzer`: 'cjk'}}"
    names = "|".join((*schema.types, "Report"))
    found["graphkit_names"] = (
        f"CREATE FULLTEXT INDEX graphkit_names IF NOT EXISTS FOR (n:{names}) ON EACH [n.name, n.aliases] {cjk}"
    )
    kinds = "|".join(r.label for r in schema.relations.values() if r.name != "has_attribute")
    found["graphkit_evidence"] = (
        f"CREATE FULLTEXT INDEX graphkit_evidence IF NOT EXISTS FOR ()-[r:{kinds}]-() ON EACH [r.evidence] {cjk}"
    )
    found["graphkit_claims"] = (
        f"CREATE FULLTEXT INDEX graphkit_claims IF NOT EXISTS FOR (n:Claim) ON EACH [n.name, n.evidence] {cjk}"
    )
    return found


def neo4j_constraints(note: str) -> str:
    """Return the content of schemas/neo4j.cypher: the statements that `graphkit load neo4j` runs. note: a comment."""
    statements = [*neo4j_node_keys().values(), *neo4j_relationship_keys().values(), *neo4j_indexes().values()]
    return "\n".join([f"// {note}", *(f"{s};" for s in statements)]) + "\n"
