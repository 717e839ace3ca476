"""Three texts, and graphs that are built from files in folders, for the tests of ids."""

from __future__ import annotations

from pathlib import Path

import graphkit
from graphkit.graph import Graph

A, B, C = (f"{place}召开会议，市委书记林知远到{place}调研。" for place in ("石渡县", "云泽市", "东屏区"))


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def stored(graph: Graph) -> dict[str, str]:
    assert list(graph.validate(shacl=False)) == []
    return {report.id: report.text for report in graph.reports()}


def built(graph: Path, *arguments: Path | str, workers: int = 1) -> dict[str, str]:
    with graphkit.open(graph, create=True) as opened:
        opened.build(arguments, workers=workers)
        return stored(opened)
