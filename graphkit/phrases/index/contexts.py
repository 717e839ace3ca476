"""Context of each use of a phrase: voice, status and polarity, and the place of each report."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from graphkit.grammar.lexicon import looks_like_name, word_set
from graphkit.grammar.patterns import pattern
from graphkit.model import Level, Statement
from graphkit.phrases.discovery.ngrams import Vocabulary
from graphkit.phrases.discovery.word_arrays import TAG_NUMBER, WordArrays
from graphkit.phrases.discovery.word_sequence import WordSequence
from graphkit.phrases.index.reader import STATUSES, VOICES
from graphkit.phrases.keys import Numbers
from graphkit.recognition import gazetteer
from graphkit.recognition.phrase_words import POLAR
from graphkit.resolution.short_forms import home

_FOREIGN_POST = pattern("phrase_contexts.foreign_post")
#: Words of the same run before a phrase that determine its status, and those among which verbs of rejection are
#: searched.
STATUS_REACH, POLAR_REACH = 8, 2
#: The words that determine the status of a phrase, with the maximum number of words between them and the phrase.
_STATUS_WORDS = (
    ("urged", word_set("urged"), STATUS_REACH),
    ("planned", word_set("planned"), STATUS_REACH),
    ("denied", word_set("negated"), POLAR_REACH),
)
_CAPITAL = word_set("capital")
_AT_PLACE = word_set("at_place")
#: Characters at the beginning of a report or digest item in which its place is searched.
HEAD = 60


def voices(arrays: WordArrays, statements: Iterable[Statement]) -> NDArray[np.int8]:
    """Return (W,) for each word of the arrays the index in VOICES of its speaker."""
    foreign: set[tuple[str, str]] = set()
    for s in statements:
        if s.relation == "holds_post" and _FOREIGN_POST.match(s.object.name):
            foreign.add((s.report, s.subject.name))
    out = np.zeros(len(arrays.speaker), dtype=np.int8)
    spoken = np.flatnonzero(arrays.speaker >= 0)
    pairs, number = np.unique(
        arrays.report[spoken].astype(np.int64) << 32 | arrays.speaker[spoken], return_inverse=True
    )
    of_pair = np.zeros(len(pairs), dtype=np.int8)
    for n, pair in enumerate(pairs.tolist()):
        kind, name = arrays.speakers[pair & 0xFFFFFFFF]
        if kind != "Person":
            of_pair[n] = VOICES.index("meeting")
        elif not looks_like_name(name) or (arrays.reports[pair >> 32].id, name) in foreign:
            of_pair[n] = VOICES.index("guest")
        else:
            of_pair[n] = VOICES.index("leader")
    out[spoken] = of_pair[number]
    return out


def statuses(row: WordSequence, words: Vocabulary, first: Numbers) -> tuple[NDArray[np.int8], NDArray[np.bool_]]:
    """Return for each use the index in STATUSES, and whether a verb of rejection (力戒, 反对) is directly before it."""
    fresh = np.ones(len(row.word), dtype=bool)
    fresh[1:] = row.run_end[1:] != row.run_end[:-1]
    begin = np.maximum.accumulate(np.where(fresh, np.arange(len(row.word)), 0)).astype(np.int32)
    status = np.zeros(len(first), dtype=np.int8)
    for name, members, reach in _STATUS_WORDS:
        status[_before(words.flags(members), begin, first, reach)] = STATUSES.index(name)
    return status, _before(words.flags(POLAR), begin, first, POLAR_REACH)


def _before(flags: NDArray[np.bool_], begin: Numbers, first: Numbers, reach: int) -> NDArray[np.bool_]:
    sums = np.concatenate(([0], np.cumsum(flags, dtype=np.int32)))
    return sums[first] > sums[np.maximum(begin[first], first - reach)]


def homes(arrays: WordArrays) -> list[str]:
    """Return the code of the division of each report, according to its place, or "" if it is unknown."""
    codes = {place: (division.code if (division := home(place)) else "") for place in {r.place for r in arrays.reports}}
    return [codes[r.place] for r in arrays.reports]


def place_names(codes: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return for each code the full name, which begins with the province, and the level."""
    wanted = set(codes)
    every = (d for found in gazetteer.divisions().values() for d in found if d.code in wanted)
    found: dict[str, tuple[str, str]] = {}
    for d in sorted(every, key=lambda d: (d.last, d.name)):
        found[d.code] = "".join(dict.fromkeys(p for p in (d.province, d.city, d.name) if p)), d.level.value
    return dict(sorted(found.items()))


def subjects(row: WordSequence, words: Vocabulary) -> tuple[NDArray[np.int32], list[str]]:
    """Return (K,) the division that the report or digest item of each word is about, and the codes of the divisions.

    A division is a position in the list of codes, -1 if there is none. It is the first one that the beginning of the
    report or item names outside of speech. 在北京 is skipped: national bodies meet there.
    """
    arrays = row.arrays
    places: dict[int, str] = {}
    for n, word in enumerate(words.words):
        if 2 <= len(word) <= 12:
            division = gazetteer.find(word)
            if division is not None and (division.level is not Level.COUNTY or len(word) > 2):
                places[n] = division.code
    named = np.array([n in places for n in range(len(words.words))], dtype=bool)[words.number]
    tags = arrays.tag[row.word]
    capital = words.flags(_CAPITAL)
    named[1:] &= ~(capital[1:] & words.flags(_AT_PLACE)[:-1])
    named &= (tags == TAG_NUMBER["LOC"]) & (arrays.speaker[row.word] < 0)
    _, begins, number = np.unique(arrays.units()[row.word], return_index=True, return_inverse=True)
    near = row.start - row.start[begins][number] <= HEAD
    at = np.flatnonzero(named & near)
    codes = sorted(set(places.values()))
    order = {code: n for n, code in enumerate(codes)}
    of_item = np.full(len(begins), -1, dtype=np.int32)
    for k in at[::-1].tolist():
        of_item[number[k]] = order[places[int(words.number[k])]]
    return of_item[number], codes
