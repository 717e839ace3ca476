"""What one report says about each person's name in it: posts, levels, places, bodies, other leaders."""

from __future__ import annotations

import marshal
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphkit.grammar.lexicon import looks_like_name, word_set
from graphkit.grammar.patterns import pattern
from graphkit.model import Report, Statement, Status
from graphkit.recognition import gazetteer
from graphkit.resolution.bodies import anchored, first_name, usual_form
from graphkit.resolution.short_forms import is_national_post, is_relative, place_chain

_POST_AT_END = pattern("profiles.post_at_end")
_COUNTRY = pattern("profiles.country")
_FOREIGN_OFFICE = pattern("profiles.foreign_office")
_CHIEF_OF_PROVINCE = pattern("profiles.chief_of_province")
_CHIEF_OF_MUNICIPALITY = pattern("profiles.chief_of_municipality")
_SEAT_AT_CONGRESS = pattern("profiles.seat_at_congress")
_BODY_OF_MEETING = pattern("profiles.body_of_meeting")
_POST_WITHOUT_PLACE = pattern("profiles.post_without_place")
_LEVEL_AT_END = pattern("profiles.level_at_end")
_END_OF_REGION = pattern("profiles.end_of_region")

#: Statements of one report that a person emphasized something, from which the person counts as a speaker. Citizens who
#: are interviewed have fewer.
SPEECH = 3


@dataclass(slots=True)
class Profile:
    """What one report says about one name.

    Attributes
    ----------
    home
        The report's place, as a chain of divisions from the province down.
    date
        The report's date.
    top
        Whether the person is a leader of the nation or of a province.
    unplaced
        Whether a post belongs to a place that is unknown (市长 in a report without a place).
    presidium
        Whether the person has a seat or chair at the national congress or conference.
    acts
        Whether the person presides, attends, is accompanied or makes a speech.
    with_leader
        Whether the report also names a leader of the nation or of a province.
    posts
        Full posts, former ones included.
    foreign
        Countries of offices abroad or of foreign states.
    bodies
        Bodies of the posts.
    heads
        Words of the offices abroad or of foreign states (总统, 大使).
    meetings
        National bodies at whose meetings the person is.
    places
        Places of the posts, as chains of divisions from the province down.
    """

    home: tuple[str, ...] = ()
    date: str = ""
    top: bool = False
    unplaced: bool = False
    presidium: bool = False
    acts: bool = False
    with_leader: bool = False
    posts: set[str] = field(default_factory=set)
    foreign: set[str] = field(default_factory=set)
    bodies: set[str] = field(default_factory=set)
    heads: set[str] = field(default_factory=set)
    meetings: set[str] = field(default_factory=set)
    places: set[tuple[str, ...]] = field(default_factory=set)

    @property
    def chains(self) -> set[tuple[str, ...]]:
        """The places of the posts, or the report's place if there are none."""
        return self.places or ({self.home} if self.home else set())

    @property
    def bare(self) -> bool:
        """Whether no post tells where the person belongs."""
        return not (self.top or self.foreign or self.places or self.bodies or self.heads or self.unplaced)


_SETS = ("posts", "foreign", "bodies", "heads", "meetings", "places")
_FLAGS = ("top", "unplaced", "presidium", "acts")


def packed(profile: Profile) -> bytes:
    """Return a profile as bytes, without `with_leader`."""
    flags = (getattr(profile, name) for name in _FLAGS)
    sets = (tuple(sorted(getattr(profile, name))) for name in _SETS)
    return marshal.dumps((profile.home, profile.date, *flags, *sets))


def unpacked(rows: Iterable[tuple[str, str, bytes, int]]) -> dict[str, Profile]:
    """Return the profiles of one name by report. Equal values are kept once, as many reports name the same leaders."""
    shared: dict[Any, Any] = {}
    of = {}
    for _, report, stored, with_leader in rows:
        home, date, top, unplaced, presidium, acts, *sets = marshal.loads(stored)
        kept = [shared.setdefault(v, set(v)) for v in sets]
        home = shared.setdefault(("home", home), home)
        date = shared.setdefault(("date", date), date)
        of[report] = Profile(home, date, top, unplaced, presidium, acts, bool(with_leader), *kept)
    return of


