"""The pipeline: files in, ledger out. Stopped at any moment and called again it ends in the same state."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from graphkit.extractors import Extractor, checked
from graphkit.ledger import Ledger
from graphkit.model import Failure, NoReport, Report
from graphkit.reading import Found, read_paths
from graphkit.reading.fields import level

#: Reports that are read together: enough for full batches of the recogniser, little memory.
CHUNK = 32


@dataclass(slots=True)
class Outcome:
    """What a build did. failures: listed with reason; empty: inputs that hold no report."""

    added: int = 0
    skipped: int = 0
    statements: int = 0
    refused: int = 0
    failures: list[Failure] = field(default_factory=list)
    empty: list[NoReport] = field(default_factory=list)
    seconds: float = 0.0


Progress = Callable[[Outcome], None]


def build(
    ledger: Ledger, paths: Iterable[str | Path], extractor: Extractor, progress: Progress | None = None
) -> Outcome:
    """Read reports from `paths` into the ledger, one transaction a report.

    A report that is in (same bytes, same extractor version) is skipped, a changed one replaced; an input that
    fails is listed with its reason and costs nothing else. Raises LedgerError when the ledger cannot be written.
    """
    outcome = Outcome()
    started = time.monotonic()
    for chunk in _chunks(_fresh(ledger, read_paths(paths), extractor, outcome)):
        for reading in checked(extractor.read(chunk)):
            place = level(reading.report)
            ledger.put(reading, place.value if place else "", extractor.name, extractor.version)
            outcome.added += 1
            outcome.statements += len(reading.statements)
            outcome.refused += len(reading.refused)
        outcome.seconds = time.monotonic() - started
        if progress is not None:
            progress(outcome)
    outcome.seconds = time.monotonic() - started
    return outcome


def _fresh(ledger: Ledger, found: Iterable[Found], extractor: Extractor, outcome: Outcome) -> Iterator[Report]:
    """Reports that have to be read; the rest is counted."""
    seen: dict[str, tuple[str, str]] = {}
    for item in found:
        if isinstance(item, Failure):
            _fail(ledger, item, outcome)
        elif isinstance(item, NoReport):
            outcome.empty.append(item)
            ledger.forgive(item.source)
        elif item.id in seen and seen[item.id][0] != item.fingerprint:
            reason = f"the id {item.id!r} was already given to {seen[item.id][1]}, which says something else; give it another id"
            _fail(ledger, Failure(item.source, reason), outcome)
        elif item.id in seen or ledger.has(item, extractor.name, extractor.version):
            seen.setdefault(item.id, (item.fingerprint, item.source))
            outcome.skipped += 1
            ledger.forgive(item.source)
        else:
            seen[item.id] = (item.fingerprint, item.source)
            yield item


def _fail(ledger: Ledger, failure: Failure, outcome: Outcome) -> None:
    outcome.failures.append(failure)
    ledger.fail(failure)


def _chunks(reports: Iterable[Report]) -> Iterator[list[Report]]:
    chunk: list[Report] = []
    for report in reports:
        chunk.append(report)
        if len(chunk) >= CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
