"""Names of all reports → entities. A function of the set of names: the order of the reports does not matter.

First safe rules only: same type, same full name, compatible place. Every merge carries its reason. No merge by
similarity. What people have decided on names stands above the rules. Names are brought together by sorting them in a working file; memory does not grow with the reports.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from typing import Any

from graphkit.model import Entity, Mention, Report, Statement
from graphkit.recognition import gazetteer
from graphkit.resolution.bodies import anchored, short_of
from graphkit.resolution.persons import Marked, Person, note_persons, persons_of, settle_persons
from graphkit.resolution.short_forms import is_national_post, is_relative, place_chain
from graphkit.review.decisions import Decision, Verdict
from graphkit.tables import Tables

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


Key = tuple[str, str, str]
#: Reports with their statements, in order of id; called once a pass.
ByReport = Callable[[], Iterable[tuple[Report, Sequence[Statement]]]]
#: What a mention is looked up by inside of its report: type, name, day of a meeting.
Place = tuple[str, str, str]
#: Reports and entities that are kept at hand.
AT_HAND = 256


@dataclass(slots=True)
class _Cluster:
    """All names of one entity. fixed: its canonical name, if a rule gives it."""

    type: str
    scope: str
    code: str = ""
    fixed: str = ""
    names: Counter[str] = field(default_factory=Counter)
    aliases: set[str] = field(default_factory=set)
    labels: set[str] = field(default_factory=set)
    reasons: dict[str, str] = field(default_factory=dict)


class Resolution:
    """Entities of a set of statements, in the tables that `resolve` has made.

    `entity(statement, mention)` gives the entity of a mention; `merges(entity_id)` why names became one.
    """

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._of_report = lru_cache(AT_HAND)(self._read_report)
        self._numbered = lru_cache(AT_HAND * 16)(self._read_numbered)
        self.number_of = lru_cache(AT_HAND * 64)(self._read_number)

    @classmethod
    def of(cls, reports: Iterable[Report], statements: Iterable[Statement]) -> Resolution:
        """The entities of a few reports, in memory."""
        said: dict[str, list[Statement]] = defaultdict(list)
        for statement in statements:
            said[statement.report].append(statement)
        pairs = [(report, said[report.id]) for report in reports]
        tables = Tables()
        resolve(tables, lambda: pairs)
        return cls(tables)

    def entities(self) -> Iterator[Entity]:
        """All entities in order of id."""
        for _, rows in groupby(self._tables.rows(f"SELECT {_COLUMNS} FROM entity ORDER BY id, number"), lambda r: r[1]):
            yield from dict.fromkeys(_entity_of(row) for row in rows)

    def __len__(self) -> int:
        return int(self._tables.value("SELECT count(DISTINCT id) FROM entity"))

    def has(self, kind: str) -> bool:
        """Is there an entity of this type?"""
        return self._tables.value("SELECT 1 FROM entity WHERE type = ? LIMIT 1", kind) is not None

    def knows(self, entity_id: str) -> bool:
        """Is there an entity of this id?"""
        return self._tables.value("SELECT 1 FROM entity WHERE id = ? LIMIT 1", entity_id) is not None

    def by_id(self, entity_id: str) -> Entity:
        """Raises KeyError for an id that no entity has."""
        return self.numbered(self.number_of(entity_id))

    def named(self, name: str) -> list[Entity]:
        """Entities with this id, name or alias, in order of id."""
        return [e for e in self.entities() if name in (e.id, e.name, *e.aliases)]

    def entity(self, statement: Statement, mention: Mention) -> Entity:
        return self.numbered(self.number(statement, mention))

    def number(self, statement: Statement, mention: Mention) -> int:
        """Row of the mention's entity in the table `entity`."""
        return self._of_report(statement.report)[_place(statement, mention)]

    def numbered(self, number: int) -> Entity:
        return self._numbered(number)

    def merges(self, entity_id: str) -> tuple[Merge, ...]:
        sql = "SELECT name, reason FROM merge WHERE entity = (SELECT max(number) FROM entity WHERE id = ?) ORDER BY name, reason"
        return tuple(Merge(*row) for row in self._tables.rows(sql, entity_id))

    def _read_report(self, report_id: str) -> dict[Place, int]:
        return {(kind, name, day): number for kind, name, day, number in self._tables.rows("SELECT type, name, day, entity FROM mention WHERE report = ?", report_id)}

    def _read_number(self, entity_id: str) -> int:
        number = self._tables.value("SELECT max(number) FROM entity WHERE id = ?", entity_id)
        if number is None:
            raise KeyError(entity_id)
        return int(number)

    def _read_numbered(self, number: int) -> Entity:
        return _entity_of(next(self._tables.rows(f"SELECT {_COLUMNS} FROM entity WHERE number = ?", number)))


_COLUMNS = "number, id, type, name, aliases, scope, code, labels"


def _entity_of(row: Sequence[Any]) -> Entity:
    _, entity_id, kind, name, aliases, scope, code, labels = row
    return Entity(entity_id, kind, name, tuple(json.loads(aliases)) if aliases else (), scope, code, tuple(labels.split()) if labels else ())


def _place(statement: Statement, mention: Mention) -> Place:
    return mention.type, mention.name, statement.date if mention.type == "Meeting" else ""


