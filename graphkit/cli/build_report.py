"""The report of a build: what was read, what was not read and why, and which reports need attention."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from graphkit.building import Outcome
from graphkit.export.build_report import BuildReport, Line
from graphkit.graph import Graph
from graphkit.ledger.overview import Overview

ReportOption = Annotated[
    Path | None,
    typer.Option(
        "--report",
        metavar="FILE",
        help="Also write a report about the whole graph to this file (.html, a web page, or .csv, a table). It lists the "
        "inputs that were not read, with the reasons; reports without date, place or publisher, or with a place that was "
        "inferred from the name of the publisher; duplicate and similar reports; and ids to which a suffix was added "
        "because different reports had the same id.",
        show_default=False,
    ),
]


def build_report(graph: Graph, overview: Overview, outcome: Outcome | None = None) -> BuildReport:
    """Return the report on a graph. outcome: that of the build before; without it, only the graph is described."""
    counts = graph.ledger.counts()
    numbers: dict[str, int | str] = {"reports in the graph": counts["reports"]}
    if outcome is not None:
        numbers |= {
            "read in this build": outcome.added,
            "already in the graph": outcome.skipped,
            "repeated in this build": outcome.repeated,
        }
    numbers |= {
        "failed": counts["failed"],
        "not read": counts["not_read"],
        "no report": counts["no_report"],
        "ignored": counts["ignored"],
        **{f"without {name}": len(ids) for name, ids in overview.without.items()},
        "with a place from the name of the publisher": len(overview.inferred),
        "in several files": len(overview.repeated),
        "with the text of another report": sum(len(ids) - 1 for ids in overview.equal),
        "similar to another report": len(overview.similar),
        "with a suffix in the id": sum(map(len, overview.suffixed.values())),
    }
    return BuildReport(numbers, [*_inputs(graph), *_reports(overview)])


def _inputs(graph: Graph) -> Iterator[Line]:
    for failure in graph.ledger.failures():
        yield Line("failed", failure.source, failure.reason)
    others = graph.ledger.not_read()
    for kind in ("no report", "ignored"):
        yield from (Line(kind, o.source, o.reason) for o in others if o.kind == kind)
    for other in others:
        if other.kind not in ("no report", "ignored"):
            yield Line("not read", other.source, f"{other.kind}: {other.reason}")


def _reports(overview: Overview) -> Iterator[Line]:
    for base, reports in overview.suffixed.items():
        reason = f"another report has the id {base} and different content"
        yield from (Line("id with a suffix", r.report, f"{reason}; in {' | '.join(r.files)}") for r in reports)
    for repeated in overview.repeated:
        yield Line("in several files", repeated.report, " | ".join(repeated.files))
    for first, *copies in overview.equal:
        yield from (Line("equal text", report, f"the same text as {first}") for report in copies)
    for found in overview.similar:
        about = f"about {found.similarity:.0%} in common with {found.other}; this is a hint only"
        yield Line("similar text", found.report, about)
    for name, ids in overview.without.items():
        yield from (Line(f"without {name}", report, "") for report in ids)
    for one in overview.inferred:
        yield Line("place from the name of the publisher", one.report, f"{one.place} from {one.publisher}")


def attention(overview: Overview) -> dict[str, Any]:
    """Return the overview for JSON output."""
    return {
        "reports_in_several_files": [asdict(r) for r in overview.repeated],
        "ids_with_suffix": [
            {"id": base, "reports": [asdict(r) for r in reports]} for base, reports in overview.suffixed.items()
        ],
        "equal_texts": overview.equal,
        "similar_texts": [asdict(s) for s in overview.similar],
        "reports_without": overview.without,
        "places_from_publishers": [asdict(i) for i in overview.inferred],
    }
