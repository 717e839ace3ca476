"""Checks of a whole graph: every statement against the schema and its text, the RDF against the SHACL shapes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from typing import Any

from graphkit.errors import SchemaError
from graphkit.ledger import Ledger
from graphkit.schema import load_schema
from graphkit.schema_files import shapes
from graphkit.values import report_flaws
from graphkit.views.content import Content
from graphkit.views.rdf import RdfGraph, parsed
from graphkit.views.rdf_files import rdflib_term

#: Reports whose RDF is checked together: the shapes look at one report at a time, this bounds the memory.
REPORTS_AT_ONCE = 50


def check_statements(ledger: Ledger) -> Iterator[str]:
    """A line for each field of a report that no export can carry, and for each statement that the schema or its text forbids."""
    schema = load_schema()
    for known in ledger.reports(text=True):
        for field, reason in report_flaws(known.report):
            yield f"{known.report.id}: {field}: {reason}"
    report = None
    for statement in ledger.statements():
        if report is None or report.id != statement.report:
            row = ledger.report(statement.report)
            if row is None:
                yield f"{statement.report}: statement {statement.id} of a report that is not in"
                continue
            report = row.report
        try:
            schema.check(statement, report)
        except SchemaError as error:
            yield f"{statement.report}:{statement.start}-{statement.end}: {statement.rule}: {error}"


def check_shapes(content: Content) -> Iterator[str]:
    """A line for each result of the SHACL shapes over the content's RDF."""
    import pyshacl

    rdf = RdfGraph(content)
    rows = content.by_report()
    while part := list(islice(rows, REPORTS_AT_ONCE)):
        graph = _union(parsed(rdf.part(part)))
        _, results, _ = pyshacl.validate(graph, shacl_graph=_shapes_graph(), inference="none")
        yield from sorted(_messages(results))


@cache
def _shapes_graph() -> Any:
    import rdflib

    return rdflib.Graph().parse(data=shapes(), format="turtle")


def _union(found: Iterable[Any]) -> Any:
    """One graph of all quads: the shapes speak of statements, entities and reports together."""
    import rdflib

    graph = rdflib.Graph()
    for quad in found:
        graph.add((rdflib_term(quad.subject), rdflib_term(quad.predicate), rdflib_term(quad.object)))
    return graph


def _messages(results: Any) -> Iterator[str]:
    from rdflib.namespace import RDF, SH

    for result in results.subjects(RDF.type, SH.ValidationResult):
        focus, path, message = (results.value(result, p) for p in (SH.focusNode, SH.resultPath, SH.resultMessage))
        yield f"{focus}: {path or 'shape'}: {message}"