def resolve(tables: Tables, by_report: ByReport, decisions: Sequence[Decision] = ()) -> None:
    """Write the tables `entity`, `merge` and `mention` (report, type, name, day → entity). decisions: of people, on names."""
    note_persons(tables, by_report())
    settle_persons(tables, _marked(decisions))
    tables.run(
        "CREATE TABLE named (report TEXT, type TEXT, name TEXT, day TEXT, key TEXT, scope TEXT, code TEXT, fixed TEXT, reason TEXT, "
        "times INTEGER, aliases TEXT, official INTEGER)",
        "CREATE TABLE entity (number INTEGER PRIMARY KEY, id TEXT, type TEXT, name TEXT, aliases TEXT, scope TEXT, code TEXT, labels TEXT)",
        "CREATE TABLE merge (entity INTEGER, name TEXT, reason TEXT)",
        "CREATE TABLE found (report TEXT, type TEXT, name TEXT, day TEXT, entity INTEGER)",
    )
    tables.write("named", (row for report, statements in by_report() for row in _Report(report, statements, persons_of(tables, report.id)).named()))
    for decision in decisions:
        _follow(tables, decision)
    # Clusters in order of their key.
    rows = tables.rows("SELECT type, key, scope, report, name, day, code, fixed, reason, times, aliases, official FROM named ORDER BY type, key, scope")
    for number, (key, members) in enumerate(groupby(rows, lambda r: (r[0], r[1], r[2])), 1):
        _write_entity(tables, number, key, members)
    tables.run(
        "CREATE TABLE mention (report TEXT, type TEXT, name TEXT, day TEXT, entity INTEGER, PRIMARY KEY (report, type, name, day)) WITHOUT ROWID",
        "INSERT INTO mention SELECT * FROM found ORDER BY report, type, name, day",
        *(f"DROP TABLE {name}" for name in ("named", "found", "person")),
        "CREATE INDEX entity_id ON entity (id)",
        "CREATE INDEX merge_entity ON merge (entity)",
    )


def _marked(decisions: Iterable[Decision]) -> dict[str, Marked]:
    """What is decided on persons of one name, by name."""
    found: dict[str, Marked] = {}
    for decision in decisions:
        first, second = decision.names()
        if first.type == "Person" and first.name == second.name:
            of = found.setdefault(first.name, Marked())
            (of.same if decision.verdict is Verdict.same else of.different).append((first.report, second.report))
    return found


def _follow(tables: Tables, decision: Decision) -> None:
    """Give two names one key, or the second of them a key of its own."""
    first, second = decision.names()
    if first.type == "Person" and first.name == second.name:
        return  # Done among the profiles.
    columns = "key, scope, code, fixed"
    rows = [next(tables.rows(f"SELECT {columns} FROM named WHERE report = ? AND type = ? AND name = ?", n.report, n.type, n.name), None) for n in (first, second)]
    if rows[0] is None or rows[1] is None:
        return  # A report, or the name in it, is not in now.
    one, other = tuple(map(str, rows[0])), tuple(map(str, rows[1]))
    if decision.verdict is Verdict.same and one[:2] != other[:2]:
        change = "SET key = ?, scope = ?, code = ?, fixed = ?, reason = 'marked as the same by hand' WHERE type = ? AND key = ? AND scope = ?"
        tables.change(f"UPDATE named {change}", *one, first.type, *other[:2])
    elif decision.verdict is Verdict.different and one[:2] == other[:2]:
        scope = f"{one[1]}/{second.report}".removeprefix("/")
        change = "SET scope = ?, reason = 'told from a namesake by hand' WHERE report = ? AND type = ? AND name = ?"
        tables.change(f"UPDATE named {change}", scope, second.report, second.type, second.name)


def _write_entity(tables: Tables, number: int, key: Key, members: Iterable[Any]) -> None:
    cluster = _Cluster(key[0], key[2])
    for kind, _, _, report, name, day, code, fixed, reason, times, aliases, official in members:
        cluster.code, cluster.fixed = code, fixed
        cluster.names[name] += times
        if aliases:
            cluster.aliases.update(json.loads(aliases))
        if official:
            cluster.labels.add("Official")
        if reason:
            cluster.reasons[name] = min(reason, cluster.reasons.get(name, reason))
        tables.put("found", (report, kind, name, day, number))
    entity = _entity(cluster)
    others = json.dumps(entity.aliases, ensure_ascii=False) if entity.aliases else ""
    tables.put("entity", (number, entity.id, entity.type, entity.name, others, entity.scope, entity.code, " ".join(entity.labels)))
    for name, reason in cluster.reasons.items():
        tables.put("merge", (number, name, reason))


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


class _Report:
    """The names of one report and the entities that they stand for."""

    def __init__(self, report: Report, statements: Sequence[Statement], persons: dict[str, Person]) -> None:
        self._report = report
        self._statements = statements
        self._persons = persons
        self._full = _full_names(statements)

    def named(self) -> Iterator[tuple[Any, ...]]:
        """Rows for the table `named`."""
        found: dict[Place, _Named] = {}
        for statement in self._statements:
            for mention in (statement.subject, statement.object):
                if mention.type == "Value":
                    continue
                place = _place(statement, mention)
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
            person = self._persons[name]
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
