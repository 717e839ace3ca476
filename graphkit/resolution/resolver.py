"""Names of all reports → entities. A function of the set of names: the order of the reports does not matter.

First safe rules only: same type, same full name, compatible place. Every merge carries its reason. No merge by
similarity.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from graphkit.model import Entity, Mention, Report, Statement
from graphkit.recognition import gazetteer
from graphkit.resolution.bodies import anchored, short_of
from graphkit.resolution.persons import Persons
from graphkit.resolution.short_forms import is_national_post, is_relative, place_chain

_BARE_LOCAL = re.compile(r"(?:镇|乡|街道|村|社区|小区|居委会|医院|中心|广场|公园|小学|中学|幼儿园|卫生院|敬老院|检查站|收费站|路口|水库|污水处理厂|展览馆|博物馆|纪念馆|文化馆|图书馆)$")
_ORDINAL = re.compile(r"第[一二三四五六七八九十百\d]+次|第[一二三四五六七八九十百\d]+届|\d{4}年|[一二三四五六七八九十]届.{0,8}[一二三四五六七八九十]次")
#: 第二次全体会议 has a number but does not say of what: it needs its day.
_BARE_ORDINAL = re.compile(r"第[一二三四五六七八九十百\d]+[次届](?:全体|主席|委员长|常务|主席团|专题)*(?:会议|会|学习)")
_MARKS = re.compile(r"[“”‘’\"'、，·\s]")


@dataclass(frozen=True, slots=True)
class Merge:
    """A wording that was taken for an entity, and why."""

    name: str
    reason: str


@dataclass(slots=True)
class _Cluster:
    type: str
    scope: str
    code: str = ""
    names: Counter[str] = field(default_factory=Counter)
    aliases: set[str] = field(default_factory=set)
    fixed: str = ""
    labels: set[str] = field(default_factory=set)
    reasons: dict[str, str] = field(default_factory=dict)


Key = tuple[str, str, str]


class Resolution:
    """Entities of a set of statements.

    `entity(statement, mention)` gives the entity of a mention; `merges(entity_id)` why names became one.
    """

    def __init__(self, reports: Iterable[Report], statements: Iterable[Statement]) -> None:
        self._reports = {r.id: r for r in reports}
        self._by_id: dict[str, Entity] = {}
        kept = list(statements)
        self._persons = Persons(self._reports, kept)
        self._full = _full_names(kept)
        clusters: dict[Key, _Cluster] = {}
        self._keys: dict[tuple[str, str, str, str], Key] = {}
        for statement in kept:
            for mention in (statement.subject, statement.object):
                if mention.type != "Value":
                    self._add(clusters, statement, mention)
        self._entities: dict[Key, Entity] = {}
        self._merges: dict[str, tuple[Merge, ...]] = {}
        for key in sorted(clusters):
            entity = _entity(clusters[key])
            self._entities[key] = entity
            self._merges[entity.id] = tuple(Merge(n, r) for n, r in sorted(clusters[key].reasons.items()))

    def entities(self) -> list[Entity]:
        """All entities in order of id."""
        return sorted(set(self._entities.values()), key=lambda e: e.id)

    def by_id(self, entity_id: str) -> Entity:
        """Raises KeyError for an id that no entity has."""
        if not self._by_id:
            self._by_id = {e.id: e for e in self._entities.values()}
        return self._by_id[entity_id]

    def entity(self, statement: Statement, mention: Mention) -> Entity:
        return self._entities[self._keys[self._lookup(statement, mention)]]

    def merges(self, entity_id: str) -> tuple[Merge, ...]:
        return self._merges.get(entity_id, ())

    @staticmethod
    def _lookup(statement: Statement, mention: Mention) -> tuple[str, str, str, str]:
        day = statement.date if mention.type == "Meeting" else ""
        return statement.report, mention.type, mention.name, day

    # -- clusters ----------------------------------------------------------------------------------------------

    def _add(self, clusters: dict[Key, _Cluster], statement: Statement, mention: Mention) -> None:
        lookup = self._lookup(statement, mention)
        key = self._keys.get(lookup)
        if key is None:
            key, code, fixed, reason = self._key(statement, mention)
            self._keys[lookup] = key
            cluster = clusters.setdefault(key, _Cluster(mention.type, key[2], code, fixed=fixed))
            if reason:
                known = cluster.reasons.get(mention.name)
                cluster.reasons[mention.name] = reason if known is None else min(known, reason)
        cluster = clusters[key]
        cluster.names[mention.name] += 1
        cluster.aliases.update(mention.aliases)
        if statement.relation == "holds_post" and mention.type == "Person":
            cluster.labels.add("Official")

    def _key(self, statement: Statement, mention: Mention) -> tuple[Key, str, str, str]:
        """(type, name, scope), division code, canonical name if it is fixed by rule, reason of the merge."""
        report = self._reports[statement.report]
        name = mention.name
        if mention.type == "Person":
            person = self._persons.of(report.id, name)
            return ("Person", name, person.scope), "", name, person.reason
        if mention.type == "Phrase":
            bare = _MARKS.sub("", name) or name
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
        if mention.type == "Organization" and (full := self._full.get((report.id, name))) is not None:
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


def _full_names(statements: list[Statement]) -> dict[tuple[str, str], str]:
    """(report, short name of a company) → its full name in the same report, when only one fits."""
    of: dict[str, set[str]] = defaultdict(set)
    for s in statements:
        for mention in (s.subject, s.object):
            if mention.type == "Organization":
                of[s.report].add(mention.name)
    found = {}
    for report, names in of.items():
        for short in names:
            fits = sorted(n for n in names if short_of(short, n))
            if len(fits) == 1:
                found[report, short] = fits[0]
    return found


def _is_full(name: str) -> bool:
    """A meeting's name that begins with a body or place of its own."""
    return not is_relative(name) and len(name) >= 8


def _entity(cluster: _Cluster) -> Entity:
    ranked = sorted(cluster.names.items(), key=lambda x: (-x[1], -len(x[0]), x[0]))
    name = cluster.fixed or ranked[0][0]
    identity = cluster.code or name
    if cluster.type == "Phrase":
        identity = _MARKS.sub("", name) or name
    scope = cluster.scope
    aliases = tuple(sorted((set(cluster.names) | cluster.aliases) - {name}))
    return Entity(
        id=f"{cluster.type}:{identity}" + (f"@{scope}" if scope else ""), type=cluster.type, name=name, aliases=aliases,
        scope=scope, code=cluster.code, labels=tuple(sorted(cluster.labels)),
    )
