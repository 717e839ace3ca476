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

from graphkit.errors import (
    DamagedError,
    ExportError,
    FieldError,
    GrammarError,
    GraphkitError,
    GraphkitWarning,
    LedgerError,
    QueryError,
    ReadingError,
    SchemaError,
    ServerError,
    UsageError,
    WorkerError,
)
from graphkit.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphkit.building.many import OnFailure
    from graphkit.building.outcome import Outcome
    from graphkit.evaluation.gold import gold_record
    from graphkit.evaluation.scoring import score
    from graphkit.graph import Graph
    from graphkit.model import (
        Claim,
        Entity,
        Evidence,
        Failure,
        Level,
        Mention,
        NoReport,
        Passage,
        Reading,
        Report,
        Statement,
        Status,
        quote,
    )
    from graphkit.phrases.api import Phrases
    from graphkit.reading.in_memory import Reports
    from graphkit.reading.options import Fields, Rules
    from graphkit.review.queue import Review
    from graphkit.stores.neo4j.database import Neo4jAddress
    from graphkit.stores.sparql.endpoint import SparqlAddress
    from graphkit.vocabulary import Relation

__all__ = [
    "Claim",
    "DamagedError",
    "Entity",
    "Evidence",
    "ExportError",
    "Failure",
    "FieldError",
    "GrammarError",
    "Graph",
    "GraphkitError",
    "GraphkitWarning",
    "LedgerError",
    "Level",
    "Mention",
    "Neo4jAddress",
    "NoReport",
    "Outcome",
    "Passage",
    "Phrases",
    "QueryError",
    "Reading",
    "ReadingError",
    "Relation",
    "Report",
    "Review",
    "SchemaError",
    "ServerError",
    "SparqlAddress",
    "Statement",
    "Status",
    "UsageError",
    "WorkerError",
    "__version__",
    "extract",
    "extract_many",
    "gold_record",
    "open",
    "quote",
    "score",
]

_MODEL = (
    "Claim",
    "Entity",
    "Evidence",
    "Failure",
    "Level",
    "Mention",
    "NoReport",
    "Passage",
    "Reading",
    "Report",
    "Statement",
    "Status",
    "quote",
)
#: Names that are imported on first access, so that `import graphkit` is fast.
_LAZY = {
    "Graph": "graphkit.graph",
    "Neo4jAddress": "graphkit.stores.neo4j.database",
    "Outcome": "graphkit.building.outcome",
    "Phrases": "graphkit.phrases.api",
    "Relation": "graphkit.vocabulary",
    "Review": "graphkit.review.queue",
    "SparqlAddress": "graphkit.stores.sparql.endpoint",
    "gold_record": "graphkit.evaluation.gold",
    "score": "graphkit.evaluation.scoring",
    **dict.fromkeys(_MODEL, "graphkit.model"),
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
    report comes from (山西省临汾市), which completes 市委 and 我市. Raises ReadingError for a text that is empty or cannot
    be read, and UsageError for an argument that is not a string and for a date that is not a calendar day.
    """
    from graphkit.building.many import extract
    from graphkit.model import Report

    return extract(Report(id=id, text=text, title=title, date=date, place=place), extractor)


def extract_many(
    reports: Reports,
    *,
    workers: int = 1,
    batch: int = 64,
    extractor: str = "",
    fields: Fields | None = None,
    site_rules: Rules | None = None,
    on_failure: OnFailure | None = None,
) -> Iterator[Reading]:
    """Yield the readings of many reports in the order of the inputs; reports are read in batches.

    reports: a path, a dictionary with the fields of JSON files, a `Report`, or an iterable of them, for example a
    database cursor or a data frame. Of an iterator, files follow after everything else. workers: number of processes.
    batch: number of items in memory that are read together, 1–64; with 1, the reading of an item is yielded before the
    next item is requested. fields, site_rules: as in `Graph.build`. on_failure: called with each input that cannot be
    read or contains no report; its `source` is the file or the index (`reports[3]`). Without it, the first one raises
    ReadingError.
    Raises UsageError for a path that does not exist and for invalid options.
    """
    from graphkit.building.many import extract_many
    from graphkit.reading.options import reading_options

    return extract_many(reports, workers, batch, extractor, reading_options(fields, site_rules), on_failure)
