"""The schema in `schemas/graphkit.toml`: entity types and relations, checks of statements, and generated files."""

from graphkit.schema.definition import EntityType, Relation, Schema, load_schema

__all__ = ["EntityType", "Relation", "Schema", "load_schema"]
