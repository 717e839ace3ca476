"""Cypher and SPARQL for the page, each query in a process of its own: it can be stopped, and delays no other."""

from __future__ import annotations

import multiprocessing
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from graphkit.errors import QueryError
from graphkit.explorer.sandbox import MEMORY, MOST_BYTES, MOST_ROWS, OUT_OF_MEMORY, work

#: Seconds of a query; processes at once, one of which is kept ready.
LIMIT, MOST_PROCESSES = 30.0, 4
#: Seconds for making or loading the stores.
LOADING = 600.0


class LimitError(QueryError):
    """A query that reached a limit. code: for the page's own words; amount: the limit."""

    def __init__(self, message: str, code: str, amount: float) -> None:
        super().__init__(message)
        self.code, self.amount = code, amount


class _Worker:
    """A process with the stores of one state of the graph."""

    def __init__(self, folder: Path, memory: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe: Connection
        self._pipe, other = context.Pipe()
        self._process = context.Process(target=work, args=(str(folder), other, memory), daemon=True)
        self._process.start()
        other.close()
        self._memory = memory
        self._revision: int | None = None

    @property
    def is_alive(self) -> bool:
        return self._process.is_alive()

    def revision(self) -> int:
        """The state of the graph that is answered from, when the stores are loaded. Raises QueryError."""
        if self._revision is None:
            self._revision = int(
                self._received(LOADING, QueryError("the query stores could not be made; `graphkit doctor` says more"))[
                    1
                ]
            )
        return self._revision

    def ask(self, language: str, query: str, parameters: dict[str, Any], seconds: float) -> bytes:
        try:
            self._pipe.send((language, query, parameters))
        except OSError:
            raise self._gone() from None
        kind, answer = self._received(
            seconds,
            LimitError(
                f"the query took more than {seconds:g} s and was stopped: narrow it down, or ask on the command line",
                "limit_time",
                seconds,
            ),
        )
        if kind == "memory":
            raise self._too_much()
        if kind == "large":
            raise LimitError(
                f"the answer has more than {MOST_BYTES >> 20} MiB: ask for fewer rows or values",
                "limit_size",
                MOST_BYTES >> 20,
            )
        found: bytes = answer
        return found

    def _received(self, seconds: float, late: QueryError) -> tuple[str, Any]:
        try:
            if not self._pipe.poll(seconds):
                self.close()
                raise late
            kind, answer = self._pipe.recv()
        except (EOFError, OSError):
            raise self._gone() from None
        if kind == "refused":
            raise QueryError(answer)
        return kind, answer

    def _gone(self) -> QueryError:
        self._process.join(5)
        # (The store ends the process with a signal when it gets no memory: it cannot be told from other faults of it.)
        code = self._process.exitcode
        self.close()
        if code is not None and code not in (OUT_OF_MEMORY, -6, -9):
            return QueryError(f"the query ended its process (code {code}); the page goes on")
        return self._too_much()

    def _too_much(self) -> LimitError:
        mebibytes = self._memory >> 20
        return LimitError(
            f"the query took more than {mebibytes} MiB of memory and was stopped: narrow it down, or ask on the command line",
            "limit_memory",
            mebibytes,
        )

    def close(self) -> None:
        self._process.kill()
        self._process.join()
        self._pipe.close()


class Queries:
    """Queries with limits, from several threads. One process stays ready, so that a query does not wait for another."""

    def __init__(self, folder: Path, limit: float = LIMIT, memory: int = MEMORY, most: int = MOST_PROCESSES) -> None:
        self._folder, self._limit, self._memory = folder, limit, memory
        self._most = most
        self._free = threading.Semaphore(most)
        self._lock = threading.Lock()
        self._ready: list[_Worker] = []
        self._busy: list[_Worker] = []
        self._closed = False

    def prepare(self) -> None:
        """Have a process ready."""
        with self._lock:
            if not self._ready and not self._closed:
                self._ready.append(_Worker(self._folder, self._memory))

    def close(self) -> None:
        with self._lock:
            self._closed = True
            workers, self._ready = [*self._ready, *self._busy], []
        for worker in workers:
            worker.close()

    def query(self, language: str, query: str, parameters: dict[str, Any], revision: int) -> bytes:
        """The answer as JSON: rows, at most MOST_ROWS, and how many there are. revision: state of the graph that is asked.

        Raises QueryError, and LimitError when the query takes too much.
        """
        if not self._free.acquire(timeout=self._limit):
            raise LimitError(
                f"{self._most} queries are running; ask again when one of them has ended", "limit_queries", self._most
            )
        try:
            worker = self._taken(revision)
            self.prepare()
            try:
                return worker.ask(language, query, parameters, self._limit)
            finally:
                self._put_back(worker)
        finally:
            self._free.release()

    def _taken(self, revision: int) -> _Worker:
        until = time.monotonic() + LOADING
        while time.monotonic() < until:
            with self._lock:
                if self._closed:
                    break
                worker = self._ready.pop() if self._ready else _Worker(self._folder, self._memory)
                self._busy.append(worker)
            try:
                if worker.is_alive and worker.revision() >= revision:
                    return worker
            except QueryError:
                self._dropped(worker)
                raise
            self._dropped(worker)
        raise QueryError("the query stores could not be made; `graphkit doctor` says more")

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


__all__ = ["LIMIT", "MEMORY", "MOST_ROWS", "LimitError", "Queries"]
