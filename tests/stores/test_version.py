"""The version of the views follows from the code and data that determine them."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

import graphkit
from graphkit.extractors.version import source_hash
from graphkit.schema.definition import schema_path
from graphkit.stores.version import SOURCES, view_version
from tests.conftest import ROOT, write_records
from tests.test_layers import module_imports

PACKAGE = Path(graphkit.__file__).parent
#: Where the modules begin that build views, and modules that do not determine their content.
BUILDERS = ("graphkit.stores.views", "graphkit.explorer.lookup")
NO_CONTENT = {
    "graphkit.errors",
    "graphkit.extractors.version",
    "graphkit.presentation",
    "graphkit.vocabulary",
    "graphkit.wording",
}


def sources_of_views() -> set[str]:
    """All modules of the package that the modules that build views import, directly or not."""
    imported = module_imports(ROOT / "graphkit")
    found, waiting = set(), list(BUILDERS)
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting += imported.get(module, ())
    return found - NO_CONTENT


def test_every_module_that_builds_views_is_part_of_the_version() -> None:
    names = {s.removesuffix(".py").replace("/", ".") for s in SOURCES}
    missing = {
        module
        for module in sources_of_views()
        if not any(module == f"graphkit.{n}" or module.startswith(f"graphkit.{n}.") for n in names)
    }
    assert missing == set()
    assert all((PACKAGE / source).exists() for source in SOURCES)


@pytest.mark.parametrize(
    ("file", "changes"),
    [
        ("stores/property_graph_builder.py", True),
        ("stores/rdf/quads.py", True),
        ("resolution/amounts.py", True),
        ("grammar/patterns/quantities.toml", True),
        ("model.py", True),
        ("explorer/lookup.py", True),
        ("cli/build.py", False),
        ("relations/visits.py", False),
        ("explorer/server.py", False),
    ],
)
def test_a_change_of_these_files_changes_the_version(tmp_path: Path, file: str, changes: bool) -> None:
    copied = tmp_path / "graphkit"
    ignored = shutil.ignore_patterns("vendor", "__pycache__", "data")
    shutil.copytree(PACKAGE, copied, ignore=ignored)
    before = source_hash(copied, schema_path(), (), SOURCES)
    path = copied / file
    path.write_text(path.read_text(encoding="utf-8") + "\n# a comment\n", encoding="utf-8")
    assert (source_hash(copied, schema_path(), (), SOURCES) != before) is changes


def test_views_of_another_version_are_rebuilt_and_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "3月2日，市委书记林知远到石渡县调研。"
    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.build(write_records(tmp_path / "a.jsonl", [{"id": "a", "text": text}]), extractor="fast")
        graph.cypher("MATCH (n) RETURN count(n) AS n")
    views = tmp_path / "g" / "views"
    assert {view_version() in p.name for p in views.glob("content-*")} == {True}
    monkeypatch.setattr("graphkit.stores.content.view_version", lambda: "00c0ffee")
    with graphkit.open(tmp_path / "g") as graph:
        graph.cypher("MATCH (n) RETURN count(n) AS n")
    assert [p.name.split("-")[1] for p in views.glob("content-*")] == ["00c0ffee"]


def test_the_version_is_computed_quickly() -> None:
    view_version.cache_clear()
    start = time.process_time()
    assert len(view_version()) == 8
    assert time.process_time() - start < 0.5, "it is computed at each start of a command"
