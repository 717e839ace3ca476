from __future__ import annotations

from pathlib import Path

import graphkit
from tests.conftest import write_records


def test_content_is_a_snapshot_of_the_graph(tmp_path: Path) -> None:
    """A concurrent build does not affect it; otherwise an export could contain half of a new report."""
    first = [{"id": "a", "text": "3月5日，市委书记林知远到石渡县调研。"}]
    with graphkit.open(tmp_path / "g", create=True) as graph, graphkit.open(tmp_path / "g") as other:
        graph.build(write_records(tmp_path / "a.jsonl", first))
        content = graph.content()
        rows = content.by_report()
        next(rows)
        other.build(write_records(tmp_path / "b.jsonl", [{"id": "b", "text": "3月6日，市长陈若川到云雾镇调研。"}]))
        assert list(rows) == []
        assert len(content) == 1
        assert {e.report for c in content.claims for e in c.evidence} == {"a"}
        assert len(graph.content()) == 2
        assert {e.report for c in graph.content().claims for e in c.evidence} == {"a", "b"}


def test_claims_can_be_selected_by_entity(dev_graph: graphkit.Graph) -> None:
    content = dev_graph.content()
    every = list(content.claims)
    assert len(every) == len(content.claims)
    assert [c.id for c in every] == sorted(c.id for c in every)
    for entity in list(content.resolution.entities())[::40]:
        expected = [c for c in every if entity.id in (c.subject.id, c.object.id)]
        assert list(content.claims.of(entity.id)) == expected


def test_rows_can_be_iterated_repeatedly_and_by_kind(example_graph: graphkit.Graph) -> None:
    graph = example_graph.property_graph()
    for rows in (graph.nodes, graph.edges):
        every = list(rows)
        assert list(rows) == every
        assert [r.id for r in every] == sorted(r.id for r in every)
        assert sum(rows.kinds().values()) == len(rows) == len(every)
        assert sorted(r.id for kind in rows.kinds() for r in rows.of(kind)) == [r.id for r in every]
        assert [r.id for r in rows.with_ids([every[-1].id, every[0].id])] == [every[-1].id, every[0].id]
    assert {n.labels[0] for n in graph.nodes} == {n.id.partition(":")[0] for n in graph.nodes}
