"""Readings of reports without a graph: of one text, and of many reports in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from graphkit.building.batch import Other, read_part
from graphkit.errors import ReadingError, UsageError
from graphkit.extractors import Extractor, checked, load_extractor
from graphkit.model import Failure, Ignored, NoReport, Reading, Report
from graphkit.reading import Inputs, Part, ReadingOptions, Reports, cut, list_inputs, parts_in_memory
from graphkit.reading.decoding import check_length, check_text
from graphkit.reading.fields import describe
from graphkit.reading.options import each_under
from graphkit.reading.parts import PART_ROWS

#: Called with an input that could not be read or contains no report.
OnFailure = Callable[[Failure | NoReport], object]


def extract(report: Report, extractor: str) -> Reading:
    """Return the reading of a report after checking its fields. See `graphkit.extract`."""
    for name in ("text", "id", "title", "date", "place"):
        value = getattr(report, name)
        if not isinstance(value, str):
            raise UsageError(f"{name}: a string was expected, not {type(value).__name__}")
    if not any(c.isalnum() for c in report.text):
        raise ReadingError(report.id or "text", "the text is empty: it contains no letter, digit or Chinese character")
    check_length(report.text, report.id)
    found = describe(
        Report(report.id, check_text(report.text, report.id), report.title, report.date, place=report.place)
    )
    if found.unread_date:
        raise UsageError(f"date: {report.date[:80]!r} is not a day in the form YYYY-MM-DD")
    return next(iter(checked(load_extractor(extractor).read([found]))))


def extract_many(
    reports: Reports, workers: int, batch: int, extractor: str, options: ReadingOptions, on_failure: OnFailure | None
) -> Iterator[Reading]:
    """Yield the readings of reports in the order of the inputs. See `graphkit.extract_many`."""
    if workers < 1:
        raise UsageError(f"workers={workers}: at least one worker is required")
    if not 1 <= batch <= PART_ROWS:
        raise UsageError(f"batch={batch}: a number from 1 to {PART_ROWS} is required")
    inputs, reader = Inputs(reports), load_extractor(extractor)
    if inputs.paths:
        list_inputs(inputs.paths)  # A path that does not exist is an error before anything is read.
    return _checked(each_under(options, _read(inputs, workers, batch, reader)), on_failure)


def _checked(items: Iterable[Reading | Other], on_failure: OnFailure | None) -> Iterator[Reading]:
    for item in items:
        if isinstance(item, Reading):
            yield item
        elif isinstance(item, (Failure, NoReport)):
            if on_failure is None:
                raise ReadingError(item.source, item.reason)
            on_failure(item)


def _read(inputs: Inputs, workers: int, batch: int, extractor: Extractor) -> Iterator[Reading | Other]:
    if workers == 1:
        for part in _parts(inputs, batch):
            yield from read_part(part, extractor)
        return
    from graphkit.building.processes import Workers, readings_of

    with Workers(workers, extractor, readings_of) as pool:
        for _, items in pool.results(_parts(inputs, batch)):
            yield from items


def _parts(inputs: Inputs, batch: int) -> Iterator[Part]:
    yield from parts_in_memory(inputs.reports(), batch)
    if inputs.paths:
        listing = list_inputs(inputs.paths)
        skipped = [item for item in listing.skipped if not isinstance(item, Ignored)]
        yield from parts_in_memory(skipped)
        yield from cut(listing.paths, listing.roots)
