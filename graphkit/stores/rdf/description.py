"""The description of a data set in VoID and DCAT, and the counts that it contains."""

from __future__ import annotations

import hashlib
from collections import Counter

from graphkit.schema import load_schema
from graphkit.schema.values import is_day
from graphkit.stores.content import Content
from graphkit.stores.rdf.terms import Iris, date, integer, literal, term


class Tally:
    """Counts the lines, the entities and the members of each class in N-Quads."""

    _TYPE = " <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "

    def __init__(self) -> None:
        self.lines = 0
        self.entities = 0
        self._members: Counter[str] = Counter()

    def add(self, part: str) -> None:
        self.lines += part.count("\n")
        last = ""
        before, *pieces = part.split(self._TYPE)
        for piece in pieces:
            node = before[before.rfind("\n") + 1 :]
            before = piece
            # A node with a space is part of a literal that contains the text of rdf:type.
            if " " not in node:
                self._members[piece[: piece.index(" ")]] += 1
                self.entities += node != last
                last = node

    @property
    def classes(self) -> dict[str, tuple[int, str]]:
        return {kind: (n, kind) for kind, n in self._members.items()}


def describe(content: Content, iris: Iris, tally: Tally) -> str:
    """Return the N-Quads of the graph `description`. tally: the counts of all other parts of the data set."""
    node, graph = iris.of("dataset"), iris.of("description")
    days = [row.report.date for row in content.reports() if is_day(row.report.date)]
    pairs = [
        (term("rdf:type"), term("void:Dataset")),
        (term("rdf:type"), term("dcat:Dataset")),
        (term("dcterms:title"), '"Policy-phrase knowledge graph"@en'),
        (term("dcterms:title"), '"政策提法知识图谱"@zh'),
        (
            term("dcterms:description"),
            '"Statements read from official news reports, each with the characters that say it."@en',
        ),
        (term("dcterms:identifier"), literal(content.key)),
        (term("dcterms:conformsTo"), f"<{load_schema().namespace.rstrip('#')}>"),
        (term("void:uriSpace"), literal(iris.base)),
        (term("void:triples"), integer(tally.lines)),
        (term("void:entities"), integer(tally.entities)),
        (term("void:documents"), integer(len(content))),
    ]
    pairs += [(term("void:vocabulary"), f"<{iri}>") for iri in sorted(set(load_schema().prefixes.values()))]
    lines = "".join(f"{node} {p} {o} {graph} .\n" for p, o in pairs)
    if days:
        first, last = min(days), max(days)
        span = f"{node[:-1]}#days>"
        lines += (
            f"{node} {term('dcterms:temporal')} {span} {graph} .\n"
            f"{span} {term('rdf:type')} {term('dcterms:PeriodOfTime')} {graph} .\n"
            f"{span} {term('dcat:startDate')} {date(first)} {graph} .\n"
            f"{span} {term('dcat:endDate')} {date(last)} {graph} .\n"
        )
    for kind, (entities, iri) in sorted(tally.classes.items()):
        part = f"{node[:-1]}#class-{hashlib.sha256(kind.encode()).hexdigest()[:12]}>"
        lines += (
            f"{node} {term('void:classPartition')} {part} {graph} .\n{part} {term('void:class')} {iri} {graph} .\n"
            f"{part} {term('void:entities')} {integer(entities)} {graph} .\n"
        )
    return lines
