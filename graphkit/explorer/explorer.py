"""Computes the answers for the page in a separate thread, and rebuilds the views in the background."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import graphkit
from graphkit.explorer.answers import Answers
from graphkit.explorer.lookup import Lookup, build_lookup
from graphkit.explorer.maps import provinces
from graphkit.graph import Graph
from graphkit.sandbox.queries import MOST_PROCESSES, Queries
from graphkit.stores.content import Content
from graphkit.stores.parameters import check_parameters, check_text

T = TypeVar("T")

#: Name of the view that `build_lookup` writes.
LOOKUP = "lookup2"
#: Number of seconds that a request waits for the views of the current state before the previous views are used.
PATIENCE = 2.0


class Explorer:
    """The answers for a graph, computed in a separate thread and updated when the graph has changed.

    The views of a large graph take long to build. They are built in the background, and the previous views are used in
    the meantime.
    """

    def __init__(self, folder: Path, patience: float = PATIENCE) -> None:
        self.folder = folder
        self._patience = patience
        self._thread = ThreadPoolExecutor(1)
        self._builder = ThreadPoolExecutor(1)
        self._asking = ThreadPoolExecutor(2 * MOST_PROCESSES)
        self._queries = Queries(folder)
        self._graph: Graph | None = None
        self._answers: tuple[Content, Lookup, Answers] | None = None
        #: Revision of the ledger of the current answers, and the revision for which a request has waited.
        self._revision = self._awaited = -1
        #: The build of the views in the background.
        self._build: Future[None] | None = None

    def prepare(self) -> None:
        """Start a process for queries."""
        self._asking.submit(self._queries.prepare)

    def close(self) -> None:
        """Stop the processes and threads."""
        self._queries.close()
        self._thread.submit(self._close).result()
        for pool in (self._thread, self._asking, self._builder):
            pool.shutdown()

    def _close(self) -> None:
        if self._answers is not None:
            self._answers[1].close()
        if self._graph is not None:
            self._graph.close()

    def now(self, ask: Callable[[Answers], T]) -> T:
        """Run `ask` on the answers in the thread, and return its result."""
        return self._thread.submit(self._ask, ask).result()[0]

    async def answer(self, ask: Callable[[Answers], T]) -> tuple[T, bool]:
        """Run `ask` for a coroutine. Return its result, and whether it refers to an earlier state of the graph."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._ask, ask)

    async def query(self, language: str, query: str, parameters: dict[str, Any]) -> bytes:
        """Return the result of a query as JSON. Raises QueryError."""
        return await asyncio.get_running_loop().run_in_executor(self._asking, self._query, language, query, parameters)

    def _query(self, language: str, query: str, parameters: dict[str, Any]) -> bytes:
        check_text("the query", query)
        check_parameters(parameters)
        return self._queries.query(language, query, parameters, self._current_revision())

    def _current_revision(self) -> int:
        """Return the revision of the ledger, which is opened again so that queries do not wait for the thread."""
        with graphkit.open(self.folder) as graph:
            return graph.ledger.revision

    def _ask(self, ask: Callable[[Answers], T]) -> tuple[T, bool]:
        if self._graph is None:
            self._graph = graphkit.open(self.folder)
        revision = self._graph.ledger.revision
        if self._answers is not None and self._revision != revision and not self._caught_up(self._graph, revision):
            return ask(self._answers[2]), True
        if self._answers is None or self._revision != revision:
            self._open(self._graph, revision)
        assert self._answers is not None
        return ask(self._answers[2]), False

    def _open(self, graph: Graph, revision: int) -> None:
        content = graph.content()
        if self._answers is None or self._answers[0] is not content:
            if self._answers is not None:
                self._answers[1].close()
            lookup = graph.view(LOOKUP, build_lookup, Lookup)
            self._answers = content, lookup, Answers(graph, content, lookup)
        self._revision = revision
        # The result is cached. It takes half a second, for which the first map would have to wait.
        provinces()

    def _caught_up(self, graph: Graph, revision: int) -> bool:
        """Return whether the views of the current state exist.

        Otherwise start to build them, and wait once for PATIENCE.
        """
        if graph.has_view("content") and graph.has_view(LOOKUP):
            return True
        if self._build is not None and self._build.done():
            build, self._build, self._awaited = self._build, None, -1
            # An error is raised, and the next request starts another build. Without an error the graph has changed
            # again.
            build.result()
        if self._build is None:
            self._build = self._builder.submit(_build_views, self.folder)
        if self._awaited == revision:
            return False
        self._awaited = revision
        try:
            self._build.result(self._patience)
        except TimeoutError:
            return False
        return graph.has_view("content") and graph.has_view(LOOKUP)


def _build_views(folder: Path) -> None:
    """Build the views that the answers need."""
    with graphkit.open(folder) as graph:
        graph.view(LOOKUP, build_lookup, Lookup).close()
