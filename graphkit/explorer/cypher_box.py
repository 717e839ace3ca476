"""Cypher for the page: in a process of its own, so that a query that takes too long can be stopped."""

from __future__ import annotations

import multiprocessing
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from graphkit.errors import GraphkitError, QueryError

#: Seconds of a query, and rows of an answer.
LIMIT, MOST_ROWS = 20.0, 1_000
#: Seconds for making or loading the store.
LOADING = 600.0


def _work(folder: str, pipe: Connection) -> None:
    import graphkit

    with graphkit.open(folder) as graph:
        while True:
            try:
                query, parameters = pipe.recv()
            except (EOFError, KeyboardInterrupt):
                return
            try:
                # The store of the present state; making it does not count as the query's time.
                graph.cypher("RETURN 1")
                pipe.send(("ready", None))
                rows = graph.cypher(query, **parameters)
                pipe.send(("rows", (rows[:MOST_ROWS], len(rows))))
            except GraphkitError as error:
                pipe.send(("refused", str(error)))
            except Exception as error:
                pipe.send(("refused", f"{type(error).__name__}: {error}"))


class CypherBox:
    """Read-only Cypher with a time limit. Not for two threads at once."""

    def __init__(self, folder: Path, limit: float = LIMIT) -> None:
        self._folder, self._limit = folder, limit
        self._process: Any = None
        self._pipe: Connection | None = None

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
        self._process = self._pipe = None

    def query(self, query: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """Rows of a query, at most MOST_ROWS, and how many there were. Raises QueryError, also when it takes too long."""
        pipe = self._started()
        pipe.send((query, parameters))
        self._received(pipe, LOADING, "the Cypher store could not be made; `graphkit doctor` says more")
        rows, total = self._received(pipe, self._limit, f"the query took more than {self._limit:.0f} s and was stopped: narrow it down, or ask on the command line")
        return {"rows": rows, "total": total}

    def _received(self, pipe: Connection, seconds: float, late: str) -> Any:
        """The next message of the process. Raises QueryError for what it refuses, or when nothing comes in time."""
        if not pipe.poll(seconds):
            self.close()
            raise QueryError(late)
        try:
            kind, answer = pipe.recv()
        except EOFError:
            self.close()
            raise QueryError("the query was too much for the store's memory") from None
        if kind == "refused":
            raise QueryError(answer)
        return answer

    def _started(self) -> Connection:
        if self._pipe is None or not self._process.is_alive():
            self.close()
            context = multiprocessing.get_context("spawn")
            self._pipe, other = context.Pipe()
            self._process = context.Process(target=_work, args=(str(self._folder), other), daemon=True)
            self._process.start()
            other.close()
        return self._pipe
