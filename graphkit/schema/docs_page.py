"""The documentation of the schema, generated from it (docs/schema.md)."""

from __future__ import annotations

from graphkit.schema.definition import Schema, load_schema
from graphkit.schema.own_terms import OTHER_CLASSES, OTHER_TERMS
from graphkit.schema.turtle import NOTE

_INTRODUCTION = """\
A statement has a subject, a relation and an object. This page lists the types of entities, the relations with the types
that their subject and object can have, and the kinds of attributes. The columns *class* and *property* name the terms
that [RDF](rdf.md) uses; terms with the prefix `gk:` are defined by graphkit (`schemas/ontology.ttl`)."""

#: The classes of graphkit.stores.rdf.classes.
_FURTHER_CLASSES = """\
Some entities have further classes. An organization is also an `org:OrganizationalUnit` if its name is that of an office
(市委办公室), otherwise an `org:FormalOrganization`; a body of the state or of the Party is also an
`m8g:PublicOrganisation`.
Every document is also an `m8g:ReferenceFramework`; a document with a number such as 〔2024〕12号 is also a
`schema:Legislation` and an `eli:LegalResource`, and an instruction is also a `gk:Instruction`. Every phrase is also a
`schema:DefinedTerm`, and every administrative division with coordinates a `geo:Feature`."""


def docs_page() -> str:
    """Return the content of docs/schema.md."""
    schema = load_schema()
    lines = ["# Schema", "", f"<!-- {NOTE} -->", "", _INTRODUCTION, ""]
    lines += [*_types(schema), "", *_relations(schema), "", *_attributes(schema), ""]
    lines += ["## Status", "", *(f"- `{name}`: {meaning}" for name, meaning in schema.status.items()), ""]
    lines += _other_terms()
    return "\n".join(lines) + "\n"


def _types(schema: Schema) -> list[str]:
    lines = ["## Entity types", "", "| type | 中文 | class | what it is |", "|---|---|---|---|"]
    for t in schema.types.values():
        lines.append(f"| {t.name} | {t.zh} | {', '.join((t.cls, *t.also))} | {t.definition} |")
    return [*lines, "", _FURTHER_CLASSES]


def _relations(schema: Schema) -> list[str]:
    lines = [
        "## Relations",
        "",
        "| relation | 中文 | subject | object | property | meaning |",
        "|---|---|---|---|---|---|",
    ]
    for r in schema.relations.values():
        ends = [", ".join(t for t in (*schema.types, "Value") if t in side) for side in (r.subject, r.object)]
        term = "`gk:` and the kind, for example gk:investment" if r.has_value else r.term
        lines.append(f"| {r.name} | {r.zh} | {ends[0]} | {ends[1]} | {term} | {r.definition} |")
    return lines


def _attributes(schema: Schema) -> list[str]:
    lines = [
        "## Attributes",
        "",
        "The object of `has_attribute` is the value as printed in the report, with qualifiers such as 约 and 超. In the",
        "[property graph](formats.md#property-graph), the entity has a property with the name of the kind, in which the",
        "values of all reports are joined by `；` in the order of their dates. If an investment or area can be parsed,",
        "the entity also has its number, in the property and with the unit of the last two columns. The number is that of",
        "the whole entity: the investment of a phase (一期投资10亿元) or a period (年度计划投资4亿元), what has been invested so",
        "far (已完成投资5亿元), the investment in one purpose (设备投资, 固定资产投资) and the area of a phase are printed, but are",
        "never the number. If several values remain, those printed as the whole (总投资; 占地 or 总面积 for an area) precede",
        "others, then the value of the report with the latest date precedes, then the one with the highest confidence, and",
        "then the one that comes first in the text. An entity without such a value has no number.",
        "",
        "| kind | 中文 | what it is | property for the number | unit |",
        "|---|---|---|---|---|",
    ]
    for a in schema.attributes.values():
        lines.append(f"| {a.name} | {a.zh} | {a.definition} | {a.number or '–'} | {a.unit or '–'} |")
    return lines


def _other_terms() -> list[str]:
    lines = ["## Other RDF terms of graphkit", "", "| property | 中文 | used for | type of the value | meaning |"]
    lines.append("|---|---|---|---|---|")
    lines += [f"| gk:{n} | {zh} | {domain} | {range_} | {d} |" for n, domain, range_, _, zh, d in OTHER_TERMS]
    lines += ["", "Two classes are not entity types:", ""]
    lines += [f"- `gk:{n}` ({zh}), a kind of {' and '.join(parents)}: {d}" for n, parents, _, zh, d in OTHER_CLASSES]
    return lines
