"""The benchmarks of the explorer run, so that a renamed method is noticed before the next measurement."""

from __future__ import annotations

import graphkit
from benchmarks import pages


def test_the_benchmark_of_the_pages_measures_every_kind_of_request(example_graph: graphkit.Graph) -> None:
    rows = [line for line in pages.lines(example_graph.folder) if line.startswith("| ")][1:]
    assert len(rows) == 15
    assert all(row.count("|") == 6 for row in rows)
