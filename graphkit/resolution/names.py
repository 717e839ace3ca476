"""The names of one report, and the key by which a name is one with that of other reports."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphkit.model import Mention, Report, Statement
from graphkit.recognition import gazetteer
from graphkit.resolution.bodies import anchored, short_of
from graphkit.resolution.short_forms import is_national_post, is_relative, place_chain

_BARE_LOCAL = re.compile(r"(?:镇|乡|街道|村|社区|小区|居委会|医院|中心|广场|公园|小学|中学|幼儿园|卫生院|敬老院|检查站|收费站|路口|水库|污水处理厂|展览馆|博物馆|纪念馆|文化馆|图书馆)$")
_ORDINAL = re.compile(r"第[一二三四五六七八九十百\d]+次|第[一二三四五六七八九十百\d]+届|\d{4}年|[一二三四五六七八九十]届.{0,8}[一二三四五六七八九十]次")
#: 第二次全体会议 has a number but does not say of what: it needs its day.
_BARE_ORDINAL = re.compile(r"第[一二三四五六七八九十百\d]+[次届](?:全体|主席|委员长|常务|主席团|专题)*(?:会议|会|学习)")
_MARKS = re.compile(r"[“”‘’\"'、，·\s]")

#: Type, name, scope.
Key = tuple[str, str, str]
#: What a mention is looked up by inside of its report: type, name, day of a meeting.
Place = tuple[str, str, str]


def place_of(statement: Statement, mention: Mention) -> Place:
    return mention.type, mention.name, statement.date if mention.type == "Meeting" else ""


def bare_phrase(name: str) -> str:
    """A phrase without quotation marks, commas and blanks."""
    return _MARKS.sub("", name) or name


def name_rows(report: Report, statements: Sequence[Statement]) -> Iterator[tuple[Any, ...]]:
    """Rows (report, type, name, day, key, scope, code, fixed, reason, times, aliases, official) of the names of a report.

    aliases: JSON; fixed: the canonical name, if a rule gives it; times: how often the report has the name. A person's scope and
    reason are found from all reports.
    """
    return _Names(report, statements).rows()


@dataclass(slots=True)
class _Named:
    """A name in one report. aliases, times, official: over all its mentions there."""

    key: Key
    code: str
    fixed: str
    reason: str
    times: int = 0
    aliases: set[str] = field(default_factory=set)
    official: bool = False


class _Names:
    """The names of one report and the entities that they stand for."""

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
            aliases = json.dumps(sorted(one.aliases), ensure_ascii=False) if one.aliases else ""
            yield (self._report.id, *place, *one.key[1:], one.code, one.fixed, one.reason, one.times, aliases, one.official)

    def _key(self, statement: Statement, mention: Mention) -> tuple[Key, str, str, str]:
        """(type, name, scope), division code, canonical name if it is fixed by rule, reason of the merge."""
        report = self._report
        name = mention.name
        if mention.type == "Person":
            return ("Person", name, ""), "", name, ""
        if mention.type == "Phrase":
            bare = bare_phrase(name)
            return ("Phrase", bare, ""), "", "", "same words without quotation marks" if bare != name else ""
        if mention.type == "Meeting":
            day = "" if _ORDINAL.search(name) and not _BARE_ORDINAL.fullmatch(name) else (statement.date or report.date or report.id)
            home = "/".join(place_chain(report.place)) if report.place and not _is_full(name) else ""
            return ("Meeting", name, "@".join(p for p in (home, day) if p)), "", name, "same name, place and day"
        if mention.type == "Place":
            division = gazetteer.locate(name, report.place + statement.object.name)
            if division is not None:
                now = gazetteer.today(division)
                was = f", called {division.name} until {division.last}" if now.name != division.name else ""
                return ("Place", now.code, ""), now.code, now.name, f"division code {now.code}{was}"
        if mention.type == "Organization" and (full := self._full.get(name)) is not None:
            key = self._body("Organization", full, report)
            return (key[0], key[1], ""), "", key[1], f"short name of {full} in the same report"
        if mention.type in _BEARING_PLACES:
            found = anchored(name, report)
            if found is not None and (found.unit is not None or found.name != name):
                return (mention.type, found.name, ""), "", found.name, found.reason
        if is_relative(name):
            return (mention.type, name, report.id), "", name, "its place is unknown: this report only"
        if mention.type == "Post":
            home = "/".join(place_chain(report.place)) if report.place and len(name) <= 4 and not is_national_post(name) else ""
            return ("Post", name, home), "", name, ""
        if mention.type in ("Place", "Site", "Organization", "Project", "Park") and len(name) <= 6 and (
            _BARE_LOCAL.search(name) or mention.type in ("Place", "Site")
        ):
            home = "/".join(place_chain(report.place)) if report.place else report.id
            return (mention.type, name, home), "", name, f"same name in {home}"
        return (mention.type, name, ""), "", name, ""

    @staticmethod
    def _body(kind: str, name: str, report: Report) -> tuple[str, str]:
        found = anchored(name, report)
        return kind, found.name if found is not None else name


#: Types whose names may begin with a division.
_BEARING_PLACES = frozenset({"Organization", "Park", "Post", "Site", "Project", "Place"})


def _full_names(statements: Iterable[Statement]) -> dict[str, str]:
    """Short name of a company → its full name in the same report, when only one fits."""
    names = {m.name for s in statements for m in (s.subject, s.object) if m.type == "Organization"}
    found = {}
    for short in names:
        fits = [n for n in names if short_of(short, n)]
        if len(fits) == 1:
            found[short] = fits[0]
    return found


def _is_full(name: str) -> bool:
    """A meeting's name that begins with a body or place of its own."""
    return not is_relative(name) and len(name) >= 8
