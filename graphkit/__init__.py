"""graphkit reads Chinese official news reports into a policy-phrase knowledge graph.

>>> import graphkit
>>> graph = graphkit.open("graph", create=True)        # doctest: +SKIP
>>> graph.build("examples/reports")                    # doctest: +SKIP
>>> graph.cypher("MATCH (p:Person)-[v:VISITED]->(s) RETURN p.name, s.name, v.evidence")   # doctest: +SKIP
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from graphkit.errors import GraphkitError
from graphkit.model import Claim, Entity, Evidence, Reading, Report, Statement, Status

if TYPE_CHECKING:
    from graphkit.graph import Graph

__all__ = [
    "Claim", "Entity", "Evidence", "Graph", "GraphkitError", "Reading", "Report", "Statement", "Status",
    "__version__", "extract", "open",
]
__version__ = "0.1.0"


def __getattr__(name: str) -> type[Graph]:
    """Import `Graph` and its dependencies (numpy, pyarrow, the stores) only when they are needed."""
    if name == "Graph":
        from graphkit.graph import Graph

        return Graph
    raise AttributeError(f"module 'graphkit' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def open(folder: str | Path, *, create: bool = False) -> Graph:
    """Open a graph folder.

    create: make it when it is not there. Raises LedgerError when it is no graph or cannot be written.
    """
    from graphkit.graph import Graph

    return Graph(folder, create=create)


def extract(
    text: str, *, id: str = "report", title: str = "", date: str = "", place: str = "", extractor: str = "offline"
) -> Reading:
    """Statements of one report's text, each with the exact characters that say it.

    date: publication date (`YYYY-MM-DD`), for days without a year. place: full name of the place that the report
    comes from (山西省临汾市), for 市委 and 我市. Raises ReadingError for a text that is none.
    """
    from graphkit.extractors import checked, load_extractor
    from graphkit.reading.decoding import check_length, check_text
    from graphkit.reading.fields import describe

    check_length(text, id)
    report = describe(Report(id=id, text=check_text(text, id), title=title, date=date, place=place))
    return next(iter(checked(load_extractor(extractor).read([report]))))
