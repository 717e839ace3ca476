"""Paths agree with networkx: they are shortest paths over the same relationships, and reproducible."""

from __future__ import annotations

from collections.abc import Iterator
from operator import methodcaller
from pathlib import Path

import networkx as nx
import pytest

from graphkit.explorer.explorer import Explorer
from graphkit.explorer.lookup import Filters


@pytest.fixture(scope="module")
def explorer(explored: Path) -> Iterator[Explorer]:
    made = Explorer(explored)
    yield made
    made.close()


@pytest.mark.parametrize(
    "filters",
    [Filters(), Filters(since="2024-03", until="2024-05"), Filters(statuses=("actual", "planned"))],
    ids=["all", "period", "statuses"],
)
def test_a_path_is_a_shortest_path(explorer: Explorer, filters: Filters) -> None:
    where, values = filters.where()
    status = "" if filters.statuses else " AND c.status = 'actual'"
    pairs = explorer.now(
        lambda a: list(
            a.tables.rows(
                "SELECT DISTINCT s.id, o.id FROM claim c JOIN entity s ON s.number = c.subject JOIN entity o ON "
                "o.number = c.object "
                f"JOIN evidence e ON e.claim = c.number JOIN look.report r ON r.id = e.report WHERE 1{status}{where}",
                *values,
            )
        )
    )
    network = nx.Graph(pairs)
    entities = sorted(network)[:: max(1, len(network) // 15)]
    assert len(entities) > 10
    longest = 0
    for one in entities:
        for other in entities:
            search = methodcaller("path", one, other, filters)
            found = explorer.now(search)
            assert found == explorer.now(search)
            length = nx.shortest_path_length(network, one, other) if nx.has_path(network, one, other) else 99
            if length > 6:
                assert not found["found"]
                continue
            assert len(found["steps"]) == length
            longest = max(longest, length)
            for step in found["steps"]:
                assert network.has_edge(step["from"], step["to"])
                assert step["lines"]
    assert longest >= 3
