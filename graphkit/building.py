"""The pipeline: files in, ledger out. Stopped at any moment and called again it ends in the same state."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from graphkit.errors import GraphkitError
from graphkit.extractors import Extractor, checked
from graphkit.ledger import Ledger
from graphkit.model import Failure, NoReport, Reading, Report
from graphkit.reading import Found, list_paths, read_input, read_paths
from graphkit.reading.fields import level

#: Reports that are read together: enough for full batches of the recogniser, little memory.
CHUNK = 32


@dataclass(slots=True)
class Outcome:
    """What a build did. failures: listed with reason; empty: inputs that hold no report.

    seen: id of each report of this run → its fingerprint and source.
    """

    added: int = 0
    skipped: int = 0
    statements: int = 0
    refused: int = 0
    failures: list[Failure] = field(default_factory=list)
    empty: list[NoReport] = field(default_factory=list)
    seconds: float = 0.0
    seen: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def done(self) -> int:
        """Inputs that are behind us."""
        return self.added + self.skipped + len(self.failures) + len(self.empty)

    def count(self, reading: Reading) -> None:
        self.added += 1
        self.statements += len(reading.statements)
        self.refused += len(reading.refused)


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
    finished: list[str] = []
    try:
        for reading in _readings(_fresh(ledger, list_paths(paths), extractor, outcome, finished), extractor, outcome):
            place = level(reading.report)
            ledger.put(reading, place.value if place else "", extractor.name, extractor.version)
            outcome.count(reading)
            outcome.seconds = time.monotonic() - started
            if progress is not None and outcome.added % CHUNK == 0:
                progress(outcome)
    except KeyboardInterrupt:
        ledger.replace_failures(finished, outcome.failures)
        raise
    ledger.replace_failures(finished, outcome.failures)
    outcome.seconds = time.monotonic() - started
    if progress is not None:
        progress(outcome)
    return outcome


def read_in_chunks(paths: Iterable[str | Path], extractor: Extractor, outcome: Outcome) -> Iterator[Reading]:
    """Readings of all reports of `paths` without a ledger; what fails is counted in `outcome`."""
    started = time.monotonic()
    for reading in _readings(_reports(read_paths(paths), outcome), extractor, outcome):
        outcome.count(reading)
        outcome.seconds = time.monotonic() - started
        yield reading


def _reports(found: Iterable[Found], outcome: Outcome) -> Iterator[Report]:
    for item in found:
        if isinstance(item, Failure):
            outcome.failures.append(item)
        elif isinstance(item, NoReport):
            outcome.empty.append(item)
        else:
            yield item


def _fresh(
    ledger: Ledger, paths: Iterable[str | Path], extractor: Extractor, outcome: Outcome, finished: list[str]
) -> Iterator[Report]:
    """Reports that have to be read; those that are in already are counted, files read to their end are `finished`."""
    for path in paths:
        for report in _reports(read_input(path), outcome):
            known = outcome.seen.get(report.id)
            if known is not None and known[0] != report.fingerprint:
                reason = f"the id {report.id!r} was already given to {known[1]}, which says something else; give it another id"
                outcome.failures.append(Failure(report.source, reason))
                continue
            outcome.seen.setdefault(report.id, (report.fingerprint, report.source))
            if known is not None or ledger.has(report, extractor.name, extractor.version):
                outcome.skipped += 1
            else:
                yield report
        finished.append(str(path))


def _readings(reports: Iterable[Report], extractor: Extractor, outcome: Outcome) -> Iterator[Reading]:
    """Checked readings; a report on which the extractor fails becomes a failure and stops nothing else."""
    for chunk in _chunks(reports):
        done = 0
        try:
            for reading in checked(extractor.read(chunk)):
                done += 1
                yield reading
        except GraphkitError:
            raise
        except Exception:
            yield from _one_by_one(chunk[done:], extractor, outcome)


def _one_by_one(reports: list[Report], extractor: Extractor, outcome: Outcome) -> Iterator[Reading]:
    for report in reports:
        try:
            readings = list(checked(extractor.read([report])))
        except GraphkitError:
            raise
        except Exception as error:
            reason = f"report {report.id}: the extractor {extractor.name} failed on it: {type(error).__name__}: {error}"
            outcome.failures.append(Failure(report.source, reason))
        else:
            yield from readings


def _chunks(reports: Iterable[Report]) -> Iterator[list[Report]]:
    chunk: list[Report] = []
    for report in reports:
        chunk.append(report)
        if len(chunk) >= CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
