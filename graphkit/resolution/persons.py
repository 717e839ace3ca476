"""Persons of one name: which of them are one.

Every report gives a profile of each name: its posts, what these say of level and place, and the report's own place.
Profiles are joined by rules only, each with its reason; what no rule joins stays apart: the same name with another place or
level is another person until a rule shows that they are the same. Reports come a block at a time and names a block at a time:
what lies between is in a working file.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, NamedTuple

from graphkit.files.tables import Tables
from graphkit.model import Report, Statement
from graphkit.recognition.lexicon import looks_like_name
from graphkit.resolution.profiles import Profile, packed, profiles_of, unpacked
from graphkit.resolution.short_forms import is_relative
from graphkit.resolution.spread import Spread, in_blocks

#: Offices that leaders hold beside their main one.
_SIDE_OFFICE = re.compile(r"领导小组|执行主席|组织委员会|组委会|筹委会|代表团(?:副)?团长|(?:民革|民盟|民建|民进|农工党|致公党|九三学社|台盟|全国工商联).*主席|(?:法律|财政经济|财经|外事|环资|环境与资源保护|农业与农村|社会建设|监察和司法|教科文卫|华侨|民族).*委.*主任委员")
_PLAIN = frozenset(["代表", "委员", "职工", "教师", "校长", "院长", "所长", "站长", "队长", "经理", "总经理", "董事长", "主任", "会长", "书记", "局长", "部长", "主席", "副主席"])

#: A leader's name of three characters without an office is the leader's when so many reports, and this part of all that
#: give the name an office, mean the leader. An office without its country is that of the one whom most such reports mean.
OFTEN, NEARLY_ALL, MOST = 20, 0.95, 0.8
#: Rows of profiles that are joined together.
PROFILES = 5_000


class Person(NamedTuple):
    """One person: the scope tells it from namesakes, "" for the one that needs none."""

    scope: str
    reason: str


@dataclass(slots=True)
class Marked:
    """What people have said of one name. same, different: pairs of reports in which it is one person, or two."""

    same: list[tuple[str, str]] = field(default_factory=list)
    different: list[tuple[str, str]] = field(default_factory=list)


#: A row for every name of a person in every report, in any order.
PROFILE = "CREATE TABLE profile (name TEXT, report TEXT, top INTEGER, said BLOB)"


def profile_rows(report: Report, statements: Sequence[Statement]) -> Iterator[tuple[str, str, bool, bytes]]:
    """Rows of the table `profile` of one report."""
    return ((name, report.id, profile.top, packed(profile)) for name, profile in profiles_of(report, statements).items())


#: A name, its rows (name, report, profile, beside a leader), what people have said of it.
_Namesakes = tuple[str, list[Any], Marked | None]


def settle_persons(tables: Tables, marked: Mapping[str, Marked], spread: Spread) -> None:
    """The table `profile` becomes, name by name, `person` (report, name, scope, reason). marked: name → what people have said of it."""
    tables.run(
        "CREATE TABLE leader AS SELECT DISTINCT name FROM profile WHERE top",
        "CREATE UNIQUE INDEX leader_name ON leader (name)",
        "CREATE TABLE company (report TEXT PRIMARY KEY, leaders INTEGER) WITHOUT ROWID",
        "INSERT INTO company SELECT report, count(*) FROM profile WHERE name IN leader GROUP BY report",
        "CREATE TABLE person_found (report TEXT, name TEXT, scope TEXT, reason TEXT)",
    )
    rows = tables.rows(
        "SELECT name, report, said, coalesce(leaders, 0) > (name IN leader) FROM profile LEFT JOIN company USING (report) ORDER BY name, report"
    )
    names = ((name, list(found), marked.get(name)) for name, found in groupby(rows, lambda r: str(r[0])))
    for persons in spread(_person_rows, in_blocks(names, PROFILES, lambda n: len(n[1]))):
        tables.write("person_found", persons)
    tables.run(
        "CREATE TABLE person (report TEXT, name TEXT, scope TEXT, reason TEXT, PRIMARY KEY (report, name)) WITHOUT ROWID",
        "INSERT INTO person SELECT * FROM person_found ORDER BY report, name",
        *(f"DROP TABLE {name}" for name in ("profile", "leader", "company", "person_found")),
    )


def _person_rows(block: Sequence[_Namesakes]) -> list[tuple[str, str, str, str]]:
    return [(report, name, person.scope, person.reason) for name, rows, marked in block for report, person in _join(name, unpacked(rows), marked).items()]


class _Groups:
    """Reports whose person is one, closed over the links that the rules make."""

    def __init__(self, reports: list[str]) -> None:
        self.parent = {r: r for r in reports}
        self.reasons: dict[str, str] = {}

    def root(self, r: str) -> str:
        while self.parent[r] != r:
            self.parent[r] = self.parent[self.parent[r]]
            r = self.parent[r]
        return r

    def part(self, group: list[str], reason: str) -> None:
        """Make these reports, all of one group, a group of their own."""
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
    """Profiles of one name, by report → persons, by report."""
    groups = _Groups(sorted(of))
    _link_posts(of, groups)
    _link_places(of, groups)
    _link_bare(name, of, groups)
    if marked is not None:
        _mark(of, groups, marked)
    return _persons(of, groups)


def _mark(of: dict[str, Profile], groups: _Groups, marked: Marked) -> None:
    """What people have said stands above all rules."""
    same = [(a, b) for a, b in marked.same if a in of and b in of]
    for a, b in same:
        groups.link([a, b], "marked as the same by hand")
    for a, b in marked.different:
        if a in of and b in of and groups.root(a) == groups.root(b):
            members = [r for r in sorted(of) if groups.root(r) == groups.root(a)]
            for side in _parted(of, members, a, b, same):
                groups.part(side, "told from a namesake by hand")


def _parted(of: dict[str, Profile], members: list[str], a: str, b: str, same: list[tuple[str, str]]) -> tuple[list[str], list[str]]:
    """The reports of `a` and those of `b`: each goes where it shares more posts, bodies, places; one that shares none with either, to the
    one that is nearer in time, else to `a`. Reports that were marked the same as one of them stay with it."""
    sides: dict[str, int] = {a: 0, b: 1}
    while True:
        more = {y: sides[x] for pair in same for x, y in (pair, pair[::-1]) if x in sides and y not in sides and y in members}
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
    return 3 * len(p.posts & q.posts) + 2 * (len(p.bodies & q.bodies) + len(p.places & q.places) + len(p.heads & q.heads)) + (p.home == q.home != ())


def _nearer(day: str, ends: tuple[Profile, Profile]) -> bool:
    """Is the day nearer to that of the second one?"""
    first, second = ends[0].date, ends[1].date
    if not (day and first and second):
        return False
    return day >= second > first or day <= second < first


def _link_posts(of: dict[str, Profile], groups: _Groups) -> None:
    """The same post, the same country or body of the posts, leaders of the nation or a province."""
    marks: dict[tuple[str, str], list[str]] = defaultdict(list)
    apart = _held_at_once(of)
    for r in sorted(of):
        p = of[r]
        for post in p.posts:
            if len(post) >= 6 and post not in _PLAIN and not is_relative(post):
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


#: One person does not hold two of these at a time.
_HIGHEST = frozenset({"总统", "总理", "首相", "国王", "王储"})


def _held_at_once(of: dict[str, Profile]) -> dict[str, set[str]]:
    """Country → highest offices that a name holds at overlapping times: a president and a premier are two persons."""
    times: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for p in of.values():
        for country in p.foreign if p.date else ():
            for head in p.heads & _HIGHEST:
                times[country][head].append(p.date)
    found: dict[str, set[str]] = {}
    for country, heads in times.items():
        for a in heads:
            for b in heads:
                if a < b and max(min(heads[a]), min(heads[b])) < min(max(heads[a]), max(heads[b])):
                    found.setdefault(country, set()).update((a, b))
    return found


def _link_longer_bodies(of: dict[str, Profile], groups: _Groups) -> None:
    """文献研究院 and 中央党史和文献研究院: one body, once in full."""
    first: dict[str, str] = {}
    for r in sorted(of):
        for body in sorted(of[r].bodies):
            first.setdefault(body, r)
    for body, r in sorted(first.items()):
        for other, q in sorted(first.items()):
            if other != body and other.endswith(body):
                groups.link([q, r], f"same full name, post at {body}, in full {other}")


def _link_offices_abroad(of: dict[str, Profile], groups: _Groups) -> None:
    """总统 without a country: the one of that name who is 总统, when there is one country only, or nearly."""
    for r in sorted(of):
        p = of[r]
        for head in sorted(p.heads if not p.foreign else ()):
            fits = [q for q in sorted(of) if head in of[q].heads and of[q].foreign]
            if (root := _nearly_all(fits, groups, MOST)) is not None:
                groups.link([root, r], f"same full name and office {head}")
            elif not fits:
                groups.link([q for q in sorted(of) if head in of[q].heads], f"same full name and office {head}")


def _nearly_all(reports: list[str], groups: _Groups, part: float) -> str | None:
    """The person, by its first report, that at least this part of some reports mean."""
    found = Counter(groups.root(r) for r in reports).most_common(1)
    return found[0][0] if found and found[0][1] >= part * len(reports) else None


def _link_places(of: dict[str, Profile], groups: _Groups) -> None:
    """Places on one line (洪洞县 ⊂ 临汾市) from the city down; a whole province when no city of it is known."""
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
    """Posts in two counties of a city are two persons unless a report says both; the city's own are a third."""
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


