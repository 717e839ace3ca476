"""`import graphkit` is fast: heavy libraries are imported when they are needed."""

from __future__ import annotations

import subprocess
import sys

import pytest

import graphkit

HEAVY = {
    "numpy",
    "pyarrow",
    "onnxruntime",
    "pandas",
    "rdflib",
    "pyoxigraph",
    "kglite",
    "neo4j",
    "networkx",
    "trafilatura",
    "lxml",
}


def test_importing_graphkit_imports_no_heavy_library() -> None:
    code = "import sys, graphkit; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not HEAVY & set(done.stdout.split())


def test_every_public_name_can_be_imported() -> None:
    for name in graphkit.__all__:
        assert getattr(graphkit, name) is not None
        assert name in dir(graphkit)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="Grap"):
        graphkit.Grap  # noqa: B018