def profiles_of(report: Report, statements: Sequence[Statement]) -> dict[str, Profile]:
    """Return what one report says about each person's name in it."""
    inherited = _inherited_places(statements, report)
    home = place_chain(report.place) if report.place else ()
    profiles: dict[str, Profile] = defaultdict(lambda: Profile(home, report.date))
    speeches: Counter[str] = Counter()
    for s in statements:
        for mention in (s.subject, s.object):
            if mention.type == "Person":
                profiles[mention.name]
        if s.relation == "holds_post" and s.status is not Status.PLANNED:
            _read_post(profiles[s.subject.name], s, report, inherited.get(s.id, ()))
        if s.relation == "accompanied" and s.object.type == "Person":
            profiles[s.object.name].acts = True
        if s.relation == "emphasized" and s.subject.type == "Person":
            speeches[s.subject.name] += 1
            profiles[s.subject.name].acts |= speeches[s.subject.name] >= SPEECH
        if s.relation in ("attended", "presided") and s.subject.type == "Person":
            profiles[s.subject.name].acts = True
            profiles[s.subject.name].meetings.update(first_name(w) for w in _BODY_OF_MEETING.findall(s.object.name))
    return profiles


def _inherited_places(statements: Iterable[Statement], report: Report) -> dict[str, tuple[str, ...]]:
    """Return the place of each post without one, by statement: the place of the post before it in the same sentence.

    山东省委书记王建国和省长李志强: both posts are of 山东省.
    """
    by_sentence: dict[int, list[Statement]] = defaultdict(list)
    for s in statements:
        if s.relation == "holds_post":
            by_sentence[s.start].append(s)
    found: dict[str, tuple[str, ...]] = {}
    for posts in by_sentence.values():
        last: tuple[str, ...] = ()
        for s in sorted(posts, key=lambda s: (s.object.start, s.id)):
            if _POST_WITHOUT_PLACE.match(s.object.name):
                if last:
                    found[s.id] = last
                continue
            place = anchored(s.object.name, report) if not is_national_post(s.object.name) else None
            if place is not None and place.unit is not None:
                last = _chain(place.unit)
    return found


def _chain(unit: gazetteer.Division) -> tuple[str, ...]:
    return place_chain(unit.province + unit.city + unit.name) or (unit.name,)


def _read_post(profile: Profile, s: Statement, report: Report, inherited: tuple[str, ...]) -> None:
    """Add a post to the profile of its holder."""
    post = s.object.name
    chinese = looks_like_name(s.subject.name)
    profile.posts.add(post)
    body = usual_form(_POST_AT_END.sub("", post))
    # A state is not a body: otherwise its president and its prime minister would be one person.
    if len(body) >= 4 and not is_relative(post) and body not in word_set("country"):
        profile.bodies.add(body)
    if _read_foreign_office(profile, post, chinese) or not chinese:
        return
    if is_national_post(post) or _CHIEF_OF_MUNICIPALITY.match(post) or _SEAT_AT_CONGRESS.search(post):
        seat = bool(_SEAT_AT_CONGRESS.search(post))
        profile.top = profile.top or not seat
        profile.presidium = profile.presidium or seat
        return
    found = anchored(post, report)
    unit = found.unit if found is not None else None
    chain = _chain(unit) if unit is not None else inherited if _POST_WITHOUT_PLACE.match(post) else ()
    profile.unplaced = profile.unplaced or (not chain and is_relative(post))
    if chain:
        profile.places.add(chain)
        full = chain[-1] + post.removeprefix(chain[-1][-1:]) if found is None or unit is None else found.name
        profile.posts.add(full)
        if len(chain) == 1 and _CHIEF_OF_PROVINCE.match(_without(full, chain[0])):
            profile.top = True


def _read_foreign_office(profile: Profile, post: str, chinese: bool) -> bool:
    """Add an office abroad or of a foreign state to the profile, and tell whether the post is one."""
    countries = list(_COUNTRY.finditer(post))
    # 国务院总理 and 国务院副总理 are posts of China.
    if chinese and is_national_post(post) and not countries:
        return False
    office = _FOREIGN_OFFICE.search(post)
    if not office and not (countries and (not chinese or countries[-1]["posted"])):
        return False
    profile.heads.add(office.group() if office else "")
    if countries:
        profile.foreign.add(first_name(countries[-1].group()))
    return True


def _without(name: str, unit: str) -> str:
    """Return the name of a post without that of its province: 省委书记 for 山西省委书记.

    广西壮族自治区党委书记 gives 自治区党委书记.
    """
    rest = name.removeprefix(unit)
    m = _LEVEL_AT_END.search(unit)
    level = m.group() if m else ""
    return rest if rest.startswith(level) else level + _END_OF_REGION.sub("", rest)
