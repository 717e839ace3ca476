"""Profiles show every relation of the schema."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graphkit.explorer import profiles
from graphkit.schema import Relation, load_schema


def test_every_relation_is_in_a_profile_section() -> None:
    for relation in load_schema().relations.values():
        kinds = relation.subject | relation.object
        assert any(relation.name in section.relations for kind in kinds for section in profiles.sections(kind)), (
            relation.name
        )


def test_a_relation_without_a_section_gets_default_sections(monkeypatch: pytest.MonkeyPatch) -> None:
    schema = load_schema()
    signed = Relation("signed", "gk:signed", frozenset({"Organization"}), frozenset({"Document"}), "签署", "x")
    monkeypatch.setattr(
        profiles, "load_schema", lambda: replace(schema, relations={**schema.relations, "signed": signed})
    )
    assert profiles.Section("signed", ("signed",), True) in profiles.sections("Organization")
    assert profiles.Section("signed_by", ("signed",), False) in profiles.sections("Document")
    assert not any("signed" in s.relations for s in profiles.sections("Person"))
