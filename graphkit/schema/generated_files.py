"""The files that are generated from `schemas/graphkit.toml`.

`make schema` writes them (it calls `main`); a test fails if they are not up to date.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from graphkit.schema.docs_page import docs_page
from graphkit.schema.jsonld import context
from graphkit.schema.neo4j import neo4j_constraints
from graphkit.schema.owl import ontology
from graphkit.schema.shacl import shapes
from graphkit.schema.turtle import NOTE

#: Path in the checkout → the function that returns the content.
FILES: dict[str, Callable[[], str]] = {
    "schemas/shapes.ttl": shapes,
    "schemas/ontology.ttl": ontology,
    "schemas/context.jsonld": context,
    "schemas/neo4j.cypher": lambda: neo4j_constraints(NOTE),
    "docs/schema.md": docs_page,
}


def main(root: Path) -> None:
    """Write all generated files under the root of a checkout."""
    for name, write in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(write(), encoding="utf-8")
        print(name)
