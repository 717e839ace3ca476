"""An extractor turns reports into readings. The built-in one is `offline`; others come by entry point
`graphkit.extractors` (a class or function without arguments that returns an object with this protocol)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from importlib.metadata import entry_points
from typing import Protocol

from graphkit.errors import SchemaError, UsageError
from graphkit.model import Reading, Report
from graphkit.schema import load_schema


class Extractor(Protocol):
    """name and version tell the ledger when a report must be read again."""

    name: str

    @property
    def version(self) -> str:
        """Changes when the same text may be read differently."""
        ...

    def read(self, reports: Sequence[Report]) -> Iterable[Reading]:
        """One reading a report, in the same order."""
        ...


def load_extractor(name: str = "offline") -> Extractor:
    """The extractor of this name, from the entry points of all installed packages."""
    found = {e.name: e for e in entry_points(group="graphkit.extractors")}
    if name not in found:
        raise UsageError(f"no extractor {name!r}; installed: {', '.join(sorted(found)) or 'none'}")
    extractor: Extractor = found[name].load()()
    return extractor


def checked(readings: Iterable[Reading]) -> Iterator[Reading]:
    """Readings without the statements that the schema or the text forbids; those are kept in `refused`."""
    schema = load_schema()
    for reading in readings:
        good, refused = [], list(reading.refused)
        for statement in reading.statements:
            try:
                schema.check(statement, reading.report)
            except SchemaError as error:
                refused.append(f"{statement.rule}: {error}")
            else:
                good.append(statement)
        yield replace(reading, statements=tuple(good), refused=tuple(refused))
