"""The work on one part of the inputs: read, extract, check. The same in every engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from graphkit.errors import GraphkitError
from graphkit.extractors import Extractor, checked
from graphkit.ledger import Entry, entry_of
from graphkit.model import Failure, Ignored, NoReport, Reading, Report
from graphkit.reading import Found, Part, read_piece

#: Reports that are extracted together: enough for full batches of the recogniser, little memory.
CHUNK = 64


@dataclass(frozen=True, slots=True)
class Read:
    """A report that was read anew. source: the file it came from. unread_date: as in `Report`."""

    entry: Entry
    source: str
    unread_date: str = ""

    @property
    def id(self) -> str:
        return self.entry.id

    @property
    def fingerprint(self) -> str:
        return self.entry.fingerprint


@dataclass(frozen=True, slots=True)
class Known:
    """A report that is in the graph already."""

    id: str
    fingerprint: str
    source: str


Other = Known | Failure | NoReport | Ignored
Item = Read | Other
#: (id, fingerprint) → is this very report in the graph?
IsKnown = Callable[[str, str], bool]


def process_part(part: Part, extractor: Extractor, is_known: IsKnown) -> Iterator[Item]:
    """What became of each report of a part; reports that have to be read are extracted CHUNK at a time."""
    found = (item for piece in part for item in read_piece(piece))
    for item in readings(_without_known(found, is_known), extractor):
        if isinstance(item, Reading):
            yield Read(entry_of(item, extractor.name, extractor.version), item.report.source, item.report.unread_date)
        else:
            yield item


def _without_known(found: Iterable[Found], is_known: IsKnown) -> Iterator[Found | Known]:
    for item in found:
        if isinstance(item, Report) and is_known(item.id, item.fingerprint):
            yield Known(item.id, item.fingerprint, item.source)
        else:
            yield item


def readings(found: Iterable[Report | Other], extractor: Extractor) -> Iterator[Reading | Other]:
    """Reports are replaced by their checked readings, or by a failure; all the rest goes through. The order stays."""
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
    except GraphkitError:
        raise
    except Exception:
        pass  # The one that it fails on is looked for below.
    for report in reports[done:]:
        yield _extract_alone(report, extractor)


def _extract_alone(report: Report, extractor: Extractor) -> Reading | Failure:
    try:
        (reading,) = checked(extractor.read([report]))
    except GraphkitError:
        raise
    except Exception as error:
        return Failure(report.source, f"report {report.id}: the extractor {extractor.name} failed on it: {type(error).__name__}: {error}")
    return reading
