"""All that views are made from: reports, statements, entities and claims, read as they are needed.

The ledger is seen as it was when the content was opened, whatever is written to it meanwhile. Entities and claims lie in a
working file, a view like the others, so that the memory of an export or a load does not grow with the number of reports.
"""

from __future__ import annotations

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

#: Changes when views of the same ledger would look otherwise.
VIEW_VERSION = "8"


def content_key(ledger: Ledger) -> str:
    """The key of what is made from a ledger in its present state: equal keys, equal views."""
    return f"{VIEW_VERSION}-{ledger.content_key()}"


def build_content(ledger: Ledger, path: Path, spread: Spread = here) -> None:
    """Write entities and claims into a new working file. Raises DamagedError for a statement that may not be shown.

    spread: where names are worked on.
    """
    tables = Tables(path)
    resolve(
        tables,
        ((row.report, statements) for row, statements in sound_reports(ledger)),
        ledger.decisions_on_names(),
        spread,
    )
    make_claims(tables, ((row.report, statements) for row, statements in reports_of(ledger)))
    tables.finish()
    tables.close()


def reports_of(ledger: Ledger) -> Iterator[tuple[ReportRow, list[Statement]]]:
    """Reports with their text and their statements, in order of id.

    Raises DamagedError for a statement without a report.
    """
    said = groupby(ledger.statements(), attrgetter("report"))
    waiting = next(said, None)
    for row in ledger.reports(text=True):
        statements: list[Statement] = []
        if waiting is not None and waiting[0] == row.report.id:
            statements = list(waiting[1])
            waiting = next(said, None)
        yield row, statements
    if waiting is not None:
        raise _damaged(ledger, waiting[0], "its report is not in")


def sound_reports(ledger: Ledger) -> Iterator[tuple[ReportRow, list[Statement]]]:
    """The same. Raises DamagedError for a statement that the schema or its report's text forbids: no view may show it."""
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
    """One state of a graph. Everything is iterated in its fixed order: reports and statements by report, the rest by id.

    key: equal keys, equal views.
    """

    def __init__(
        self, ledger: Ledger, path: Path, facts: Callable[[Content], Path], graph: Callable[[Content], PropertyGraph]
    ) -> None:
        """ledger: a snapshot, closed with the content. path: of the working file. facts, graph: make those of phrases and rows."""
        self.ledger = ledger
        self._tables = Tables(path, read_only=True)
        self._make_facts = facts
        self._make_graph = graph
        self._facts: PhraseFacts | None = None
        self.key = content_key(ledger)
        self.resolution = Resolution(self._tables)
        self.claims = Claims(self._tables)

    def close(self) -> None:
        self._tables.close()
        if self._facts is not None:
            self._facts.close()
        self.ledger.close()

    def tables_with(self, path: Path, name: str) -> Tables:
        """The tables `entity`, `mention`, `claim` and `evidence`, with those of another working file beside them, as `name.table`."""
        self._tables.attach(path, name)
        return self._tables

    def __len__(self) -> int:
        """Number of reports."""
        return self.ledger.counts()["reports"]

    def by_report(self) -> Iterator[tuple[ReportRow, list[Statement]]]:
        """Reports with their text and their statements."""
        return reports_of(self.ledger)

    def reports(self) -> Iterator[ReportRow]:
        """Reports without their text."""
        return self.ledger.reports()

    def report(self, report_id: str) -> Report | None:
        """One report with its text."""
        row = self.ledger.report(report_id)
        return None if row is None else row.report

    def statements(self) -> Iterator[Statement]:
        return self.ledger.statements()

    def phrases(self) -> PhraseFacts:
        """What is known of each Phrase entity; found when it is first asked for."""
        if self._facts is None:
            self._facts = PhraseFacts(self._make_facts(self) if self.resolution.has("Phrase") else None)
        return self._facts

    def property_graph(self) -> PropertyGraph:
        """Nodes and relationships."""
        return self._make_graph(self)
