"""Validation of a graph: statements against the schema and the text, RDF against the SHACL shapes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from typing import Any

from graphkit.errors import DamagedError, SchemaError
from graphkit.export.rdf_files import rdflib_term
from graphkit.ledger import Ledger
from graphkit.review.queue import invalid_decisions
from graphkit.schema import load_schema
from graphkit.schema.shacl import shapes
from graphkit.schema.values import report_flaws
from graphkit.stores.content import Content
from graphkit.stores.rdf.quads import RdfGraph, parsed

#: Number of reports whose RDF is validated together; it limits the memory. No shape spans several reports.
REPORTS_AT_ONCE = 50


def check_integrity(ledger: Ledger) -> Iterator[str]:
    """Yield a line for damage to the file, and for each report or decision that does not agree with its digest."""
    try:
        ledger.check(thorough=True)
        yield from ledger.problems()
        ids = ledger.ids()
    except DamagedError as error:
        yield str(error)
        return
    for report_id in ids:
        try:
            yield from ledger.report_problems(report_id)
            row = ledger.report(report_id)
            if row is not None and not ledger.has_text(row.report):
                yield f"{report_id}: text or fields of the report do not agree with its fingerprint"
        except DamagedError as error:
            yield f"{report_id}: {error}"


def check_statements(ledger: Ledger) -> Iterator[str]:
    """Yield a line for each report field that exports cannot represent, and for each statement that is invalid."""
    schema = load_schema()
    for report_id in ledger.ids():
        try:
            row = ledger.report(report_id)
            statements = list(ledger.statements(report_id))
            passages = [(p.start, p.end) for p in ledger.passages(report_id)]
        except DamagedError:
            # check_integrity reports this damage.
            continue
        if row is None:
            continue
        for field, reason in report_flaws(row.report):
            yield f"{report_id}: {field}: {reason}"
        for start, end in passages:
            if not 0 <= start <= end <= len(row.report.text):
                yield f"{report_id}:{start}-{end}: this passage is outside the text"
        for statement in statements:
            try:
                schema.check(statement, row.report)
            except SchemaError as error:
                yield f"{statement.report}:{statement.start}-{statement.end}: {statement.rule}: {error}"


def check_decisions(ledger: Ledger) -> Iterator[str]:
    """Yield a line for each decision that is ignored because it is damaged or invalid."""
    for found in invalid_decisions(ledger):
        yield f"decision {found.key} is ignored: {found.reason}"


def check_shapes(content: Content) -> Iterator[str]:
    """Yield a line for each violation of the SHACL shapes in the RDF of the content."""
    import pyshacl

    rdf = RdfGraph(content)
    rows = content.by_report()
    while batch := list(islice(rows, REPORTS_AT_ONCE)):
        graph = _union(parsed(rdf.part(batch)))
        _, results, _ = pyshacl.validate(graph, shacl_graph=_shapes_graph(), inference="none")
        yield from sorted(_messages(results))


@cache
def _shapes_graph() -> Any:
    import rdflib

    return rdflib.Graph().parse(data=shapes(), format="turtle")


def _union(found: Iterable[Any]) -> Any:
    """Return one graph with all quads: the shapes combine statements, entities and reports."""
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
