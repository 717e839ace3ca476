"""What one report says of each person's name in it: posts, level, place, company."""

from __future__ import annotations

import marshal
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphkit.grammar.lexicon import any_of, looks_like_name, words
from graphkit.model import Report, Statement, Status
from graphkit.recognition import gazetteer
from graphkit.resolution.bodies import anchored, countries, usual_form
from graphkit.resolution.short_forms import is_national_post, is_relative, place_chain

_HEAD = re.compile(any_of(words("post")) + "$")
_COUNTRY = re.compile("(驻?(?:" + "|".join(map(re.escape, countries())) + "))")
#: One state, two names in reports.
_SAME_COUNTRY = {"俄": "俄罗斯", "沙特": "沙特阿拉伯", "印尼": "印度尼西亚", "孟加拉": "孟加拉国", "蒙古": "蒙古国", "世卫组织": "世界卫生组织"}
_FOREIGN_HEAD = re.compile(r"(?:总统|首相|国王|女王|王储|酋长|议长|大使|总领事|埃米尔|苏丹|外交大臣|大臣|外长|总理|行政长官)$")
_CHIEF = re.compile(r"^(?:省委书记|省委副书记|省长|代省长|自治区党委书记|自治区主席|自治区党委副书记)$")
_MUNICIPAL = re.compile(r"^(?:北京|上海|天津|重庆)市?(?:市委书记|市委副书记|委书记|委副书记|市长|代市长|长)$")
#: Posts at the head of the great meetings are held by leaders beside their office.
_PRESIDIUM = re.compile(r"主席团(?:常务)?主席|^第?十?[三四五]?届?全国政协(?:常委|委员)$|^全国人大代表$")
_MEETING_OF = re.compile(r"全国政协|政协第|全国人大|人大常委会|中央宣讲团|国务院党组|国务院常务")
#: 山东省委书记甲和省长乙: the second post borrows the place of the first.
_BORROWS = re.compile(r"^(?:代|副|常务副)?(?:省长|市长|县长|区长|州长|主席)$|^(?:省|市|县|区|州)(?:委|政府|长)")


#: Phrases in one report that make a speech: who is asked in the street uses fewer.
SPEECH = 3


@dataclass(slots=True)
class Profile:
    """What one report says of one name.

    posts: full posts, former ones too. top: a leader of the nation or of a province. foreign: countries of offices abroad,
    heads: those offices; acts: presides or attends or is accompanied or makes a speech; unplaced: has a post of a place that is not known (市长
    in a report without a place); presidium: sits at the head of a great meeting; places: chains of divisions, province first;
    bodies: other bodies of the posts; meetings: bodies at whose meetings it is. home: the report's place. beside: a leader
    stands beside it.
    """

    home: tuple[str, ...] = ()
    date: str = ""
    top: bool = False
    unplaced: bool = False
    presidium: bool = False
    acts: bool = False
    beside: bool = False
    posts: set[str] = field(default_factory=set)
    foreign: set[str] = field(default_factory=set)
    bodies: set[str] = field(default_factory=set)
    heads: set[str] = field(default_factory=set)
    meetings: set[str] = field(default_factory=set)
    places: set[tuple[str, ...]] = field(default_factory=set)

    @property
    def chains(self) -> set[tuple[str, ...]]:
        """Places of the posts, else the report's own."""
        return self.places or ({self.home} if self.home else set())

    @property
    def bare(self) -> bool:
        """Without any post that says where the person belongs."""
        return not (self.top or self.foreign or self.places or self.bodies or self.heads or self.unplaced)


_SETS = ("posts", "foreign", "bodies", "heads", "meetings", "places")
_FLAGS = ("top", "unplaced", "presidium", "acts")


def packed(profile: Profile) -> bytes:
    return marshal.dumps((profile.home, profile.date, *(getattr(profile, n) for n in _FLAGS), *(tuple(sorted(getattr(profile, n))) for n in _SETS)))


def unpacked(rows: Iterable[tuple[str, str, bytes, int]]) -> dict[str, Profile]:
    """report id → profile, of one name. A leader's name is in half of all reports: equal values are kept once."""
    shared: dict[Any, Any] = {}
    of = {}
    for _, report, said, beside in rows:
        home, date, top, unplaced, presidium, acts, *sets = marshal.loads(said)
        kept = [shared.setdefault(v, set(v)) for v in sets]
        of[report] = Profile(shared.setdefault(("home", home), home), shared.setdefault(("date", date), date), top, unplaced, presidium, acts, bool(beside), *kept)
    return of


