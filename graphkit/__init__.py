"""graphkit builds a knowledge graph from Chinese official news reports.

>>> import graphkit
>>> graph = graphkit.open("graph", create=True)        # doctest: +SKIP
>>> graph.build("examples/reports")                    # doctest: +SKIP
>>> graph.cypher("MATCH (p:Person)-[v:VISITED]->(s) RETURN p.name, s.name, v.evidence")   # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphkit.errors import GraphkitError
from graphkit.version import __version__

if TYPE_CHECKING:
    from graphkit.graph import Graph
    from graphkit.model import Claim, Entity, Evidence, Reading, Report, Statement, Status

__all__ = [
    "Claim",
    "Entity",
    "Evidence",
    "Graph",
    "GraphkitError",
    "Reading",
    "Report",
    "Statement",
    "Status",
    "__version__",
    "extract",
    "open",
]

#: Names that are imported on first access, so that `import graphkit` is fast.
_LAZY = {
    "Graph": "graphkit.graph",
    **dict.fromkeys(("Claim", "Entity", "Evidence", "Reading", "Report", "Statement", "Status"), "graphkit.model"),
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LAZY[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def open(folder: str | Path, *, create: bool = False) -> Graph:
    """Open a graph folder.

    create: create the graph if it does not exist. Raises LedgerError if the folder is not a graph or cannot be written.
    """
    from graphkit.graph import Graph

    return Graph(folder, create=create)


def extract(
    text: str, *, id: str = "report", title: str = "", date: str = "", place: str = "", extractor: str = ""
) -> Reading:
    """Extract the statements of one report; the quote of a statement is `text[statement.start:statement.end]`.

    date: publication date (`YYYY-MM-DD`), which completes days without a year. place: full name of the place that the
    report comes from (山西省临汾市), which completes 市委 and 我市. Raises ReadingError for a text that cannot be read,
    and UsageError for a date that is not a calendar day.
    """
    from graphkit.errors import UsageError
    from graphkit.extractors import checked, load_extractor
    from graphkit.model import Report
    from graphkit.reading.decoding import check_length, check_text
    from graphkit.reading.fields import describe

    check_length(text, id)
    report = describe(Report(id=id, text=check_text(text, id), title=title, date=date, place=place))
    if report.unread_date:
        raise UsageError(f"date: {date[:80]!r} is not a day in the form YYYY-MM-DD")
    return next(iter(checked(load_extractor(extractor).read([report]))))
