"""Answers requests for a graph: queries, and descriptions of entities. It follows changes of the graph."""

from __future__ import annotations

import json
import logging
import threading
import time
from pathlib import Path
from typing import Any

import graphkit
from graphkit.errors import GraphkitError
from graphkit.sandbox.queries import LIMIT, Queries
from graphkit.stores.options import DEFAULT_BASE
from graphkit.stores.rdf.responses import Request

_log = logging.getLogger("graphkit.endpoint")
#: Seconds between two checks whether the graph has changed.
_CHECKED = 2.0


class Service:
    """The SPARQL store of a graph, which several threads may query.

    If the graph changes, its new state is prepared in the background, and queries use the previous one in the meantime.
    """

    def __init__(self, folder: Path, base: str = DEFAULT_BASE, limit: float = LIMIT) -> None:
        """base: base of the IRIs of instances. limit: maximum number of seconds of a query. Raises UsageError."""
        self.folder, self.limit = folder, limit
        with graphkit.open(folder) as graph:
            graph.sparql_store(base)
            self._revision = graph.ledger.revision
        self.base = base if base.endswith("/") else base + "/"
        self._queries = Queries(folder, limit=limit, base=self.base)
        self._lock = threading.Lock()
        self._checked = time.monotonic()
        self._update: threading.Thread | None = None

    def prepare(self) -> None:
        """Start a process for the first query."""
        self._queries.prepare()

    def close(self) -> None:
        """Stop the processes."""
        self._queries.close()
        if self._update is not None:
            self._update.join()

    def respond(self, request: Request) -> tuple[str, bytes]:
        """Return the media type and the content of the response. Raises QueryError."""
        self._look_for_changes()
        return self._queries.respond(request, self._revision)

    def rows(self, query: str) -> list[dict[str, dict[str, str]]]:
        """Return the bindings of a SELECT, as the JSON format of SPARQL results defines them. Raises QueryError."""
        _, content = self.respond(Request(query))
        found: list[dict[str, Any]] = json.loads(content)["results"]["bindings"]
        return found

    def _look_for_changes(self) -> None:
        with self._lock:
            is_due = time.monotonic() - self._checked >= _CHECKED
            if not is_due or (self._update is not None and self._update.is_alive()):
                return
            self._checked = time.monotonic()
            self._update = threading.Thread(target=self._follow, daemon=True)
            self._update.start()

    def _follow(self) -> None:
        """Prepare the store of the present state of the graph."""
        try:
            with graphkit.open(self.folder) as graph:
                if graph.ledger.revision != self._revision:
                    graph.sparql_store(self.base)
                    self._revision = graph.ledger.revision
        except GraphkitError as error:
            _log.warning("the changes of the graph cannot be read: %s", error)
