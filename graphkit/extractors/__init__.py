"""Extractors convert reports into readings.

The built-in extractors are `offline`, the default, and `fast`, which omits the encoder. Other packages provide
extractors through the entry point `graphkit.extractors`: a class or function without arguments that returns an object
with the protocol `Extractor`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from importlib.metadata import entry_points
from typing import Protocol

from graphkit.errors import SchemaError, UsageError
from graphkit.model import Reading, Report
from graphkit.schema import load_schema

DEFAULT = "offline"
FAST = "fast"
VARIABLE = "GRAPHKIT_EXTRACTOR"


class Extractor(Protocol):
    """Interface of an extractor. Reports are read again when the name or the version changes."""

    name: str

    @property
    def version(self) -> str:
        """Changes when the same text may be read differently."""
        ...

    def read(self, reports: Sequence[Report]) -> Iterable[Reading]:
        """Return one reading for each report, in the same order."""
        ...


def default_extractor() -> str:
    """Return the name of the default extractor: the environment variable GRAPHKIT_EXTRACTOR, otherwise `offline`."""
    return os.environ.get(VARIABLE) or DEFAULT


def load_extractor(name: str = "") -> Extractor:
    """Return the extractor with this name from the installed packages, "" for the default.

    Raises UsageError for an unknown name.
    """
    name = name or default_extractor()
    found = {e.name: e for e in entry_points(group="graphkit.extractors")}
    if name not in found:
        raise UsageError(f"unknown extractor {name!r}; installed: {', '.join(sorted(found)) or 'none'}")
    extractor: Extractor = found[name].load()()
    return extractor


def checked(readings: Iterable[Reading]) -> Iterator[Reading]:
    """Yield readings without statements that contradict the schema or the text; the reasons are added to `refused`."""
    schema = load_schema()
    for reading in readings:
        valid, refused = [], list(reading.refused)
        for statement in reading.statements:
            try:
                schema.check(statement, reading.report)
            except SchemaError as error:
                refused.append(f"{statement.rule}: {error}")
            else:
                valid.append(statement.with_text(reading.report.text))
        yield replace(reading, statements=tuple(valid), refused=tuple(refused))
