"""Reading in several processes on this machine; only the calling process writes.

Each worker loads the tagger once. The number of parts that are read at the same time is limited, so that memory does
not grow with the inputs. The parts of a worker that dies are read again; an input that kills its worker twice is a
failure.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import pickle
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import resource_tracker
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any, Generic, TypeVar

from graphkit.building.batch import Item, Other, process_part, read_part
from graphkit.errors import UsageError, WorkerError
from graphkit.extractors import Extractor
from graphkit.ledger import Ledger
from graphkit.model import Failure, Reading, Report
from graphkit.reading import Part, ReadingOptions, read_piece
from graphkit.reading.naming import source_name
from graphkit.reading.options import current_options, use_options
from graphkit.reading.sources import is_lines
from graphkit.wording import advice

#: Number of parts for each worker that are being read or are not yet written.
PARTS_PER_WORKER = 3
#: Number of times that an input may kill its worker before it is listed as a failure.
MAX_CRASHES = 2


T = TypeVar("T")
#: What a worker does with a part: a function of a module, which is sent to it by name.
Work = Callable[[Part, Extractor, Ledger | None], list[T]]


def items_of(part: Part, extractor: Extractor, ledger: Ledger | None) -> list[Item]:
    """Return the results for a part of a build."""
    assert ledger is not None
    return list(process_part(part, extractor, lambda i, f: ledger.has(i, f, extractor.name, extractor.version)))


def readings_of(part: Part, extractor: Extractor, ledger: Ledger | None) -> list[Reading | Other]:
    """Return the readings of a part, without a graph."""
    return list(read_part(part, extractor))


class Workers(Generic[T]):
    """A pool of `number` reading processes, as a context manager."""

    def __init__(self, number: int, extractor: Extractor, work: Work[T], folder: str = "") -> None:
        """work: what the processes do with a part. folder: the graph that they know, "" for none.

        Raises UsageError if the extractor cannot be sent to another process.
        """
        try:
            pickle.dumps(extractor)
        except Exception as error:
            raise UsageError(
                f"the extractor {extractor.name} does not support several processes: {error}; "
                + advice("use workers=1", "use it without --workers")
            ) from None
        self._number = number
        self._work = work
        self._arguments = (extractor, folder, current_options())
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Workers[T]:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def results(self, parts: Iterator[Part]) -> Iterator[tuple[Part, list[T | Failure]]]:
        """Yield the parts with the results for their reports, in order."""
        waiting: deque[tuple[Part, Future[list[T | Failure]]]] = deque()
        for part in parts:
            waiting.append((part, self._submit(part)))
            while len(waiting) >= PARTS_PER_WORKER * self._number or (waiting and _has_result(waiting[0][1])):
                yield self._next_result(waiting)
        while waiting:
            yield self._next_result(waiting)

    def _next_result(self, waiting: deque[tuple[Part, Future[list[T | Failure]]]]) -> tuple[Part, list[T | Failure]]:
        part, future = waiting[0]
        try:
            items = future.result()
        except BrokenProcessPool:
            # All submitted work is lost. The first part is read alone, the others are submitted again.
            self._stop()
            self._check_start()
            items = self._retry_alone(part)
            rest = list(waiting)[1:]
            waiting.clear()
            waiting.extend((p, f if _has_result(f) else self._submit(p)) for p, f in rest)
        else:
            waiting.popleft()
        return part, items

    def _check_start(self) -> None:
        """Raise WorkerError if no worker can be started."""
        try:
            with _sigint_blocked(), _without_main():
                first = self._running_pool().submit(os.getpid)
            first.result()
        except (BrokenProcessPool, OSError) as error:
            self._stop()
            raise WorkerError(f"the reading processes cannot be started ({error}); use fewer workers") from None

    def _retry_alone(self, part: Part, crashes: int = 0) -> list[T | Failure]:
        """Read a part while no other is being read; if its worker dies again, read it input by input."""
        try:
            return self._submit(part).result()
        except BrokenProcessPool:
            self._stop()
        single = list(_split_by_input(part))
        if len(single) > 1:
            return [item for one in single for item in self._retry_alone(one)]
        if crashes + 1 < MAX_CRASHES:
            return self._retry_alone(part, crashes + 1)
        reason = "the process that read it died twice (out of memory, or an error in a library); the input was skipped"
        return [Failure(_source_of(part), reason)]

    def _running_pool(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self._number,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_initialize_worker,
                initargs=self._arguments,
            )
        return self._pool

    def _submit(self, part: Part) -> Future[list[T | Failure]]:
        try:
            with _sigint_blocked(), _without_main():
                return self._running_pool().submit(_process_in_worker, self._work, part)
        except BrokenProcessPool as error:
            # The pool was already broken; the caller that waits for the result handles it.
            lost: Future[list[T | Failure]] = Future()
            lost.set_exception(error)
            return lost

    def _stop(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None


@contextmanager
def _sigint_blocked() -> Iterator[None]:
    """Block SIGINT, so that processes started in this context ignore Ctrl-C; this process receives it afterwards."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # Starting the resource tracker unblocks SIGINT, so it must already be running.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


#: Only one thread at a time hides the main module.
_hiding = threading.Lock()


@contextmanager
def _without_main() -> Iterator[None]:
    """Hide the file of the main module, which processes started in this context would otherwise run.

    They need nothing of it, and in a script without a main guard, a notebook or an interpreter they would fail.
    """
    main = sys.modules.get("__main__")
    with _hiding:
        hidden: dict[str, Any] = {
            name: vars(main)[name] for name in ("__spec__", "__file__") if main and name in vars(main)
        }
        try:
            if main is not None:
                main.__spec__ = None
                vars(main).pop("__file__", None)
            yield
        finally:
            if main is not None:
                vars(main).update(hidden)


def _has_result(future: Future[Any]) -> bool:
    return future.done() and not future.cancelled() and future.exception() is None


def _split_by_input(part: Part) -> Iterator[Part]:
    """Yield the reports of a part as separate parts.

    Pages, documents and archives are not opened here, because opening them may be what kills a worker.
    """
    for piece in part:
        if piece.members is not None:
            for member in piece.members:
                yield (replace(piece, members=(member,)),)
        elif piece.found is None and not is_lines(piece.path):
            yield (piece,)
        else:
            for found in read_piece(piece):
                yield (replace(piece, found=(found,)),)


def _source_of(part: Part) -> str:
    (piece,) = part
    if piece.found and isinstance(piece.found[0], Report):
        return piece.found[0].source
    if piece.members:
        return piece.members[0].source
    return source_name(piece.path)


_worker: list[tuple[Extractor, Ledger | None]] = []


def _initialize_worker(extractor: Extractor, folder: str, options: ReadingOptions) -> None:
    """Initialize a new worker: it ignores Ctrl-C, which the parent handles, and ends when the parent ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_exit_with_parent, daemon=True).start()
    use_options(options)
    _worker.append((extractor, Ledger(Path(folder)) if folder else None))
    gc.freeze()


def _exit_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _process_in_worker(work: Work[T], part: Part) -> list[T | Failure]:
    return [*work(part, *_worker[0])]
