"""The content of a graph: the reports, statements, entities and claims from which all views are built.

A content is a snapshot of the ledger: later changes of the ledger do not affect it. Entities and claims are read from a
working file, so that the memory that an export or a load needs does not grow with the number of reports.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from graphkit.errors import DamagedError, SchemaError
from graphkit.files.tables import Tables
from graphkit.ledger import Ledger, ReportRow
from graphkit.model import Report, Statement
from graphkit.resolution.claims import Claims, make_claims
from graphkit.resolution.resolver import Resolution, resolve
from graphkit.resolution.spread import Spread, here
from graphkit.schema import load_schema
from graphkit.stores.phrase_facts import PhraseFacts
from graphkit.stores.property_graph import PropertyGraph
from graphkit.stores.version import view_version


def content_key(ledger: Ledger) -> str:
    """Return the key of the present state of a ledger. Views with equal keys are equal."""
    return f"{view_version()}-{ledger.content_key()}"


def build_content(ledger: Ledger, path: Path, spread: Spread = here) -> None:
    """Write entities and claims to a new working file. Raises DamagedError for an invalid statement.

    spread: runs the resolution of names, in this process or in several processes.
    """
    tables = Tables(path)
    resolve(
        tables,
        ((row.report, statements) for row, statements in valid_reports(ledger)),
        ledger.decisions_on_names(),
        spread,
    )
    make_claims(tables, ((row.report, statements) for row, statements in reports_of(ledger)))
    tables.finish()
    tables.close()


def reports_of(ledger: Ledger) -> Iterator[tuple[ReportRow, list[Statement]]]:
    """Yield the reports with their text and their statements, ordered by id.

    Raises DamagedError for a statement without a report.
    """
    statements_by_report = groupby(ledger.statements(), attrgetter("report"))
    following = next(statements_by_report, None)
    for row in ledger.reports(text=True):
        statements: list[Statement] = []
        if following is not None and following[0] == row.report.id:
            statements = list(following[1])
            following = next(statements_by_report, None)
        yield row, statements
    if following is not None:
        raise _damaged(ledger, following[0], "its report is missing")


def valid_reports(ledger: Ledger) -> Iterator[tuple[ReportRow, list[Statement]]]:
    """Yield the reports like `reports_of`, and check their statements.

    Raises DamagedError for a statement that contradicts the schema or the text of its report.
    """
    schema = load_schema()
    for row, statements in reports_of(ledger):
        for statement in statements:
            try:
                schema.check(statement, row.report)
            except SchemaError as error:
                raise _damaged(ledger, row.report.id, str(error)) from None
        yield row, statements


def _damaged(ledger: Ledger, report_id: str, why: str) -> DamagedError:
    return DamagedError(f"{ledger.path}: a statement of report {report_id!r} is damaged ({why})")


class Content:
    """A snapshot of a graph. Reports and statements are ordered by report, entities and claims by id.

    key: identifies the snapshot; views with equal keys are equal.
    """

    def __init__(
        self, ledger: Ledger, path: Path, facts: Callable[[Content], Path], graph: Callable[[Content], PropertyGraph]
    ) -> None:
        """ledger: a snapshot, which is closed together with the content. path: path of the working file.

        facts: builds the working file of the phrase facts. graph: builds the property graph.
        """
        self.ledger = ledger
        self._tables = Tables(path, read_only=True)
        self._make_facts = facts
        self._make_graph = graph
        self._facts: PhraseFacts | None = None
        self._making = threading.RLock()
        self.key = content_key(ledger)
        self.resolution = Resolution(self._tables)
        self.claims = Claims(self._tables)

    def close(self) -> None:
        self._tables.close()
        if self._facts is not None:
            self._facts.close()
        self.ledger.close()

    def tables_with(self, path: Path, name: str) -> Tables:
        """Return the tables `entity`, `mention`, `claim` and `evidence`, and those of another working file.

        The tables of the other file are named `name.table`.
        """
        self._tables.attach(path, name)
        return self._tables

    def __len__(self) -> int:
        """Return the number of reports."""
        return self.ledger.counts()["reports"]

    def by_report(self) -> Iterator[tuple[ReportRow, list[Statement]]]:
        """Yield the reports with their text and their statements."""
        return reports_of(self.ledger)

    def reports(self) -> Iterator[ReportRow]:
        """Yield the reports without their text."""
        return self.ledger.reports()

    def report(self, report_id: str) -> Report | None:
        """Return a report with its text, or None."""
        row = self.ledger.report(report_id)
        return None if row is None else row.report

    def statements(self) -> Iterator[Statement]:
        """Yield all statements, ordered by report."""
        return self.ledger.statements()

    def phrases(self) -> PhraseFacts:
        """Return the facts about each Phrase entity. They are computed at the first call."""
        with self._making:
            if self._facts is None:
                self._facts = PhraseFacts(self._make_facts(self) if self.resolution.has("Phrase") else None)
            return self._facts

    def property_graph(self) -> PropertyGraph:
        """Return the nodes and relationships."""
        return self._make_graph(self)
