"""Ids and decisions after several builds, interruptions and moves: properties of ids that are locations."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import graphkit
from graphkit.decisions.model import Verdict, decide, with_reports
from graphkit.graph import Graph
from graphkit.ledger import Ledger
from graphkit.reading.identity import base_of, is_plain, location, member_location, with_suffix
from tests.building.locations import A, B, C, built, stored, write

NAMES = ("x/1.txt", "y/1.txt", "x/1.md", "z/x/1.txt", "2.txt")
STATES = st.dictionaries(st.sampled_from(NAMES), st.sampled_from((A, B, C)), min_size=1)
ARGUMENTS = st.lists(st.sampled_from(("x", "y", "z", ".", "x/1.txt", "2.txt")), min_size=1, max_size=4)


@settings(max_examples=25, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(st.lists(st.tuples(STATES, ARGUMENTS), min_size=1, max_size=3), st.data())
def test_a_graph_of_several_builds_is_the_graph_of_one(
    tmp_path_factory: pytest.TempPathFactory, builds: list[tuple[dict[str, str], list[str]]], data: st.DataObject
) -> None:
    """Files change between builds of parts of a folder. At the end, the whole folder is built."""
    base = tmp_path_factory.mktemp("p")
    folder = base / "r"
    present: dict[str, str] = {}
    with graphkit.open(base / "g", create=True) as graph:
        for files, arguments in builds:
            present |= files
            write(folder, files)
            existing = [folder / a for a in arguments if (folder / a).exists()]
            if existing:
                graph.build(existing)
        last = data.draw(st.permutations([folder, *sorted(folder.glob("*"))]))
        graph.build(last)
        found, key = dict(rows(graph)), graph.ledger.content_key()
    expected = {(location(folder / name, [str(folder)]), text) for name, text in present.items()}
    assert sorted((base_of(i), text) for i, text in found.items()) == sorted(expected)
    with graphkit.open(base / "once", create=True) as graph:
        graph.build(folder)
        assert (dict(rows(graph)), graph.ledger.content_key()) == (found, key)
        assert list(graph.ledger.problems()) == []


def rows(graph: Graph) -> Iterator[tuple[str, str]]:
    return ((report.id, report.text) for report in graph.reports())


WORDS = st.text(st.sampled_from("ab~0/-."), max_size=8)


@given(WORDS, st.text("0123456789abcdef", min_size=64, max_size=64), st.text("0123456789abcdef", min_size=64))
def test_the_default_id_is_known_from_every_id(base: str, fingerprint: str, other: str) -> None:
    assert base_of(with_suffix(base, fingerprint)) == base
    assert not is_plain(with_suffix(base, fingerprint))
    assert base_of(with_suffix(with_suffix(base, other), fingerprint)) == with_suffix(base, other)


PARTS = st.lists(st.text(st.characters(exclude_characters="/\\\0", exclude_categories=("Cs",)), min_size=1, max_size=5)
                 .filter(lambda p: p not in (".", "..")), min_size=1, max_size=5)  # fmt: skip


@pytest.mark.skipif(os.name == "nt", reason="paths of POSIX")
@given(PARTS, st.data())
def test_locations_are_relative_to_the_outermost_folder(parts: list[str], data: st.DataObject) -> None:
    path = "/" + "/".join(parts) + ".txt"
    depths = data.draw(st.lists(st.integers(0, len(parts) - 1), max_size=3))
    roots = {"/" + "/".join(parts[:n]) for n in depths}
    outermost = min(depths, default=len(parts) - 1)
    assert location(path, roots).count("/") == len(parts) - 1 - outermost
    assert location(path, {"/elsewhere~"}) == location(path, set()) == location(path, ["/" + "/".join(parts[:-1])])
    assert member_location("z", path[1:]) == f"z/{location(path, {'/'})}"
    assert member_location("", path[1:]) == location(path, {"/"})


def test_roots_are_stored_relative_to_the_graph(tmp_path: Path) -> None:
    folder = write(tmp_path / "p" / "r", {"a/1.txt": A})
    built(tmp_path / "p" / "g", folder)
    (tmp_path / "p").rename(tmp_path / "q")
    with Ledger(tmp_path / "q" / "g") as ledger:
        assert ledger.roots() == {str(tmp_path / "q" / "r")}
    write(tmp_path / "q" / "r", {"a/1.txt": B})
    assert built(tmp_path / "q" / "g", tmp_path / "q/r/a/1.txt") == {"a/1": B}


def test_decisions_move_with_reports_whose_ids_change(tmp_path: Path) -> None:
    x, y = write(tmp_path / "r/x", {"1.txt": A}), write(tmp_path / "r/y", {"1.txt": B})
    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.build(x)
        (visit,) = (s for s in graph.statements("1") if s.relation == "visited")
        report = graph.ledger.report("1")
        assert report is not None
        rejected = decide(visit, report.report, Verdict.reject, who="w", made="2024-05-01T00:00:00Z")
        graph.ledger.add_decisions([rejected])

        def visits() -> list[str]:
            assert list(graph.validate(shacl=False)) == []
            return sorted(s.object.name for s in graph.statements() if s.relation == "visited")

        assert visits() == []
        graph.build(y)  # Both reports get a suffix.
        assert visits() == ["云泽市"]
        graph.build(tmp_path / "r")  # They are now x/1 and y/1.
        assert sorted(stored(graph)) == ["x/1", "y/1"]
        assert visits() == ["云泽市"]
        assert [d.report for d in graph.ledger.decisions()] == ["x/1"]
        withdrawn = decide(visit, report.report, Verdict.open, who="w", made="2024-05-02T00:00:00Z")
        graph.ledger.add_decisions([with_reports(withdrawn, {"1": "x/1"})])
        assert visits() == ["云泽市", "石渡县"]


def test_a_decision_returns_with_its_report(tmp_path: Path) -> None:
    x, y = write(tmp_path / "x", {"1.txt": A}), write(tmp_path / "y", {"1.txt": B})
    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.build(x)
        report = graph.ledger.report("1")
        (visit,) = (s for s in graph.statements("1") if s.relation == "visited")
        assert report is not None
        graph.ledger.add_decisions([decide(visit, report.report, Verdict.reject, who="w", made="2024-05-01T00:00:00Z")])
        for _ in range(3):
            graph.build(y)
            (of_b,) = (i for i, text in stored(graph).items() if text == B)
            assert [base_of(d.report) for d in graph.ledger.decisions()] == ["1"]
            assert not any(s.relation == "visited" for s in graph.statements() if s.report != of_b)
            graph.remove(of_b)
            assert [d.report for d in graph.ledger.decisions()] == ["1"]
            assert not any(s.relation == "visited" for s in graph.statements())


@pytest.mark.parametrize("stop", range(1, 7))
def test_an_interrupted_build_that_is_repeated_ends_with_the_same_ids(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop: int
) -> None:
    """Files exchange their texts, disappear and return; the build is interrupted after each file."""
    monkeypatch.setattr("graphkit.reading.parts.PART_FILES", 1)
    first = {"x/1.txt": A, "x/1.md": B, "y/1.txt": C, "y/r.jsonl": json.dumps({"id": "1", "text": A})}
    second = {"x/1.txt": B, "x/1.md": A, "y/1.txt": A, "z/1.txt": C, "y/r.jsonl": json.dumps({"id": "1", "text": B})}
    folder = write(tmp_path / "r", first)
    arguments = [folder / "x", folder / "y"]
    keys = []
    for graph_name, is_interrupted in (("g", True), ("h", False)):
        write(folder, first)
        with graphkit.open(tmp_path / graph_name, create=True) as graph:
            graph.build(arguments)
            write(folder, second)
            count = itertools.count(1)

            def progress(_: object, count: Iterator[int] = count) -> None:
                if next(count) == stop:
                    raise KeyboardInterrupt

            if is_interrupted:
                with contextlib.suppress(KeyboardInterrupt):
                    graph.build([*arguments, folder / "z"], progress=progress)
            graph.build([*arguments, folder / "z"])
            found = stored(graph)
            keys.append((graph.ledger.content_key(), found))
            assert sorted(found.values()) == sorted((A, B, C))
            assert {base_of(i) for i in found} == {"1"}
    assert keys[0] == keys[1]
