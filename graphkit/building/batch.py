"""Processing of one part of the inputs: reading, extraction and validation. All engines use it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from graphkit.errors import GraphkitError, ReadingError
from graphkit.extractors import Extractor, checked
from graphkit.ledger import Entry, entry_of
from graphkit.model import Failure, Ignored, NoReport, Origin, Reading, Report
from graphkit.reading import Found, Part, read_piece

#: Number of reports that are extracted together: enough for full batches of the tagger, with little memory.
CHUNK = 64


@dataclass(frozen=True, slots=True)
class Read:
    """A report that was read. source: its file. unread_date, note, origin: as in `Report`."""

    entry: Entry
    source: str
    unread_date: str = ""
    note: str = ""
    origin: Origin | None = None

    @property
    def id(self) -> str:
        return self.entry.id

    @property
    def fingerprint(self) -> str:
        return self.entry.fingerprint


@dataclass(frozen=True, slots=True)
class Known:
    """A report that is already in the graph."""

    id: str
    fingerprint: str
    source: str
    origin: Origin | None = None


Other = Known | Failure | NoReport | Ignored
Item = Read | Other
#: (id, fingerprint) → whether the graph contains this version of the report.
IsKnown = Callable[[str, str], bool]


def process_part(part: Part, extractor: Extractor, is_known: IsKnown) -> Iterator[Item]:
    """Yield the result for each report of a part. New reports are extracted in chunks of CHUNK."""
    for item in readings(_without_known(_found(part), is_known), extractor):
        if isinstance(item, Reading):
            entry, report = entry_of(item, extractor.name, extractor.version), item.report
            yield Read(entry, report.source, report.unread_date, report.note, report.origin)
        else:
            yield item


def read_part(part: Part, extractor: Extractor) -> Iterator[Reading | Other]:
    """Yield the reading of each report of a part, and its other inputs, without a graph."""
    return readings(_found(part), extractor)


def _found(part: Part) -> Iterator[Found]:
    return (item for piece in part for item in read_piece(piece))


def _without_known(found: Iterable[Found], is_known: IsKnown) -> Iterator[Found | Known]:
    for item in found:
        if isinstance(item, Report) and is_known(item.id, item.fingerprint):
            yield Known(item.id, item.fingerprint, item.source, item.origin)
        else:
            yield item


def readings(found: Iterable[Report | Other], extractor: Extractor) -> Iterator[Reading | Other]:
    """Yield the items in order, with each report replaced by its validated reading or a failure."""
    waiting: list[Report | Other] = []
    reports: list[Report] = []
    for item in found:
        waiting.append(item)
        if isinstance(item, Report):
            reports.append(item)
        if len(reports) >= CHUNK:
            yield from _in_order(waiting, _extract_together(reports, extractor))
            waiting, reports = [], []
    yield from _in_order(waiting, _extract_together(reports, extractor))


def _in_order(waiting: list[Report | Other], read: Iterator[Reading | Failure]) -> Iterator[Reading | Other]:
    for item in waiting:
        if isinstance(item, Report):
            yield next(read)
        else:
            yield item


def _extract_together(reports: Sequence[Report], extractor: Extractor) -> Iterator[Reading | Failure]:
    done = 0
    try:
        for reading in checked(extractor.read(reports)) if reports else ():
            done += 1
            yield reading
    except ReadingError:
        pass  # The reports are read one by one below, to list the one that cannot be read.
    except GraphkitError:
        raise
    except Exception:
        pass  # The reports are read one by one below, to find the one that fails.
    for report in reports[done:]:
        yield _extract_alone(report, extractor)


def _extract_alone(report: Report, extractor: Extractor) -> Reading | Failure:
    try:
        (reading,) = checked(extractor.read([report]))
    except ReadingError as error:
        return Failure(report.source, f"report {report.id}: the extractor {extractor.name} failed: {error.reason}")
    except GraphkitError:
        raise
    except Exception as error:
        reason = f"report {report.id}: the extractor {extractor.name} failed: {type(error).__name__}: {error}"
        return Failure(report.source, reason)
    return reading
