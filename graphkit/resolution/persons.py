"""Persons of one name: which of them are one.

Every report gives a profile of each name: its posts, what these say of level and place, and the report's own place.
Profiles are joined by rules only, each with its reason; what no rule joins stays apart ("same name and other place or
level = other person until shown the same", GENRE.md 45).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from graphkit.model import Report, Statement, Status
from graphkit.recognition.lexicon import any_of, words
from graphkit.resolution.bodies import anchored, countries
from graphkit.resolution.short_forms import is_national_post, is_relative, place_chain

_HEAD = re.compile(any_of(words("posts")) + "$")
_FOREIGN = re.compile("^(?:驻)?(" + "|".join(map(re.escape, countries())) + ")")
_FOREIGN_HEAD = re.compile(r"(?:总统|首相|国王|女王|王储|酋长|议长|大使|总领事|埃米尔|苏丹|外交大臣|大臣|外长)$")
_CHIEF = re.compile(r"^(?:省委书记|省委副书记|省长|代省长|自治区党委书记|自治区主席|自治区党委副书记)$")
_MUNICIPAL = re.compile(r"^(?:北京|上海|天津|重庆)市?(?:市委书记|市委副书记|委书记|委副书记|市长|代市长|长)$")
_PLAIN = frozenset(["代表", "委员", "职工", "教师", "校长", "院长", "所长", "站长", "队长", "经理", "总经理", "董事长", "主任", "会长", "书记", "局长", "部长", "主席", "副主席"])


@dataclass(slots=True)
class Profile:
    """What one report says of one name.

    posts: full posts, former ones too. top: a leader of the nation or of a province. foreign: countries; places: chains
    of divisions, province first; bodies: other bodies of the posts. home: the report's place.
    """

    report: str
    posts: set[str] = field(default_factory=set)
    top: bool = False
    foreign: set[str] = field(default_factory=set)
    places: set[tuple[str, ...]] = field(default_factory=set)
    bodies: set[str] = field(default_factory=set)
    home: tuple[str, ...] = ()
    beside: set[str] = field(default_factory=set)

    @property
    def chains(self) -> set[tuple[str, ...]]:
        """Places of the posts, else the report's own."""
        return self.places or ({self.home} if self.home else set())

    @property
    def bare(self) -> bool:
        """Without any post that says where the person belongs."""
        return not (self.top or self.foreign or self.places or self.bodies)


@dataclass(frozen=True, slots=True)
class Person:
    """One person: the scope tells it from namesakes, "" for the one that needs none."""

    scope: str
    reason: str


class Persons:
    """`of(report, name)` gives the person; built from all statements at once, their order does not matter."""

    def __init__(self, reports: Mapping[str, Report], statements: Iterable[Statement]) -> None:
        profiles: dict[str, dict[str, Profile]] = defaultdict(dict)
        named: dict[str, set[str]] = defaultdict(set)
        for s in statements:
            for mention in (s.subject, s.object):
                if mention.type == "Person":
                    profile = profiles[mention.name].setdefault(s.report, Profile(s.report))
                    profile.home = place_chain(reports[s.report].place) if reports[s.report].place else ()
                    named[s.report].add(mention.name)
            if s.relation == "holds_post" and s.status is not Status.PLANNED:
                _read_post(profiles[s.subject.name][s.report], s.object.name, reports[s.report])
        top_names = {name for name, of in profiles.items() if any(p.top for p in of.values())}
        for report, names in named.items():
            for name in names:
                profiles[name][report].beside = (names & top_names) - {name}
        self._found: dict[tuple[str, str], Person] = {}
        for name, of in profiles.items():
            for report, person in _join(of).items():
                self._found[report, name] = person

    def of(self, report: str, name: str) -> Person:
        return self._found[report, name]


def _read_post(profile: Profile, post: str, report: Report) -> None:
    body = _HEAD.sub("", post)
    profile.posts.add(post)
    foreign = _FOREIGN.match(post)
    if foreign or _FOREIGN_HEAD.search(post):
        profile.foreign.add(foreign[1] if foreign else post)
        return
    if is_national_post(post) or _MUNICIPAL.match(post):
        profile.top = True
        return
    if is_relative(post) and report.place == "":
        return
    found = anchored(post, report)
    if found is not None and found.unit is not None:
        chain = place_chain(found.unit.province + found.unit.city + found.unit.name)
        profile.places.add(chain or (found.unit.name,))
        profile.posts.add(found.name)
        if len(chain) == 1 and _CHIEF.match(_without(found.name, chain[0])):
            profile.top = True
        return
    if len(body) >= 4 and not is_relative(post):
        profile.bodies.add(body)


def _without(name: str, unit: str) -> str:
    """山西省委书记 → 省委书记."""
    rest = name.removeprefix(unit)
    return unit[-1] + rest if not rest.startswith(unit[-1]) and unit.endswith("省") else rest


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

    def link(self, group: list[str], reason: str) -> None:
        for other in group[1:]:
            a, b = sorted((self.root(group[0]), self.root(other)))
            self.parent[b] = a
        if len(set(group)) > 1:
            for r in group:
                self.reasons.setdefault(r, reason)


def _join(of: dict[str, Profile]) -> dict[str, Person]:
    """Profiles of one name → persons."""
    groups = _Groups(sorted(of))
    _link_posts(of, groups)
    _link_places(of, groups)
    _link_bare(of, groups)
    return _persons(of, groups)


def _link_posts(of: dict[str, Profile], groups: _Groups) -> None:
    """The same post, the same country or body of the posts, leaders of the nation or a province."""
    marks: dict[tuple[str, str], list[str]] = defaultdict(list)
    for r in sorted(of):
        p = of[r]
        for post in p.posts:
            if len(post) >= 6 and post not in _PLAIN and not is_relative(post):
                marks[f"same full name and post {post}", post].append(r)
        for country in p.foreign:
            marks[f"same full name, office of {country}", country].append(r)
        for body in p.bodies:
            marks[f"same full name, post at {body}", body].append(r)
        if p.top:
            marks["same full name, leader of the nation or a province", ""].append(r)
    for (reason, _), group in sorted(marks.items()):
        groups.link(group, reason)


def _link_places(of: dict[str, Profile], groups: _Groups) -> None:
    """Places on one line (洪洞县 ⊂ 临汾市) from the city down; a whole province when only one city of it is known."""
    by_city: dict[tuple[str, ...], list[str]] = defaultdict(list)
    by_province: dict[str, list[str]] = defaultdict(list)
    cities: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for r in sorted(of):
        p = of[r]
        if p.top or p.foreign:
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


def _link_bare(of: dict[str, Profile], groups: _Groups) -> None:
    """A name without a post, in a report without a place: the leader of that name, when other leaders stand beside it."""
    tops = [r for r in sorted(of) if of[r].top]
    abroad = [r for r in sorted(of) if of[r].foreign]
    for r in sorted(of):
        if not of[r].bare or of[r].home:
            continue
        if tops and of[r].beside:
            groups.link([tops[0], r], "same full name as a leader of the nation or a province, named beside others")
        elif not tops and len({groups.root(a) for a in abroad}) == 1:
            groups.link([abroad[0], r], "same full name, the only one of that name has an office abroad")


def _persons(of: dict[str, Profile], groups: _Groups) -> dict[str, Person]:
    members: dict[str, list[str]] = defaultdict(list)
    for r in sorted(of):
        members[groups.root(r)].append(r)
    found = {}
    for reports in members.values():
        alone = len(members) == 1
        scope = "" if alone or any(of[r].top for r in reports) else _scope(of, reports)
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
