"""The build pipeline. An interrupted build that is repeated ends with the same ledger."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from graphkit.building.batch import CHUNK, Item, Other, process_part, readings
from graphkit.building.messages import BuildLog
from graphkit.building.outcome import Outcome
from graphkit.building.writer import Writer
from graphkit.errors import UsageError
from graphkit.extractors import Extractor
from graphkit.ledger import Ledger
from graphkit.ledger.overview import FIELDS
from graphkit.model import Failure, Ignored, NoReport, NotRead, Reading
from graphkit.reading import (
    Inputs,
    Listing,
    Part,
    ReadingOptions,
    Reports,
    cut,
    is_in_memory,
    list_inputs,
    parts_in_memory,
    read_paths,
    under_options,
)
from graphkit.reading.arrivals import as_they_arrive
from graphkit.reading.naming import source_name
from graphkit.resolution.spread import Spread

Progress = Callable[[Outcome], None]


class Engine(StrEnum):
    """Where reports are read: processes on this machine, or the nodes of a Ray cluster."""

    local = "local"
    ray = "ray"


def build(
    ledger: Ledger,
    reports: Reports,
    extractor: Extractor,
    progress: Progress | None = None,
    *,
    workers: int = 1,
    engine: Engine | str = Engine.local,
    shards: str = "",
    afterwards: Callable[[Spread], object] | None = None,
    options: ReadingOptions | None = None,
) -> Outcome:
    """Read reports from files or from memory into the ledger, with one transaction for each part.

    Unchanged reports that the same extractor version has read are skipped; changed reports are replaced. Failed inputs
    are listed with the reason and do not affect others. The result does not depend on the engine or the number of
    workers. workers: number of processes; 1 reads in this process. engine, shards: see graphkit.building.ray_cluster.
    options: paths of fields and site rules (graphkit.reading.reading_options). afterwards: on a cluster, called at the
    end with a function that distributes work over the nodes.
    Raises UsageError for a path that does not exist, and LedgerError if the ledger cannot be written.
    """
    if workers < 1:
        raise UsageError(f"workers={workers}: at least one worker is required")
    inputs, listing, outcome = Inputs(reports), Listing(), Outcome()
    if inputs.paths:
        # A path that does not exist is an error before anything is read.
        _list(inputs.paths, listing, outcome)
    started, log = time.monotonic(), BuildLog()
    finished: list[str] = []
    running = _engine(ledger, extractor, workers, Engine(engine), shards)
    with _gc_frozen(), under_options(options), running as (results, spread):
        try:
            with Writer(ledger, outcome, lambda part: _read_here(ledger, part, extractor)) as writer:
                for part, items in results(_parts(ledger, inputs, listing, outcome)):
                    writer.write_part(part, items)
                    finished += [source_name(piece.path) for piece in part if piece.last]
                    _report(outcome, started, progress)
                    log.progress(outcome)
        except KeyboardInterrupt:
            _store_failures(ledger, finished, outcome)
            raise
        _store_failures(ledger, finished, outcome, [source_name(folder) for folder in listing.folders])
        if afterwards is not None and spread is not None:
            afterwards(spread)
    outcome.warnings = outcome.field_use.warnings(options)
    _report(outcome, started, progress)
    log.end(outcome)
    return outcome


def _roots(ledger: Ledger, listing: Listing) -> frozenset[str]:
    """Return the folders below which ids are locations; files of folders that were read before keep their ids."""
    ledger.add_roots(listing.roots)
    return listing.roots | ledger.roots()


def _read_here(ledger: Ledger, part: Part, extractor: Extractor) -> Iterator[Item]:
    """Return the results for a part, read in this process."""
    return process_part(part, extractor, lambda i, f: ledger.has(i, f, extractor.name, extractor.version))


def _list(paths: Iterable[str | Path], listing: Listing, outcome: Outcome) -> None:
    """Find the files of paths, and list those that are skipped."""
    found = list_inputs(paths)
    for skipped in found.skipped:
        outcome.list(skipped)
    listing.paths, listing.skipped = found.paths, found.skipped
    listing.folders, listing.roots = found.folders, found.roots


def _parts(ledger: Ledger, inputs: Inputs, listing: Listing, outcome: Outcome) -> Iterator[Part]:
    """Yield the parts of the reports in memory, and then those of the files."""
    listed = len(inputs.paths)
    yield from parts_in_memory(inputs.reports())
    if len(inputs.paths) > listed:
        _list(inputs.paths, listing, outcome)
    yield from cut(listing.paths, _roots(ledger, listing))


def _report(outcome: Outcome, started: float, progress: Progress | None) -> None:
    outcome.seconds = time.monotonic() - started
    if progress is not None:
        progress(outcome)


def _store_failures(ledger: Ledger, finished: list[str], outcome: Outcome, folders: Iterable[str] = ()) -> None:
    """List the inputs without a report in the ledger, except those in memory, which cannot be read again."""
    failures = [f for f in outcome.failures if not is_in_memory(f.source)]
    others: list[NoReport | NotRead | Ignored] = [*outcome.not_read, *outcome.empty, *outcome.ignored]
    ledger.replace_failures(finished, failures, [o for o in others if not is_in_memory(o.source)], folders)


def read_in_chunks(
    paths: Iterable[str | Path], extractor: Extractor, outcome: Outcome, options: ReadingOptions | None = None
) -> Iterator[Reading]:
    """Yield the readings of all reports in `paths` without a ledger; counts and failures are added to `outcome`."""
    started = time.monotonic()
    for item in _readings(list(paths), extractor, options):
        if isinstance(item, (Failure, NoReport, Ignored)):
            outcome.list(item)
        elif isinstance(item, Reading):
            known = {name: bool(getattr(item.report, name)) for name in FIELDS}
            outcome.count(item.report.id, len(item.statements), item.refused, known)
            outcome.count_unread_date(item.report.source, item.report.unread_date)
            outcome.count_note(item.report.source, item.report.note)
            outcome.field_use.add_item(item.report)
            outcome.seconds = time.monotonic() - started
            yield item
    outcome.warnings = outcome.field_use.warnings(options)


def _readings(
    paths: list[str | Path], extractor: Extractor, options: ReadingOptions | None
) -> Iterator[Reading | Other]:
    found = read_paths(paths, options)
    if "-" not in paths:
        yield from readings(found, extractor)
        return
    for arrived in as_they_arrive(found, CHUNK):
        yield from readings(arrived, extractor)


@contextmanager
def _gc_frozen() -> Iterator[None]:
    """Exclude existing objects from garbage collection: lexicons and models are some 200,000 permanent objects."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


Results = Callable[[Iterator[Part]], Iterable[tuple[Part, Iterable[Item]]]]


@contextmanager
def _engine(
    ledger: Ledger, extractor: Extractor, workers: int, engine: Engine, shards: str
) -> Iterator[tuple[Results, Spread | None]]:
    """Yield a function that processes parts in order, and on a cluster a function that distributes other work."""
    if engine is Engine.ray:
        from graphkit.building.ray_cluster import Cluster

        with Cluster(ledger, extractor, shards) as cluster:
            yield cluster.results, cluster.spread
    elif workers > 1:
        from graphkit.building.processes import Workers, items_of

        with Workers(workers, extractor, items_of, str(ledger.path.parent)) as pool:
            yield pool.results, None
    else:
        yield lambda parts: ((part, _read_here(ledger, part, extractor)) for part in parts), None
