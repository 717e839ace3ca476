"""Reading in several processes of this machine; one process, the caller's, writes.

Each worker loads the recogniser once. At most a few parts a worker are under way: memory does not grow with the inputs.
A worker that dies costs nothing: its parts are read again, and an input that kills its worker twice is a failure.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import pickle
import signal
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import resource_tracker
from multiprocessing.connection import wait
from pathlib import Path

from graphkit.building.batch import Item, process_part
from graphkit.errors import UsageError, WorkerError
from graphkit.extractors import Extractor
from graphkit.ledger import Ledger
from graphkit.model import Failure, Report
from graphkit.reading import Part, read_piece
from graphkit.reading.naming import source_name
from graphkit.reading.sources import is_lines

#: Parts a worker that are under way or read and not yet written.
PARTS_PER_WORKER = 3
#: An input that kills its worker so often, alone, is given up.
MAX_CRASHES = 2


class Workers:
    """A pool of `number` processes that read. Use it as a context manager."""

    def __init__(self, number: int, ledger: Ledger, extractor: Extractor) -> None:
        """Raises UsageError for an extractor that cannot be sent to another process."""
        try:
            pickle.dumps(extractor)
        except Exception as error:
            raise UsageError(f"the extractor {extractor.name} cannot work in other processes ({error}); use --workers 1") from None
        self._number = number
        self._arguments = (extractor, str(ledger.path.parent))
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def results(self, parts: Iterator[Part]) -> Iterator[tuple[Part, list[Item]]]:
        """Parts with what became of their reports, in order."""
        waiting: deque[tuple[Part, Future[list[Item]]]] = deque()
        for part in parts:
            waiting.append((part, self._submit(part)))
            if len(waiting) >= PARTS_PER_WORKER * self._number:
                yield self._next_result(waiting)
        while waiting:
            yield self._next_result(waiting)

    def _next_result(self, waiting: deque[tuple[Part, Future[list[Item]]]]) -> tuple[Part, list[Item]]:
        part, future = waiting[0]
        try:
            items = future.result()
        except BrokenProcessPool:
            # All that was under way is lost. What comes first is read alone, the rest is sent again.
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
        """Raises WorkerError when no worker can be started at all."""
        try:
            with _sigint_blocked():
                first = self._running_pool().submit(os.getpid)
            first.result()
        except (BrokenProcessPool, OSError) as error:
            self._stop()
            raise WorkerError(
                f"the reading processes cannot be started ({error}); use fewer workers, or 1. A script that calls build "
                'with workers must do so under `if __name__ == "__main__":`'
            ) from None

    def _retry_alone(self, part: Part, crashes: int = 0) -> list[Item]:
        """Reads a part with nothing else under way; if its worker dies again, input by input."""
        try:
            return self._submit(part).result()
        except BrokenProcessPool:
            self._stop()
        single = list(_split_by_input(part))
        if len(single) > 1:
            return [item for one in single for item in self._retry_alone(one)]
        if crashes + 1 < MAX_CRASHES:
            return self._retry_alone(part, crashes + 1)
        return [Failure(_source_of(part), "the process that read it died twice (not enough memory, or a fault in a library); it is left out")]

    def _running_pool(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self._number, mp_context=multiprocessing.get_context("spawn"), initializer=_initialize_worker, initargs=self._arguments
            )
        return self._pool

    def _submit(self, part: Part) -> Future[list[Item]]:
        try:
            with _sigint_blocked():
                return self._running_pool().submit(_process_in_worker, part)
        except BrokenProcessPool as error:
            # Found broken while sending: the one who waits for the result deals with it.
            lost: Future[list[Item]] = Future()
            lost.set_exception(error)
            return lost

    def _stop(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None


@contextmanager
def _sigint_blocked() -> Iterator[None]:
    """Processes that are started meanwhile do not see Ctrl-C, not even while they load; this one sees it afterwards."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # Starting the resource tracker unblocks SIGINT, so it must run before.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _has_result(future: Future[list[Item]]) -> bool:
    return future.done() and not future.cancelled() and future.exception() is None


def _split_by_input(part: Part) -> Iterator[Part]:
    """The reports of a part, each a part of its own. Opening a page, a document or an archive may be what kills: that is left to a worker."""
    for piece in part:
        if piece.found is None and not is_lines(piece.path):
            yield (piece,)
        else:
            for found in read_piece(piece):
                yield (replace(piece, found=(found,)),)


def _source_of(part: Part) -> str:
    (piece,) = part
    if piece.found and isinstance(piece.found[0], Report):
        return piece.found[0].source
    return source_name(piece.path)


_worker: list[tuple[Extractor, Ledger]] = []


def _initialize_worker(extractor: Extractor, folder: str) -> None:
    """In a new worker: Ctrl-C is the parent's business, and without a parent there is nothing to do."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_exit_with_parent, daemon=True).start()
    _worker.append((extractor, Ledger(Path(folder))))
    gc.freeze()


def _exit_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _process_in_worker(part: Part) -> list[Item]:
    extractor, ledger = _worker[0]
    return list(process_part(part, extractor, lambda i, f: ledger.has(i, f, extractor.name, extractor.version)))
