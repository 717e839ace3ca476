"""The names of one report, and the keys by which names of several reports are one entity."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphkit.grammar.patterns import pattern
from graphkit.model import Mention, Report, Statement
from graphkit.recognition import gazetteer
from graphkit.resolution.bodies import anchored, short_of
from graphkit.resolution.short_forms import is_general, is_national_post, is_relative, place_chain

_LOCAL_END = pattern("report_names.local_end")
_ORDINAL = pattern("report_names.ordinal")
_ONLY_ORDINAL = pattern("report_names.only_ordinal")
_MARKS = pattern("report_names.marks")

#: Type, name, scope.
Key = tuple[str, str, str]
#: The key of a mention in its own report: type, name, day of a meeting.
Place = tuple[str, str, str]


def place_of(statement: Statement, mention: Mention) -> Place:
    """Return the key of a mention in its own report."""
    return mention.type, mention.name, statement.date if mention.type == "Meeting" else ""


def bare_phrase(name: str) -> str:
    """Return a phrase without quotation marks, commas and spaces."""
    return _MARKS.sub("", name) or name


def name_rows(report: Report, statements: Sequence[Statement]) -> Iterator[tuple[Any, ...]]:
    """Return the rows of the names of a report.

    The columns are report, type, name, day, key, scope, code, fixed, reason, times, aliases and official. `fixed` is
    the canonical name if a rule gives it, `times` the number of occurrences in the report, `aliases` a JSON list. The
    scope and the reason of a person are found later, from all reports.
    """
    return _Names(report, statements).rows()


@dataclass(slots=True)
class _Named:
    """A name in one report. `aliases`, `times` and `official` are those of all its mentions there."""

    key: Key
    code: str
    fixed: str
    reason: str
    times: int = 0
    aliases: set[str] = field(default_factory=set)
    official: bool = False


class _Names:
    """The names of one report with the keys of their entities."""

    def __init__(self, report: Report, statements: Sequence[Statement]) -> None:
        self._report = report
        self._statements = statements
        self._full = _full_names(statements)

    def rows(self) -> Iterator[tuple[Any, ...]]:
        found: dict[Place, _Named] = {}
        for statement in self._statements:
            for mention in (statement.subject, statement.object):
                if mention.type == "Value":
                    continue
                place = place_of(statement, mention)
                if place not in found:
                    found[place] = _Named(*self._key(statement, mention))
                one = found[place]
                one.times += 1
                one.aliases.update(mention.aliases)
                one.official |= statement.relation == "holds_post" and mention.type == "Person"
        for place, one in found.items():
            # The alias of a group with a general name is its leader, who is an entity of another type.
            others = [] if one.reason == GENERAL else sorted(one.aliases)
            aliases = json.dumps(others, ensure_ascii=False) if others else ""
            result = (one.code, one.fixed, one.reason, one.times, aliases, one.official)
            yield (self._report.id, *place, *one.key[1:], *result)

    def _key(self, statement: Statement, mention: Mention) -> tuple[Key, str, str, str]:
        """Return the key, the division code, the canonical name if a rule gives it, and the reason of the merge."""
        report = self._report
        name, kind = mention.name, mention.type
        if kind == "Person":
            return ("Person", name, ""), "", name, ""
        if kind == "Phrase":
            bare = bare_phrase(name)
            return ("Phrase", bare, ""), "", "", "same words without quotation marks" if bare != name else ""
        if kind == "Meeting":
            numbered = _ORDINAL.search(name) and not _ONLY_ORDINAL.fullmatch(name)
            day = "" if numbered else (statement.date or report.date or report.id)
            home = self._home() if not _is_full(name) else ""
            return ("Meeting", name, "@".join(p for p in (home, day) if p)), "", name, "same name, place and day"
        if kind == "Place":
            division = gazetteer.locate(name, report.place + statement.object.name)
            if division is not None:
                now = gazetteer.today(division)
                was = f", called {division.name} until {division.last}" if now.name != division.name else ""
                return ("Place", now.code, ""), now.code, now.name, f"division code {now.code}{was}"
        return self._key_in_one_form(kind, name)

    def _key_in_one_form(self, kind: str, name: str) -> tuple[Key, str, str, str]:
        """Return the key and the like of a body, post, park, project, site or document, and of an unknown place."""
        report = self._report
        if kind == "Organization" and (full := self._full.get(name)) is not None:
            found = anchored(full, report)
            body = found.name if found is not None else full
            return ("Organization", body, ""), "", body, f"short name of {full} in the same report"
        if kind in _WITH_DIVISION:
            found = anchored(name, report)
            if found is not None and (found.unit is not None or found.name != name):
                return (kind, found.name, ""), "", found.name, found.reason
        if is_relative(name):
            return (kind, name, report.id), "", name, "its place is unknown: this report only"
        if kind in _WITH_GENERAL_NAMES and is_general(name):
            return (kind, name, report.id), "", name, GENERAL
        if kind == "Post":
            is_local = len(name) <= 4 and not is_national_post(name)
            return ("Post", name, self._home() if is_local else ""), "", name, ""
        if kind in _LOCAL and len(name) <= 6 and (_LOCAL_END.search(name) or kind in ("Place", "Site")):
            home = self._home() or report.id
            return (kind, name, home), "", name, f"same name in {home}"
        return (kind, name, ""), "", name, ""

    def _home(self) -> str:
        """Return the divisions of the place of the report, or "" if it is unknown."""
        return "/".join(place_chain(self._report.place)) if self._report.place else ""


#: Reason of an entity whose name means another entity in each report.
GENERAL = "a general name: this report only"
#: Types of entities that can have general names. Short names of sites and places belong to the place of the report.
_WITH_GENERAL_NAMES = frozenset({"Organization", "Project", "Park", "Site"})
#: Types of entities of which those with the same short name in one place are one entity.
_LOCAL = frozenset({"Place", "Site", "Organization", "Project", "Park"})
#: Types whose names may begin with a division.
_WITH_DIVISION = frozenset({"Organization", "Park", "Post", "Site", "Project", "Place"})


def _full_names(statements: Iterable[Statement]) -> dict[str, str]:
    """Return the full name of each short name of a company in the same report, if exactly one fits."""
    names = {m.name for s in statements for m in (s.subject, s.object) if m.type == "Organization"}
    found = {}
    for short in names:
        fits = [n for n in names if short_of(short, n)]
        if len(fits) == 1:
            found[short] = fits[0]
    return found


def _is_full(name: str) -> bool:
    """Tell whether the name of a meeting begins with a body or place."""
    return not is_relative(name) and len(name) >= 8