def profiles_of(report: Report, statements: Sequence[Statement]) -> dict[str, Profile]:
    """What one report says of each person's name in it."""
    lent = _lent_places(statements, report)
    home = place_chain(report.place) if report.place else ()
    profiles: dict[str, Profile] = defaultdict(lambda: Profile(home, report.date))
    said: Counter[str] = Counter()
    for s in statements:
        for mention in (s.subject, s.object):
            if mention.type == "Person":
                profiles[mention.name]
        if s.relation == "holds_post" and s.status is not Status.PLANNED:
            _read_post(profiles[s.subject.name], s, report, lent.get(s.id, ()))
        if s.relation == "accompanied" and s.object.type == "Person":
            profiles[s.object.name].acts = True
        if s.relation == "emphasized" and s.subject.type == "Person":
            said[s.subject.name] += 1
            profiles[s.subject.name].acts |= said[s.subject.name] >= SPEECH
        if s.relation in ("attended", "presided") and s.subject.type == "Person":
            profiles[s.subject.name].acts = True
            profiles[s.subject.name].meetings.update({"全国政协" if w == "政协第" else w for w in _MEETING_OF.findall(s.object.name)})
    return profiles


def _lent_places(statements: Iterable[Statement], report: Report) -> dict[str, tuple[str, ...]]:
    """Statement of a bare post → chain of the division that a post before it in the same sentence names."""
    by_sentence: dict[int, list[Statement]] = defaultdict(list)
    for s in statements:
        if s.relation == "holds_post":
            by_sentence[s.start].append(s)
    found: dict[str, tuple[str, ...]] = {}
    for posts in by_sentence.values():
        last: tuple[str, ...] = ()
        for s in sorted(posts, key=lambda s: (s.object.start, s.id)):
            if _BORROWS.match(s.object.name):
                if last:
                    found[s.id] = last
                continue
            place = anchored(s.object.name, report) if not is_national_post(s.object.name) else None
            if place is not None and place.unit is not None:
                last = _chain(place.unit)
    return found


def _chain(unit: gazetteer.Division) -> tuple[str, ...]:
    return place_chain(unit.province + unit.city + unit.name) or (unit.name,)


def _read_post(profile: Profile, s: Statement, report: Report, lent: tuple[str, ...]) -> None:
    post = s.object.name
    chinese = looks_like_name(s.subject.name)
    profile.posts.add(post)
    body = usual_form(_HEAD.sub("", post))
    # A state is no body: its president and its premier would be one.
    if len(body) >= 4 and not is_relative(post) and body not in countries():
        profile.bodies.add(body)
    countries_of = _COUNTRY.findall(post)
    # 国务院总理, 国务院副总理 are of this country.
    domestic = chinese and is_national_post(post) and not countries_of
    if not domestic and (_FOREIGN_HEAD.search(post) or (countries_of and not chinese) or (countries_of and countries_of[-1].startswith("驻"))):
        profile.heads.add(_FOREIGN_HEAD.search(post).group() if _FOREIGN_HEAD.search(post) else "")  # type: ignore[union-attr]
        if countries_of:
            profile.foreign.add(_SAME_COUNTRY.get(countries_of[-1], countries_of[-1]))
        return
    if not chinese:
        return
    if is_national_post(post) or _MUNICIPAL.match(post) or _PRESIDIUM.search(post):
        profile.top = profile.top or not _PRESIDIUM.search(post)
        profile.presidium = profile.presidium or bool(_PRESIDIUM.search(post))
        return
    found = anchored(post, report)
    chain = _chain(found.unit) if found is not None and found.unit is not None else lent if _BORROWS.match(post) else ()
    profile.unplaced = profile.unplaced or (not chain and is_relative(post))
    if chain:
        profile.places.add(chain)
        full = found.name if found is not None and found.unit is not None else chain[-1] + post.removeprefix(chain[-1][-1:])
        profile.posts.add(full)
        if len(chain) == 1 and _CHIEF.match(_without(full, chain[0])):
            profile.top = True


def _without(name: str, unit: str) -> str:
    """山西省委书记 → 省委书记, 广西壮族自治区党委书记 → 自治区党委书记."""
    rest = name.removeprefix(unit)
    level = "自治区" if unit.endswith("自治区") else unit[-1:]
    return rest if rest.startswith(level) else level + rest.removeprefix("区")
