"""Names of all reports → entities. The result is a function of the set of names, whatever the order of the reports.

Names are merged only by safe rules: same type, same full name, compatible place. Each merge has a reason, and names
are never merged by similarity. Decisions of users on names take precedence over the rules. The names are sorted in a
working file, so that the memory does not grow with the number of reports.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from typing import Any

from graphkit.decisions.model import Decision, Verdict
from graphkit.files.tables import Tables
from graphkit.model import Entity, Mention, Report, Statement
from graphkit.resolution.names import Key, Place, bare_phrase, name_rows, place_of
from graphkit.resolution.persons import PROFILE, Marked, profile_rows, settle_persons
from graphkit.resolution.spread import Said, Spread, here, in_blocks


@dataclass(frozen=True, slots=True)
class Merge:
    """A name that was merged into an entity, with the reason."""

    name: str
    reason: str


#: Number of reports whose entities are kept in memory.
IN_MEMORY = 256
#: Maximum number of names of reports in a block, unless one entity has more.
NAMES = 20_000


@dataclass(slots=True)
class _Cluster:
    """All names of one entity. `fixed` is its canonical name if a rule gives it."""

    type: str
    scope: str
    code: str = ""
    fixed: str = ""
    names: Counter[str] = field(default_factory=Counter)
    aliases: set[str] = field(default_factory=set)
    labels: set[str] = field(default_factory=set)
    reasons: dict[str, str] = field(default_factory=dict)


class Resolution:
    """The entities of a set of statements, in the tables that `resolve` has written."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._of_report = lru_cache(IN_MEMORY)(self._read_report)
        self._numbered = lru_cache(IN_MEMORY * 16)(self._read_numbered)
        self.number_of = lru_cache(IN_MEMORY * 64)(self._read_number)

    @classmethod
    def of(cls, reports: Iterable[Report], statements: Iterable[Statement]) -> Resolution:
        """Return the entities of a few reports, in memory."""
        said: dict[str, list[Statement]] = defaultdict(list)
        for statement in statements:
            said[statement.report].append(statement)
        pairs = sorted(((report, said[report.id]) for report in reports), key=lambda pair: pair[0].id)
        tables = Tables()
        resolve(tables, pairs)
        return cls(tables)

    def entities(self) -> Iterator[Entity]:
        """Yield all entities in order of id."""
        for _, rows in groupby(self._tables.rows(f"SELECT {_COLUMNS} FROM entity ORDER BY id, number"), lambda r: r[1]):
            yield from dict.fromkeys(_entity_of(row) for row in rows)

    def __len__(self) -> int:
        return int(self._tables.value("SELECT count(DISTINCT id) FROM entity"))

    def has(self, kind: str) -> bool:
        """Tell whether there is an entity of this type."""
        return self._tables.value("SELECT 1 FROM entity WHERE type = ? LIMIT 1", kind) is not None

    def knows(self, entity_id: str) -> bool:
        """Tell whether there is an entity with this id."""
        return self._tables.value("SELECT 1 FROM entity WHERE id = ? LIMIT 1", entity_id) is not None

    def by_id(self, entity_id: str) -> Entity:
        """Return the entity with this id. Raises KeyError if there is none."""
        return self.numbered(self.number_of(entity_id))

    def named(self, name: str) -> list[Entity]:
        """Return the entities with this id, name or alias, in order of id."""
        return [e for e in self.entities() if name in (e.id, e.name, *e.aliases)]

    def entity(self, statement: Statement, mention: Mention) -> Entity:
        """Return the entity of a mention."""
        return self.numbered(self.number(statement, mention))

    def number(self, statement: Statement, mention: Mention) -> int:
        """Return the number of the entity of a mention in the table `entity`."""
        return self._of_report(statement.report)[place_of(statement, mention)]

    def numbered(self, number: int) -> Entity:
        """Return the entity with this number in the table `entity`."""
        return self._numbered(number)

    def by_number(self) -> dict[int, Entity]:
        """Return all entities by their numbers in the table `entity`, for those who need most of them."""
        return {row[0]: _entity_of(row) for row in self._tables.rows(f"SELECT {_COLUMNS} FROM entity")}

    def numbers_by_report(self) -> Iterator[tuple[str, dict[Place, int]]]:
        """Yield the ids of the reports with mentions, in order, and the numbers of the entities of their mentions."""
        rows = self._tables.rows("SELECT report, type, name, day, entity FROM mention ORDER BY report")
        for report, found in groupby(rows, lambda r: str(r[0])):
            yield report, {(kind, name, day): number for _, kind, name, day, number in found}

    def merges(self, entity_id: str) -> tuple[Merge, ...]:
        """Return the names that were merged into an entity, in order of name and reason."""
        sql = (
            "SELECT name, reason FROM merge WHERE entity = (SELECT max(number) FROM entity WHERE id = ?) "
            "ORDER BY name, reason"
        )
        return tuple(Merge(*row) for row in self._tables.rows(sql, entity_id))

    def _read_report(self, report_id: str) -> dict[Place, int]:
        return {
            (kind, name, day): number
            for kind, name, day, number in self._tables.rows(
                "SELECT type, name, day, entity FROM mention WHERE report = ?", report_id
            )
        }

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
    return Entity(
        entity_id,
        kind,
        name,
        tuple(json.loads(aliases)) if aliases else (),
        scope,
        code,
        tuple(labels.split()) if labels else (),
    )


_TABLES = (
    PROFILE,
    "CREATE TABLE named (report TEXT, type TEXT, name TEXT, day TEXT, key TEXT, scope TEXT, code TEXT, fixed TEXT, "
    "reason TEXT, times INTEGER, aliases TEXT, official INTEGER)",
    "CREATE TABLE entity (number INTEGER PRIMARY KEY, id TEXT, type TEXT, name TEXT, aliases TEXT, scope TEXT, "
    "code TEXT, labels TEXT)",
    "CREATE TABLE merge (entity INTEGER, name TEXT, reason TEXT)",
    "CREATE TABLE found (report TEXT, type TEXT, name TEXT, day TEXT, entity INTEGER)",
)


