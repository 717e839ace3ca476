"""Fixtures: the made-up examples, and the real reports that lie beside the project in ../shared."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import graphkit
from graphkit.model import Reading, Report
from graphkit.recognition.tagger import Tagger, shared_tagger

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real reports. Without it tests skip, but fail in CI."""
    if not (SHARED / "gold").is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"{SHARED} is missing: the real reports must be there in CI")
        pytest.skip(f"{SHARED} is missing: tests on real reports are skipped")
    return SHARED


@pytest.fixture(scope="session")
def dev_records(shared: Path) -> list[dict[str, Any]]:
    lines = (shared / "gold" / "dev.reports.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="session")
def corpus_records(shared: Path) -> list[dict[str, Any]]:
    with gzip.open(shared / "corpus" / "xwlb.jsonl.gz", "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


@pytest.fixture(scope="session")
def examples() -> Path:
    return ROOT / "examples"


@pytest.fixture(scope="session")
def tagger() -> Tagger:
    return shared_tagger()


@pytest.fixture(scope="session")
def example_graph(tmp_path_factory: pytest.TempPathFactory, examples: Path) -> Iterator[graphkit.Graph]:
    """The examples built into a graph; tests may only read it."""
    with graphkit.open(tmp_path_factory.mktemp("examples") / "graph", create=True) as graph:
        graph.build(examples / "reports")
        yield graph


@pytest.fixture(scope="session")
def dev_graph(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> Iterator[graphkit.Graph]:
    """The dev reports built into a graph; tests may only read it."""
    with graphkit.open(tmp_path_factory.mktemp("dev") / "graph", create=True) as graph:
        graph.build(shared / "gold" / "dev.reports.jsonl")
        yield graph


@pytest.fixture
def read() -> Callable[..., Reading]:
    """Reads a text into statements."""
    return graphkit.extract


@pytest.fixture(scope="session")
def triples() -> Callable[[Reading], set[tuple[str, str, str]]]:
    """(subject, relation, object) of the actual statements, attribute values as `kind=value`."""

    def of(reading: Reading) -> set[tuple[str, str, str]]:
        return {
            (s.subject.name, s.relation, f"{s.kind}={s.object.name}" if s.kind else s.object.name)
            for s in reading.statements if s.status is graphkit.Status.ACTUAL
        }

    return of


def write_records(path: Path, records: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8")
    return path


def report(text: str, **fields: str) -> Report:
    return Report(id=fields.pop("id", "r"), text=text, **fields)
