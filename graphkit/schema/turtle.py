"""Parts of Turtle files that are generated from the schema."""

from __future__ import annotations

import json

from graphkit.schema.definition import Schema

#: Comment at the beginning of each generated file.
NOTE = "Generated from schemas/graphkit.toml by `make schema`; do not edit."


def prefixes(schema: Schema) -> str:
    """Return the declarations of all prefixes."""
    all_prefixes = {**schema.prefixes, "sh": "http://www.w3.org/ns/shacl#"}
    return "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in all_prefixes.items())


def literal(words: str) -> str:
    """Return a quoted literal."""
    return json.dumps(words, ensure_ascii=False)