def _link_bare(name: str, of: dict[str, Profile], groups: _Groups) -> None:
    """A name without a post, in a report without a place: the leader of that name, when other leaders stand beside it."""
    tops = [r for r in sorted(of) if of[r].top or of[r].presidium]
    abroad = [r for r in sorted(of) if of[r].foreign or of[r].heads]
    others = [r for r in sorted(of) if not of[r].bare and r not in tops and r not in abroad]
    foreign_name = not looks_like_name(name)
    open_names = [r for r in sorted(of) if of[r].bare and not of[r].home]
    for r in open_names:
        if tops and (of[r].beside or of[r].acts):
            groups.link([tops[0], r], "same full name as a leader of the nation or a province, acting like one or named beside others")
        elif (foreign_name or not tops) and len({groups.root(a) for a in abroad}) == 1:
            groups.link([abroad[0], r], "same full name, the only one of that name has an office abroad")
    if len(name) >= 3:
        # Three characters and more are seldom shared: one office of that name at most, and no report says otherwise.
        posted = [r for r in sorted(of) if not of[r].bare]
        reports = Counter(groups.root(r) for r in posted)
        if len(reports) <= 1:
            groups.link([*posted[:1], *open_names], "same full name, at most one office of that name is known")
        else:
            root = _nearly_all(posted, groups, NEARLY_ALL)
            if root is not None and reports[root] >= OFTEN and any(groups.root(r) == root for r in (*tops, *abroad)):
                groups.link([root, *open_names], "same full name as a leader whom nearly all reports with an office of that name mean")
    for r in others:
        if tops and of[r].beside and not of[r].places and any(_SIDE_OFFICE.search(post) for post in of[r].posts):
            groups.link([tops[0], r], "same full name as a leader of the nation or a province, in an office that leaders hold beside theirs")


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
            # Two persons of one country or place: the office, else the first report, tells them apart.
            heads = sorted({h for r in reports for h in of[r].heads & _HIGHEST})
            scope = f"{scope}/{heads[0] if heads else reports[0]}".removeprefix("/")
        for r in reports:
            found[r] = Person(scope, groups.reasons.get(r) or (f"same full name in {scope}" if scope else "the only one of this name"))
    return found


def _scope(of: dict[str, Profile], reports: list[str]) -> str:
    """What tells a person from namesakes: the highest place, the country, the body, else the first report."""
    places = sorted({c for r in reports for c in of[r].chains}, key=lambda c: (len(c), c))
    if places:
        return "/".join(places[0])
    abroad = sorted({c for r in reports for c in of[r].foreign})
    bodies = sorted({b for r in reports for b in of[r].bodies})
    return (abroad or bodies or reports)[0]
