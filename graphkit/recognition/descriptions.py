"""Descriptions in front of names: 全国文明村——石渡县古井村, “青石经验”发源地石渡县云雾镇."""

from __future__ import annotations

from dataclasses import replace

from graphkit.grammar.patterns import pattern
from graphkit.recognition import gazetteer
from graphkit.recognition.names import NameSpan, has_suffix, other_wordings, type_of

_DESCRIPTION = pattern("names.description")
_BEGINS_WITH_DIVISION = pattern("names.begins_with_division")
_DESCRIBED_TYPES = frozenset(["Place", "Park", "Site", "Project", "Organization"])


def without_description(text: str, name: NameSpan) -> NameSpan:
    """Return a name without the description in front of it, or without the one behind a place and a dash.

    In 全国文明村——石渡县古井村, the name follows the dash; in 临汾市——能源基地, it precedes the dash. If what follows the
    description does not end like a name, the result is the name itself.
    """
    m = _DESCRIPTION.match(text, name.start, name.end) if name.type in _DESCRIBED_TYPES else None
    if m is None:
        return name
    start, end = m.end(), name.end
    if m["dash"] is not None and not _BEGINS_WITH_DIVISION.match(text, start, end) and type_of(m["dash"]) == "Place":
        start, end = m.span("dash")
    words = text[start:end]
    if not (has_suffix(words) or gazetteer.is_division(words)):
        return name
    return replace(name, start=start, end=end, aliases=other_wordings(words))


def is_description(text: str, start: int, end: int) -> bool:
    """Tell whether a span describes the place whose name follows a dash: 全国文明村 in 全国文明村——石渡县古井村."""
    m = _DESCRIPTION.match(text, start)
    if m is None or m.end("dash") != end or gazetteer.is_division(text[start:end]):
        return False
    return _BEGINS_WITH_DIVISION.match(text, m.end()) is not None