def resolve(tables: Tables, reports: Iterable[Said], decisions: Sequence[Decision] = (), spread: Spread = here) -> None:
    """Write the tables `entity`, `merge` and `mention` (report, type, name, day → entity).

    Parameters
    ----------
    tables
        The working file.
    reports
        The reports with their statements, in any order.
    decisions
        Decisions of users on names.
    spread
        Where blocks of names are processed. The names of each report are always found in this process, because sending
        a report to another one takes longer (docs/scale.md).
    """
    tables.run(*_TABLES)
    for report, statements in reports:
        tables.write("profile", profile_rows(report, statements))
        tables.write("named", name_rows(report, statements))
    settle_persons(tables, _marked(decisions), spread)
    tables.run(
        "UPDATE named SET (scope, reason) = (SELECT scope, reason FROM person "
        "WHERE person.report = named.report AND person.name = named.name) WHERE type = 'Person'"
    )
    for decision in decisions:
        _follow(tables, decision)
    for entities in spread(_entity_rows, in_blocks(_clusters(tables), NAMES, lambda c: len(c[2]))):
        for table, row in entities:
            tables.put(table, row)
    tables.run(
        "CREATE TABLE mention (report TEXT, type TEXT, name TEXT, day TEXT, entity INTEGER, "
        "PRIMARY KEY (report, type, name, day)) WITHOUT ROWID",
        "INSERT INTO mention SELECT * FROM found ORDER BY report, type, name, day",
        *(f"DROP TABLE {name}" for name in ("named", "found", "person")),
        "CREATE INDEX entity_id ON entity (id)",
        "CREATE INDEX merge_entity ON merge (entity)",
    )


def _clusters(tables: Tables) -> Iterator[tuple[int, Key, list[Any]]]:
    """Yield number, key and names of each entity, in order of the key."""
    found = tables.rows(
        "SELECT type, key, scope, report, name, day, code, fixed, reason, times, aliases, official FROM named "
        "ORDER BY type, key, scope"
    )
    for number, (key, members) in enumerate(groupby(found, lambda r: (r[0], r[1], r[2])), 1):
        yield number, key, list(members)


def _marked(decisions: Iterable[Decision]) -> dict[str, Marked]:
    """Return the decisions on persons with one name, by name."""
    found: dict[str, Marked] = {}
    for decision in decisions:
        first, second = decision.names()
        if first.type == "Person" and first.name == second.name:
            of = found.setdefault(first.name, Marked())
            (of.same if decision.verdict is Verdict.same else of.different).append((first.report, second.report))
    return found


def _follow(tables: Tables, decision: Decision) -> None:
    """Apply a decision: two names get one key, or the second one gets a key of its own."""
    first, second = decision.names()
    if first.type == "Person" and first.name == second.name:
        return  # settle_persons has applied it to the profiles.
    columns = "key, scope, code, fixed"
    rows = [
        next(
            tables.rows(
                f"SELECT {columns} FROM named WHERE report = ? AND type = ? AND name = ?", n.report, n.type, n.name
            ),
            None,
        )
        for n in (first, second)
    ]
    if rows[0] is None or rows[1] is None:
        return  # The graph does not contain one of the names any more.
    one, other = tuple(map(str, rows[0])), tuple(map(str, rows[1]))
    if decision.verdict is Verdict.same and one[:2] != other[:2]:
        change = (
            "SET key = ?, scope = ?, code = ?, fixed = ?, reason = 'marked as the same by hand' "
            "WHERE type = ? AND key = ? AND scope = ?"
        )
        tables.change(f"UPDATE named {change}", *one, first.type, *other[:2])
    elif decision.verdict is Verdict.different and one[:2] == other[:2]:
        scope = f"{one[1]}/{second.report}".removeprefix("/")
        change = "SET scope = ?, reason = 'told from a namesake by hand' WHERE report = ? AND type = ? AND name = ?"
        tables.change(f"UPDATE named {change}", scope, second.report, second.type, second.name)


def _entity_rows(block: Iterable[tuple[int, Key, list[Any]]]) -> list[tuple[str, tuple[Any, ...]]]:
    """Return the rows of numbered clusters of names, each with the name of its table."""
    rows: list[tuple[str, tuple[Any, ...]]] = []
    for number, key, members in block:
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
            rows.append(("found", (report, kind, name, day, number)))
        entity = _entity(cluster)
        others = json.dumps(entity.aliases, ensure_ascii=False) if entity.aliases else ""
        columns = (entity.id, entity.type, entity.name, others, entity.scope, entity.code, " ".join(entity.labels))
        rows.append(("entity", (number, *columns)))
        rows += [("merge", (number, name, reason)) for name, reason in cluster.reasons.items()]
    return rows


def _entity(cluster: _Cluster) -> Entity:
    ranked = sorted(cluster.names.items(), key=lambda x: (-x[1], -len(x[0]), x[0]))
    name = cluster.fixed or ranked[0][0]
    identity = cluster.code or name
    if cluster.type == "Phrase":
        identity = bare_phrase(name)
    scope = cluster.scope
    aliases = tuple(sorted((set(cluster.names) | cluster.aliases) - {name}))
    return Entity(
        id=f"{cluster.type}:{identity}" + (f"@{scope}" if scope else ""),
        type=cluster.type,
        name=name,
        aliases=aliases,
        scope=scope,
        code=cluster.code,
        labels=tuple(sorted(cluster.labels)),
    )
