"""Cypher and SPARQL queries of the page and of the SPARQL endpoint. Each query runs in a separate process, which can be stopped."""

from __future__ import annotations

import multiprocessing
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from graphkit.errors import QueryError
from graphkit.sandbox.process import MEMORY, MOST_ROWS, OUT_OF_MEMORY, work
from graphkit.stores.rdf.responses import NotAcceptableError, Request

#: Maximum number of seconds of a query, and of concurrent processes.
LIMIT, MOST_PROCESSES = 30.0, 4
#: Maximum number of seconds for building and opening the stores.
LOADING = 600.0


class LimitError(QueryError):
    """Raised if a query exceeds a limit. code: key of the translated message of the page. amount: the limit."""

    def __init__(self, message: str, code: str, amount: float) -> None:
        super().__init__(message)
        self.code, self.amount = code, amount


class _Worker:
    """A process with the stores of a state of the graph."""

    def __init__(self, folder: Path, memory: int, base: str) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe: Connection
        self._pipe, other = context.Pipe()
        self._process = context.Process(target=work, args=(str(folder), other, memory, base), daemon=True)
        self._process.start()
        other.close()
        self._memory = memory
        self._revision: int | None = None

    @property
    def is_alive(self) -> bool:
        return self._process.is_alive()

    def revision(self) -> int:
        """Wait until the stores are open, and return the revision of their ledger. Raises QueryError."""
        if self._revision is None:
            _, revision = self._received(LOADING, QueryError(_NO_STORES))
            self._revision = int(revision)
        return self._revision

    def ask(self, language: str, query: str | Request, parameters: dict[str, Any], seconds: float) -> Any:
        """Run a query and return its result: JSON, or a media type and a content. Raises QueryError."""
        try:
            self._pipe.send((language, query, parameters))
        except OSError:
            raise self._ended() from None
        message = f"the query took more than {seconds:g} s and was stopped: restrict it, or run it on the command line"
        kind, answer = self._received(seconds, LimitError(message, "limit_time", seconds))
        if kind == "memory":
            raise self._out_of_memory()
        if kind == "large":
            size = answer >> 20
            message = f"the result is larger than {size} MiB: request fewer rows or values"
            raise LimitError(message, "limit_size", size)
        if kind == "not acceptable":
            raise NotAcceptableError(answer)
        return answer

    def _received(self, seconds: float, late: QueryError) -> tuple[str, Any]:
        try:
            if not self._pipe.poll(seconds):
                self.close()
                raise late
            kind, answer = self._pipe.recv()
        except (EOFError, OSError):
            raise self._ended() from None
        if kind == "refused":
            raise QueryError(answer)
        return kind, answer

    def _ended(self) -> QueryError:
        """Return the error for a process that has ended."""
        self._process.join(5)
        # If an allocation fails, the store ends the process with a signal. Other causes of the same signal are
        # possible.
        code = self._process.exitcode
        self.close()
        if code is not None and code not in (OUT_OF_MEMORY, -6, -9):
            return QueryError(f"the process of the query ended unexpectedly (code {code})")
        return self._out_of_memory()

    def _out_of_memory(self) -> LimitError:
        mebibytes = self._memory >> 20
        message = (
            f"the query used more than {mebibytes} MiB of memory and was stopped: "
            "restrict it, or run it on the command line"
        )
        return LimitError(message, "limit_memory", mebibytes)

    def close(self) -> None:
        self._process.kill()
        self._process.join()
        self._pipe.close()


class Queries:
    """Runs queries of several threads with limits. A process is started in advance, so that a query need not wait."""

    def __init__(
        self, folder: Path, limit: float = LIMIT, memory: int = MEMORY, most: int = MOST_PROCESSES, base: str = ""
    ) -> None:
        """limit: seconds. memory: bytes. most: processes. base: base of the IRIs, if there are only SPARQL queries."""
        self._folder, self._limit, self._memory, self._base = folder, limit, memory, base
        self._most = most
        self._free = threading.Semaphore(most)
        self._lock = threading.Lock()
        self._ready: list[_Worker] = []
        self._busy: list[_Worker] = []
        self._closed = False

    def prepare(self) -> None:
        """Start a process for the next query."""
        with self._lock:
            if not self._ready and not self._closed:
                self._ready.append(_Worker(self._folder, self._memory, self._base))

    def close(self) -> None:
        with self._lock:
            self._closed = True
            workers, self._ready = [*self._ready, *self._busy], []
        for worker in workers:
            worker.close()

    def query(self, language: str, query: str, parameters: dict[str, Any], revision: int) -> bytes:
        """Return the result as JSON: up to MOST_ROWS rows, and the number of all rows.

        revision: the query runs on this revision of the ledger or a later one. Raises QueryError, and LimitError if a
        limit is exceeded.
        """
        found: bytes = self._asked(language, query, parameters, revision)
        return found

    def respond(self, request: Request, revision: int) -> tuple[str, bytes]:
        """Return the media type and the content of the response to a request of the SPARQL protocol.

        Raises QueryError, NotAcceptableError and LimitError.
        """
        found: tuple[str, bytes] = self._asked("protocol", request, {}, revision)
        return found

    def _asked(self, language: str, query: str | Request, parameters: dict[str, Any], revision: int) -> Any:
        if not self._free.acquire(timeout=self._limit):
            raise LimitError(
                f"{self._most} queries are running; try again when one of them has finished",
                "limit_queries",
                self._most,
            )
        try:
            worker = self._worker(revision)
            self.prepare()
            try:
                return worker.ask(language, query, parameters, self._limit)
            finally:
                self._put_back(worker)
        finally:
            self._free.release()

    def _worker(self, revision: int) -> _Worker:
        """Return a process with the stores of this revision or a later one."""
        until = time.monotonic() + LOADING
        while time.monotonic() < until:
            with self._lock:
                if self._closed:
                    break
                worker = self._ready.pop() if self._ready else _Worker(self._folder, self._memory, self._base)
                self._busy.append(worker)
            try:
                if worker.is_alive and worker.revision() >= revision:
                    return worker
            except QueryError:
                self._dropped(worker)
                raise
            self._dropped(worker)
        raise QueryError(_NO_STORES)

    def _dropped(self, worker: _Worker) -> None:
        with self._lock:
            self._busy.remove(worker)
        worker.close()

    def _put_back(self, worker: _Worker) -> None:
        with self._lock:
            self._busy.remove(worker)
            keep = worker.is_alive and len(self._ready) < 2 and not self._closed
            if keep:
                self._ready.append(worker)
        if not keep:
            worker.close()


_NO_STORES = "the stores for queries could not be opened; run `graphkit doctor` to find the cause"

__all__ = ["LIMIT", "MEMORY", "MOST_ROWS", "LimitError", "Queries"]
