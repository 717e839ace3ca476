"""The schema: entity types and relations of `schemas/graphkit.toml`, the checks they imply and the files generated from it."""

from graphkit.schema.definition import EntityType, Relation, Schema, load_schema

__all__ = ["EntityType", "Relation", "Schema", "load_schema"]
