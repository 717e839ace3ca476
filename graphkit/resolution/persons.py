"""Persons with the same name: which of them are one person.

The profile of a name in a report lists the person's posts, their levels and places, and the report's own place.
Profiles are linked by rules only, each with its reason. Profiles that no rule links stay separate: the same name with
another place or level is another person unless a rule shows that they are the same. Reports and names are processed in
blocks; intermediate results are kept in a working file.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, NamedTuple

from graphkit.files.tables import Tables
from graphkit.grammar.lexicon import looks_like_name, word_set
from graphkit.grammar.patterns import pattern
from graphkit.model import Report, Statement
from graphkit.resolution.profiles import Profile, packed, profiles_of, unpacked
from graphkit.resolution.short_forms import is_relative
from graphkit.resolution.spread import Spread, in_blocks

_SIDE_OFFICE = pattern("namesakes.side_office")

#: A name of three or more characters without a post is linked to the leader of that name if at least OFTEN reports, and
#: at least the share NEARLY_ALL of the reports that give the name a post, mean the leader. A foreign office without its
#: country is linked to the person whom at least the share MOST of the reports with that office mean.
OFTEN, NEARLY_ALL, MOST = 20, 0.95, 0.8
#: Maximum number of profiles in a block, unless one name has more.
PROFILES = 5_000


class Person(NamedTuple):
    """One person. The scope distinguishes persons of one name; it is empty where that is not necessary."""

    scope: str
    reason: str


@dataclass(slots=True)
class Marked:
    """Decisions of users about one name: pairs of reports in which it is the same person, or different ones."""

    same: list[tuple[str, str]] = field(default_factory=list)
    different: list[tuple[str, str]] = field(default_factory=list)


#: One row for each name of a person in each report, in any order.
PROFILE = "CREATE TABLE profile (name TEXT, report TEXT, top INTEGER, said BLOB)"


def profile_rows(report: Report, statements: Sequence[Statement]) -> Iterator[tuple[str, str, bool, bytes]]:
    """Return the rows of one report for the table `profile`."""
    profiles = profiles_of(report, statements)
    return ((name, report.id, profile.top, packed(profile)) for name, profile in profiles.items())


#: A name, its rows (name, report, profile, named with a leader), and decisions of users about it.
_Namesakes = tuple[str, list[Any], Marked | None]


def settle_persons(tables: Tables, marked: Mapping[str, Marked], spread: Spread) -> None:
    """Replace the table `profile` by `person` (report, name, scope, reason). `marked`: decisions of users by name."""
    tables.run(
        "CREATE TABLE leader AS SELECT DISTINCT name FROM profile WHERE top",
        "CREATE UNIQUE INDEX leader_name ON leader (name)",
        "CREATE TABLE company (report TEXT PRIMARY KEY, leaders INTEGER) WITHOUT ROWID",
        "INSERT INTO company SELECT report, count(*) FROM profile WHERE name IN leader GROUP BY report",
        "CREATE TABLE person_found (report TEXT, name TEXT, scope TEXT, reason TEXT)",
    )
    rows = tables.rows(
        "SELECT name, report, said, coalesce(leaders, 0) > (name IN leader) "
        "FROM profile LEFT JOIN company USING (report) ORDER BY name, report"
    )
    names = ((name, list(found), marked.get(name)) for name, found in groupby(rows, lambda r: str(r[0])))
    for persons in spread(_person_rows, in_blocks(names, PROFILES, lambda n: len(n[1]))):
        tables.write("person_found", persons)
    tables.run(
        "CREATE TABLE person (report TEXT, name TEXT, scope TEXT, reason TEXT, PRIMARY KEY (report, name)) "
        "WITHOUT ROWID",
        "INSERT INTO person SELECT * FROM person_found ORDER BY report, name",
        *(f"DROP TABLE {name}" for name in ("profile", "leader", "company", "person_found")),
    )


def _person_rows(block: Sequence[_Namesakes]) -> list[tuple[str, str, str, str]]:
    return [
        (report, name, person.scope, person.reason)
        for name, rows, marked in block
        for report, person in _join(name, unpacked(rows), marked).items()
    ]


class _Groups:
    """Groups of reports that mean one person. Links are transitive."""

    def __init__(self, reports: list[str]) -> None:
        self.parent = {r: r for r in reports}
        self.reasons: dict[str, str] = {}

    def root(self, r: str) -> str:
        while self.parent[r] != r:
            self.parent[r] = self.parent[self.parent[r]]
            r = self.parent[r]
        return r

    def part(self, group: list[str], reason: str) -> None:
        """Make a part of a group a group of its own."""
        for r in group:
            self.parent[r] = group[0]
            self.reasons[r] = reason

    def link(self, group: list[str], reason: str) -> None:
        for other in group[1:]:
            a, b = sorted((self.root(group[0]), self.root(other)))
            self.parent[b] = a
        if len(set(group)) > 1:
            for r in group:
                self.reasons.setdefault(r, reason)


def _join(name: str, of: dict[str, Profile], marked: Marked | None) -> dict[str, Person]:
    """Return the persons of one name by report, from the profiles by report."""
    groups = _Groups(sorted(of))
    _link_posts(of, groups)
    _link_places(of, groups)
    _link_bare(name, of, groups)
    if marked is not None:
        _mark(of, groups, marked)
    return _persons(of, groups)


def _mark(of: dict[str, Profile], groups: _Groups, marked: Marked) -> None:
    """Apply the decisions of users, which take precedence over all rules."""
    same = [(a, b) for a, b in marked.same if a in of and b in of]
    for a, b in same:
        groups.link([a, b], "marked as the same by hand")
    for a, b in marked.different:
        if a in of and b in of and groups.root(a) == groups.root(b):
            members = [r for r in sorted(of) if groups.root(r) == groups.root(a)]
            for side in _parted(of, members, a, b, same):
                groups.part(side, "told from a namesake by hand")


def _parted(
    of: dict[str, Profile], members: list[str], a: str, b: str, same: list[tuple[str, str]]
) -> tuple[list[str], list[str]]:
    """Divide the reports of one group into those of `a` and those of `b`.

    Reports that were marked as the same as `a` or `b` stay with it. Any other report goes where it shares more posts,
    bodies and places; if it shares equally many with both, it goes to the one that is nearer in time, otherwise to `a`.
    """
    sides: dict[str, int] = {a: 0, b: 1}
    while True:
        both = [ordered for pair in same for ordered in (pair, pair[::-1])]
        more = {y: sides[x] for x, y in both if x in sides and y not in sides and y in members}
        if not more:
            break
        sides.update(more)
    ends = (of[a], of[b])
    for r in members:
        if r not in sides:
            alike = [_alike(of[r], end) for end in ends]
            sides[r] = int(alike[1] > alike[0] or (alike[0] == alike[1] and _nearer(of[r].date, ends)))
    return [r for r in members if sides[r] == 0], [r for r in members if sides[r] == 1]


def _alike(p: Profile, q: Profile) -> int:
    shared = len(p.bodies & q.bodies) + len(p.places & q.places) + len(p.heads & q.heads)
    return 3 * len(p.posts & q.posts) + 2 * shared + (p.home == q.home != ())


def _nearer(day: str, ends: tuple[Profile, Profile]) -> bool:
    """Tell whether a day is nearer to that of the second profile."""
    first, second = ends[0].date, ends[1].date
    if not (day and first and second):
        return False
    return day >= second > first or day <= second < first


def _link_posts(of: dict[str, Profile], groups: _Groups) -> None:
    """Link profiles with the same post, with posts of the same country or body, and of leaders."""
    marks: dict[tuple[str, str], list[str]] = defaultdict(list)
    apart = _held_at_once(of)
    for r in sorted(of):
        p = of[r]
        for post in p.posts:
            if len(post) >= 6 and not is_relative(post):
                marks[f"same full name and post {post}", post].append(r)
        for country in p.foreign:
            for head in sorted(p.heads & apart.get(country, set())) or [""]:
                marks[f"same full name, office of {country}", country + head].append(r)
        for body in p.bodies:
            marks[f"same full name, post at {body}", body].append(r)
        for body in p.meetings:
            marks[f"same full name, at meetings of {body}", body].append(r)
        if p.top or p.presidium:
            marks["same full name, leader of the nation or a province", ""].append(r)
    for (reason, _), group in sorted(marks.items()):
        groups.link(group, reason)
    _link_longer_bodies(of, groups)
    _link_offices_abroad(of, groups)


def _held_at_once(of: dict[str, Profile]) -> dict[str, set[str]]:
    """Return the highest offices of each country that a name holds at overlapping times, which are two persons."""
    times: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for p in of.values():
        for country in p.foreign if p.date else ():
            for head in p.heads & word_set("highest_office"):
                times[country][head].append(p.date)
    found: dict[str, set[str]] = {}
    for country, heads in times.items():
        for a in heads:
            for b in heads:
                if a < b and max(min(heads[a]), min(heads[b])) < min(max(heads[a]), max(heads[b])):
                    found.setdefault(country, set()).update((a, b))
    return found


def _link_longer_bodies(of: dict[str, Profile], groups: _Groups) -> None:
    """Link posts at a body and at the same body with a longer name: 文献研究院, 中央党史和文献研究院."""
    first: dict[str, str] = {}
    for r in sorted(of):
        for body in sorted(of[r].bodies):
            first.setdefault(body, r)
    for body, r in sorted(first.items()):
        for other, q in sorted(first.items()):
            if other != body and other.endswith(body):
                groups.link([q, r], f"same full name, post at {body}, in full {other}")


def _link_offices_abroad(of: dict[str, Profile], groups: _Groups) -> None:
    """Link a foreign office without its country to the person of that name whom most reports with this office mean."""
    for r in sorted(of):
        p = of[r]
        for head in sorted(p.heads if not p.foreign else ()):
            fits = [q for q in sorted(of) if head in of[q].heads and of[q].foreign]
            if (root := _nearly_all(fits, groups, MOST)) is not None:
                groups.link([root, r], f"same full name and office {head}")
            elif not fits:
                groups.link([q for q in sorted(of) if head in of[q].heads], f"same full name and office {head}")


def _nearly_all(reports: list[str], groups: _Groups, part: float) -> str | None:
    """Return the root of the person whom at least this share of the reports mean."""
    found = Counter(groups.root(r) for r in reports).most_common(1)
    return found[0][0] if found and found[0][1] >= part * len(reports) else None


def _link_places(of: dict[str, Profile], groups: _Groups) -> None:
    """Link places in the same city (洪洞县, 临汾市), and in the same province if no city of it is known."""
    by_city: dict[tuple[str, ...], list[str]] = defaultdict(list)
    by_province: dict[str, list[str]] = defaultdict(list)
    cities: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for r in sorted(of):
        p = of[r]
        if p.top or p.foreign or p.heads:
            continue
        for chain in sorted(p.chains):
            by_province[chain[0]].append(r)
            if len(chain) >= 2:
                by_city[chain[:2]].append(r)
                cities[chain[0]].add(chain[:2])
    for city, group in sorted(by_city.items()):
        for part in _counties(of, group, city):
            groups.link(part, f"same full name in {''.join(city)}")
    for province, group in sorted(by_province.items()):
        if len(cities[province]) == 0:
            groups.link(group, f"same full name in {province}")


def _counties(of: dict[str, Profile], group: list[str], city: tuple[str, ...]) -> list[list[str]]:
    """Divide the reports of a city by county: posts in two counties, or in the city itself, are different persons."""
    counties: dict[tuple[str, ...], list[str]] = defaultdict(list)
    above = []
    for r in group:
        chains = {c for c in of[r].chains if c[:2] == city and len(c) >= 3}
        if not chains:
            above.append(r)
        for chain in chains:
            counties[chain].append(r)
    if len(counties) <= 1:
        return [group]
    return [*(sorted(set(found)) for _, found in sorted(counties.items())), above]


_AS_LEADER = "same full name as a leader of the nation or a province"


def _link_bare(name: str, of: dict[str, Profile], groups: _Groups) -> None:
    """Link names without a post, in reports without a place, to the leader or the only known person of that name."""
    tops = [r for r in sorted(of) if of[r].top or of[r].presidium]
    abroad = [r for r in sorted(of) if of[r].foreign or of[r].heads]
    others = [r for r in sorted(of) if not of[r].bare and r not in tops and r not in abroad]
    foreign_name = not looks_like_name(name)
    open_names = [r for r in sorted(of) if of[r].bare and not of[r].home]
    for r in open_names:
        if tops and (of[r].with_leader or of[r].acts):
            groups.link([tops[0], r], f"{_AS_LEADER}, acting like one or named beside others")
        elif (foreign_name or not tops) and len({groups.root(a) for a in abroad}) == 1:
            groups.link([abroad[0], r], "same full name, the only one of that name has an office abroad")
    if len(name) >= 3:
        # Few persons share a name of three or more characters: one person is assumed if reports name no second one.
        posted = [r for r in sorted(of) if not of[r].bare]
        reports = Counter(groups.root(r) for r in posted)
        if len(reports) <= 1:
            groups.link([*posted[:1], *open_names], "same full name, at most one office of that name is known")
        else:
            root = _nearly_all(posted, groups, NEARLY_ALL)
            if root is not None and reports[root] >= OFTEN and any(groups.root(r) == root for r in (*tops, *abroad)):
                reason = "same full name as a leader whom nearly all reports with an office of that name mean"
                groups.link([root, *open_names], reason)
    for r in others:
        if tops and of[r].with_leader and not of[r].places and any(_SIDE_OFFICE.search(post) for post in of[r].posts):
            groups.link([tops[0], r], f"{_AS_LEADER}, in an office that leaders hold beside theirs")


def _persons(of: dict[str, Profile], groups: _Groups) -> dict[str, Person]:
    members: dict[str, list[str]] = defaultdict(list)
    for r in sorted(of):
        members[groups.root(r)].append(r)
    scopes = {
        root: "" if len(members) == 1 or any(of[r].top or of[r].presidium for r in reports) else _scope(of, reports)
        for root, reports in members.items()
    }
    often = Counter(scopes.values())
    found = {}
    for root, reports in members.items():
        scope = scopes[root]
        if often[scope] > 1:
            # Two persons of one country or place are distinguished by the office, otherwise by the first report.
            heads = sorted({h for r in reports for h in of[r].heads & word_set("highest_office")})
            scope = f"{scope}/{heads[0] if heads else reports[0]}".removeprefix("/")
        for r in reports:
            default = f"same full name in {scope}" if scope else "the only one of this name"
            found[r] = Person(scope, groups.reasons.get(r) or default)
    return found


def _scope(of: dict[str, Profile], reports: list[str]) -> str:
    """Return what distinguishes a person: the highest place, the country, the body, otherwise the first report."""
    places = sorted({c for r in reports for c in of[r].chains}, key=lambda c: (len(c), c))
    if places:
        return "/".join(places[0])
    abroad = sorted({c for r in reports for c in of[r].foreign})
    bodies = sorted({b for r in reports for b in of[r].bodies})
    return (abroad or bodies or reports)[0]
