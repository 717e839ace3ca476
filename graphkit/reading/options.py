"""The options of reading: paths of fields in records, and site rules. Readers ask for those of the current input.

Each step of reading runs under its options, so that readers of single files need no parameter for them, and two
iterations with different options do not affect each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from graphkit.reading.field_paths import FieldPath, field_paths
from graphkit.reading.site_rule_files import SiteRules, read_site_rules

Item = TypeVar("Item")
#: Paths for fields of a report: {"text": "data.article.body"}; several paths of a field are tried in order.
Fields = Mapping[str, str | Iterable[str]]
#: A file of site rules, or the rules in it.
Rules = str | Path | SiteRules


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """fields: where fields of reports are in records; rules: where they are in pages of certain sites.

    with_elements: whether the origins of reports name the elements of pages, which takes time. The options can be sent
    to other processes.
    """

    fields: tuple[FieldPath, ...] = ()
    rules: SiteRules = field(default_factory=SiteRules)
    with_elements: bool = False

    def paths(self, name: str) -> Iterator[FieldPath]:
        """Yield the paths of a field of a report, in order."""
        return (path for path in self.fields if path.field == name)


_DEFAULT = ReadingOptions()
_current: ContextVar[ReadingOptions] = ContextVar("graphkit_reading_options", default=_DEFAULT)


def reading_options(fields: Fields | None = None, site_rules: Rules | None = None) -> ReadingOptions:
    """Return the options. fields: paths in records by field of a report; site_rules: a file of site rules, or its rules.

    Raises UsageError for an unknown field or an empty path, and for a file of rules that cannot be read or is invalid.
    """
    if site_rules is None:
        site_rules = SiteRules()
    elif not isinstance(site_rules, SiteRules):
        site_rules = read_site_rules(Path(site_rules))
    return ReadingOptions(field_paths(fields or {}), site_rules)


def current_options() -> ReadingOptions:
    """Return the options under which the current input is read."""
    return _current.get()


@contextmanager
def under_options(options: ReadingOptions | None) -> Iterator[None]:
    """Read under these options in this context. Do not use it around a `yield` (see `each_under`)."""
    token = _current.set(options or _DEFAULT)
    try:
        yield
    finally:
        _current.reset(token)


def use_options(options: ReadingOptions) -> None:
    """Read under these options in this process from now on."""
    _current.set(options)


def each_under(options: ReadingOptions | None, items: Iterable[Item]) -> Iterator[Item]:
    """Yield the items, each of which is read under these options. None: those that are current at the time."""
    if options is None:
        yield from items
        return
    remaining = iter(items)
    while True:
        with under_options(options):
            try:
                item = next(remaining)
            except StopIteration:
                return
        yield item
