"""Views are used only if unchanged, and only inside the graph folder."""

from __future__ import annotations

import io
import shutil
import sqlite3
from pathlib import Path

import pytest

import graphkit
from graphkit.errors import LedgerError
from graphkit.repair import repair


@pytest.fixture
def graph(tmp_path: Path, example_graph: graphkit.Graph) -> Path:
    folder = tmp_path / "graph"
    folder.mkdir()
    with (
        sqlite3.connect(example_graph.folder / "ledger.sqlite") as db,
        sqlite3.connect(folder / "ledger.sqlite") as copy,
    ):
        db.backup(copy)
    copy.close()
    db.close()
    return folder


def answers(folder: Path) -> list[object]:
    out = io.BytesIO()
    with graphkit.open(folder) as graph:
        graph.export("graphml", out)
        rows = graph.cypher("MATCH (n) RETURN count(n) AS n"), graph.sparql("SELECT (COUNT(*) AS ?n) WHERE {?s ?p ?o}")
        return [
            out.getvalue(),
            *rows,
            graph.status(),
            list(graph.phrases()._index.names) if hasattr(graph.phrases(), "_index") else 0,
        ]


@pytest.mark.parametrize("harm", ["bit", "empty", "cut", "words", "longer", "gone"])
def test_damaged_views_are_rebuilt(graph: Path, harm: str) -> None:
    whole = answers(graph)
    for file in sorted(p for p in (graph / "views").rglob("*") if p.is_file()):
        data = bytearray(file.read_bytes())
        if harm == "bit" and data:
            data[len(data) // 2] ^= 16
        changed = {
            "empty": b"",
            "cut": bytes(data[: len(data) // 2]),
            "words": b"no view at all",
            "longer": bytes(data) + b"x",
        }.get(harm, bytes(data))
        file.write_bytes(changed)
        if harm == "gone":
            file.unlink()
    assert answers(graph) == whole


@pytest.mark.parametrize(
    ("view", "sql"),
    [
        ("content", "UPDATE entity SET name = '王小二'"),
        ("rows", "DELETE FROM node"),
        ("rows", "UPDATE edge SET id = id || 'x'"),
        ("content", "DELETE FROM claim"),
    ],
)
def test_forged_rows_are_never_exported(graph: Path, view: str, sql: str) -> None:
    whole = answers(graph)
    (path,) = (graph / "views").glob(f"{view}-*")
    with sqlite3.connect(path) as db:
        assert db.execute(sql).rowcount > 0
    db.close()
    assert answers(graph) == whole


def test_a_view_that_is_a_link_is_not_followed(graph: Path, tmp_path: Path) -> None:
    whole = answers(graph)
    for path in list((graph / "views").iterdir()):
        moved = tmp_path / path.name
        path.rename(moved)
        path.symlink_to(moved)
    moved_files = sorted(p.name for p in tmp_path.iterdir())
    assert answers(graph) == whole
    assert not any(p.is_symlink() for p in (graph / "views").iterdir())
    assert sorted(p.name for p in tmp_path.iterdir()) == moved_files


@pytest.mark.parametrize("kind", ["link", "dangling link", "file"])
def test_a_views_folder_outside_the_graph_is_rejected_and_not_changed(graph: Path, tmp_path: Path, kind: str) -> None:
    victim = tmp_path / "victim"
    (victim / "content-of-my-thesis").mkdir(parents=True)
    (victim / "content-of-my-thesis" / "a.txt").write_text("mine")
    (victim / f"rows-7-{'0' * 32}.sqlite").write_text("mine")
    before = sorted(p.relative_to(victim) for p in victim.rglob("*"))
    if kind == "file":
        (graph / "views").write_text("mine")
    else:
        (graph / "views").symlink_to(victim if kind == "link" else tmp_path / "nowhere")
    with graphkit.open(graph) as opened:
        for action in (opened.content, opened.status, opened.phrases, lambda: opened.cypher("RETURN 1")):
            with pytest.raises(LedgerError, match=r"is a link|is not a folder"):
                action()
    with pytest.raises(LedgerError, match=r"is a link|is not a folder"):
        repair(graph)
    assert sorted(p.relative_to(victim) for p in victim.rglob("*")) == before
    assert not (tmp_path / "nowhere").exists()


def test_only_files_with_graphkit_names_are_removed(graph: Path) -> None:
    own = ["content-of-my-thesis", "rows-2024.xlsx", "content-7.sqlite", "counts-final.json", "notes.txt"]
    (graph / "views").mkdir()
    for name in own:
        (graph / "views" / name).write_text("mine")
    (graph / "views" / f"content-6-{'0' * 32}.sqlite").write_text("of an earlier version")
    answers(graph)
    repair(graph)
    assert all((graph / "views" / name).read_text() == "mine" for name in own)
    assert not (graph / "views" / f"content-6-{'0' * 32}.sqlite").exists()
    shutil.rmtree(graph / "views")
