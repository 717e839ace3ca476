"""Features of the candidates for policy phrases, computed over all their occurrences.

Each feature is a number for each candidate: a share of its occurrences, 0–1, or a logarithm. They are the input of
`graphkit.phrases.discovery.classifier`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphkit.grammar.patterns import pattern
from graphkit.ledger.word_encoding import TAGS
from graphkit.model import Statement
from graphkit.phrases.day_numbers import days, month_of
from graphkit.phrases.discovery.cohesion import (
    SINGLE,
    after_cue,
    count_pairs,
    entropy,
    in_headlines,
    weakest,
)
from graphkit.phrases.discovery.ngrams import TERM_START, Spans, Vocabulary, distinct
from graphkit.phrases.discovery.word_arrays import TAG_NUMBER, WordArrays
from graphkit.phrases.discovery.word_sequence import Flags, WordSequence
from graphkit.phrases.keys import Numbers, key_of
from graphkit.recognition.phrase_candidates import Clause
from graphkit.recognition.phrase_features import ClausePlace, Voice, candidate_features
from graphkit.recognition.phrase_model import phrase_counts, phrase_model
from graphkit.recognition.phrase_words import LIGHT, MODAL
from graphkit.recognition.tagger import Token
from graphkit.resolution.bodies import countries

Column = NDArray[np.float32]

#: Parts of speech inside a candidate, and of its first and last word, that are features.
CONTAINED_TAGS = ("PER", "LOC", "ORG", "TIME", "m", "q", "v", "vn", "p", "u", "c", "d", "a", "nz", "nw")
EDGE_TAGS = ("n", "v", "vn", "a", "ad", "nz", "LOC", "ORG", "nw", "m", "d", "p", "s", "f")
#: Number of words on each side among which verbs of policy are counted.
NEIGHBOURS = 15
_DECISION_TITLE = pattern("phrase_discovery.decision_title")
_DIPLOMACY_TITLE = pattern("phrase_discovery.diplomacy_title")
NAMES = (
    "quoted",
    "in_quote",
    "listed_before",
    "listed_after",
    "opens",
    "closes",
    "spoken",
    "one_before",
    "kinds_before",
    "one_after",
    "kinds_after",
    "lists",
    "policy",
    "foreign",
    "decides",
    "emphasized",
    "covered",
    "covered_spoken",
    "alone",
    "reports",
    "months",
    "months_of_reports",
    "days_of_reports",
    "peak",
    "span",
    "months_of_span",
    "entropy_before",
    "entropy_after",
    "association",
    "information",
    "headline",
    "cue",
    "size",
    "words",
    *(f"has_{t}" for t in CONTAINED_TAGS),
    *(f"first_{t}" for t in EDGE_TAGS),
    *(f"last_{t}" for t in EDGE_TAGS),
)


def decides(report_title: str) -> bool:
    """Tell whether a title is that of a report on a meeting, a decision or an instruction."""
    return _DECISION_TITLE.search(report_title) is not None and _DIPLOMACY_TITLE.search(report_title) is None


class Occurrences:
    """Sums over the occurrences of each candidate."""

    def __init__(self, row: WordSequence, spans: Spans, candidates: int) -> None:
        self.row, self.at, self.candidates = row, spans, candidates
        self.mentions = np.bincount(spans.key, minlength=candidates)
        self.example = np.searchsorted(spans.key, np.arange(candidates))

    def share(self, flags: NDArray[np.generic]) -> Column:
        """Return the mean over the occurrences of each candidate."""
        return (np.bincount(self.at.key, weights=flags, minlength=self.candidates) / self.mentions).astype(np.float32)

    def distinct(self, values: NDArray[np.generic]) -> NDArray[np.int64]:
        """Return the number of unique values over the occurrences of each candidate."""
        return distinct(self.at.key, values, self.candidates)

    def neighbour(self, word: Numbers, linked: Flags) -> tuple[Column, Column, Column]:
        """Return the share of the most frequent neighbour, the unique neighbours per occurrence, and their entropy.

        Each end of a run is a neighbour of its own.
        """
        values = np.where(linked, word.astype(np.int64), -1 - np.arange(len(word)))
        order = np.lexsort((values, self.at.key))
        key, value = self.at.key[order], values[order]
        fresh = np.ones(len(key), dtype=bool)
        fresh[1:] = (key[1:] != key[:-1]) | (value[1:] != value[:-1])
        begins = np.flatnonzero(fresh)
        counts = np.diff(np.append(begins, len(key)))
        most = np.zeros(self.candidates, dtype=np.int64)
        np.maximum.at(most, key[begins], counts)
        kinds = np.bincount(key[begins], minlength=self.candidates)
        share, distinct = most / self.mentions, kinds / self.mentions
        return share.astype(np.float32), distinct.astype(np.float32), entropy(self.at.key, values, self.candidates)


def covered_words(row: WordSequence, statements: list[Statement]) -> Flags:
    """Return (K,) whether each word is part of the phrase of a statement."""
    arrays = row.arrays
    place = {r.id: n for n, r in enumerate(arrays.reports)}
    begins = np.searchsorted(arrays.report[row.word], np.arange(len(arrays.reports) + 1))
    origin = arrays.origin[row.start]
    flags = np.zeros(len(row.word), dtype=bool)
    for s in statements:
        if s.object.type == "Phrase" and s.report in place:
            a, b = begins[place[s.report]], begins[place[s.report] + 1]
            x, y = np.searchsorted(origin[a:b], (s.object.start, s.object.end))
            flags[a + x : a + y] = True
    return flags


def features(
    row: WordSequence, words: Vocabulary, spans: Spans, candidates: int, statements: list[Statement]
) -> NDArray[np.float32]:
    """Return (candidates, len(NAMES)) the features of each candidate."""
    arrays, places = row.arrays, Occurrences(row, spans, candidates)
    first, last = spans.first, spans.last
    report = arrays.report[row.word]
    # A verb with little content of its own (坚持, 加快建设) does not make the phrase a part of a longer expression.
    carried = words.flags(LIGHT | MODAL)
    out = _neighbour_features(places, words, carried)
    spoken = (arrays.speaker[row.word] >= 0)[first]
    out["spoken"] = places.share(spoken)
    out["policy"] = places.share(_share_around(carried, first, last))
    out["foreign"] = places.share(_share_abroad(row, words)[report[first]])
    titles = np.array([decides(r.title) for r in arrays.reports], dtype=bool)
    out["decides"] = places.share(titles[report[first]])
    covered = _count_inside(covered_words(row, statements), first, last) == last - first + 1
    out["covered"] = places.share(covered)
    spoken_places = np.maximum(np.bincount(spans.key, weights=spoken, minlength=candidates), 1)
    out["covered_spoken"] = np.bincount(spans.key, weights=covered & spoken, minlength=candidates) / spoken_places
    del spoken, covered
    out |= _tag_features(places, words)
    out |= _cohesion_features(places, words, report)
    a, b = first[places.example], last[places.example]
    out["size"], out["words"] = row.size(a, b), b - a + 1
    out |= _date_features(places, arrays, report[first])
    out["emphasized"] = _emphasized(row, places, statements, out["reports"])
    out["reports"] = np.log(out["reports"])
    out["alone"] = _model_score(row, places, out)
    return np.stack([out[name].astype(np.float32) for name in NAMES], axis=1)


def _neighbour_features(places: Occurrences, words: Vocabulary, carried: Flags) -> dict[str, NDArray[Any]]:
    """Return the features of quotation marks, of the words before and after, and of lists."""
    row, first, last = places.row, places.at.first, places.at.last
    out: dict[str, NDArray[Any]] = {}
    inside = (row.quote[first] > 0) & (row.quote[first] == row.quote[last])
    out["quoted"] = places.share(row.quotations(first, last))
    out["in_quote"] = places.share(inside)
    before, after = np.maximum(first - 1, 0), np.minimum(last + 1, len(row.word) - 1)
    linked = (first > 0) & (row.run_end[before] >= first)
    out["opens"] = places.share(~linked)
    out["listed_before"] = places.share(linked & (row.listed[first] > row.listed[before]))
    out["one_before"], out["kinds_before"], out["entropy_before"] = places.neighbour(
        words.number[before], linked & ~carried[before]
    )
    linked = row.run_end[last] > last
    out["closes"] = places.share(~linked)
    out["listed_after"] = places.share(linked & (row.listed[after] > row.listed[last]))
    out["one_after"], out["kinds_after"], out["entropy_after"] = places.neighbour(words.number[after], linked)
    out["lists"] = places.share(row.listed[last] > row.listed[first])
    return out


def _share_abroad(row: WordSequence, words: Vocabulary) -> NDArray[np.float64]:
    """Return (R,) the share of foreign countries among the names of places and organizations of each report."""
    report = row.arrays.report[row.word]
    reports = len(row.arrays.reports)
    located = np.isin(row.arrays.tag[row.word], [TAG_NUMBER["LOC"], TAG_NUMBER["ORG"]])
    abroad = np.bincount(report, weights=words.flags(frozenset(countries())), minlength=reports)
    shares: NDArray[np.float64] = abroad / np.maximum(np.bincount(report, weights=located, minlength=reports), 3)
    return shares


def _tag_features(places: Occurrences, words: Vocabulary) -> dict[str, NDArray[Any]]:
    """Return the features of the parts of speech of all words, and of the first and last word."""
    row, first, last = places.row, places.at.first, places.at.last
    # Words of time that are part of terms (现代, 未来) are nouns here.
    tags = np.where(words.flags(TERM_START), TAG_NUMBER["n"], row.arrays.tag[row.word])
    out: dict[str, NDArray[Any]] = {
        f"has_{tag}": places.share(_count_inside(tags == TAG_NUMBER[tag], first, last) > 0) for tag in CONTAINED_TAGS
    }
    a, b = first[places.example], last[places.example]
    for tag in EDGE_TAGS:
        out[f"first_{tag}"] = tags[a] == TAG_NUMBER[tag]
        out[f"last_{tag}"] = tags[b] == TAG_NUMBER[tag]
    return out


def _cohesion_features(places: Occurrences, words: Vocabulary, report: Numbers) -> dict[str, NDArray[Any]]:
    """Return the features of the association of the words, and of headlines and first uses."""
    row, first, last = places.row, places.at.first, places.at.last
    a, b = first[places.example], last[places.example]
    pairs = count_pairs(row, words)
    return {
        "association": weakest(pairs.association(), a, b, SINGLE),
        "information": weakest(pairs.information(), a, b, 0.0),
        "headline": places.share(in_headlines(row.arrays, row.start[first], report[first])),
        "cue": places.share(after_cue(row, words, places.at)),
    }


def _count_inside(flags: Flags, first: Numbers, last: Numbers) -> Numbers:
    """Return the number of words of each span that have the flag."""
    sums = np.concatenate(([0], np.cumsum(flags, dtype=np.int32)))
    return sums[last + 1] - sums[first]


def _share_around(flags: Flags, first: Numbers, last: Numbers) -> NDArray[np.float32]:
    """Share of flagged words among the NEIGHBOURS on both sides."""
    sums = np.concatenate(([0], np.cumsum(flags, dtype=np.int32)))
    a, b = np.maximum(first - NEIGHBOURS, 0), np.minimum(last + NEIGHBOURS + 1, len(flags))
    return ((sums[b] - sums[a] - sums[last + 1] + sums[first]) / np.float32(2 * NEIGHBOURS)).astype(np.float32)


def _date_features(places: Occurrences, arrays: WordArrays, report: Numbers) -> dict[str, NDArray[Any]]:
    """Return the features of the dates of use. Reports without a date share one day."""
    day = days(r.date for r in arrays.reports)
    month = month_of(day)
    reports = places.distinct(report)
    months, used_days = places.distinct(np.maximum(month[report], 0)), places.distinct(np.maximum(day[report], 0))
    pairs = np.unique(places.at.key.astype(np.int64) << 32 | report)
    key, when = pairs >> 32, month[(pairs & 0xFFFFFFFF).astype(np.int64)]
    _, at, count = np.unique(key << 32 | np.maximum(when, 0), return_index=True, return_counts=True)
    peak = np.zeros(places.candidates, dtype=np.int64)
    np.maximum.at(peak, key[at], count)
    earliest, latest = np.full(places.candidates, 1 << 30), np.full(places.candidates, -1)
    np.minimum.at(earliest, key, when)
    np.maximum.at(latest, key, when)
    span = latest - earliest + 1
    return {
        "reports": reports,
        "months": np.log(months),
        "months_of_reports": np.log(months) / np.log1p(reports),
        "days_of_reports": np.log1p(used_days) / np.log1p(reports),
        "peak": peak / reports,
        "span": np.log(span),
        "months_of_span": months / span,
    }


def _emphasized(
    row: WordSequence, places: Occurrences, statements: list[Statement], reports: NDArray[np.generic]
) -> NDArray[np.float64]:
    """Return log(1 + n) / log(1 + reports); n is the number of reports with a statement about exactly this phrase."""
    said: dict[int, set[str]] = {}
    for s in statements:
        if s.object.type == "Phrase":
            said.setdefault(key_of(s.object.name), set()).add(s.report)
    keys = row.keys(places.at.first[places.example], places.at.last[places.example])
    counts = np.array([len(said.get(k, ())) for k in keys.tolist()])
    return np.log1p(counts) / np.log1p(np.maximum(reports.astype(np.int64), counts))


def _model_score(row: WordSequence, places: Occurrences, out: dict[str, NDArray[Any]]) -> NDArray[np.float64]:
    """Return the score of the model of spoken phrases on the words alone, as log-odds / 3.

    It is computed for the candidates that other features do not exclude.
    """
    model, known, arrays = phrase_model(), phrase_counts(), row.arrays
    hopeful = (out["one_before"] < 0.9) & (out["one_after"] < 0.9) & (out["has_TIME"] < 0.5) | (out["quoted"] > 0.5)
    found = np.full(places.candidates, -2.0)
    for k in np.flatnonzero(hopeful).tolist():
        a, b = int(places.at.first[places.example[k]]), int(places.at.last[places.example[k]])
        text = row.words(a, b)
        begin = int(row.start[a]) - (text[0] == "“" and arrays.text[row.start[a]] != "“")
        numbers = range(int(row.word[a]), int(row.word[b]) + 1)
        tokens = [Token(int(arrays.start[w]) - begin, int(arrays.end[w]) - begin, TAGS[arrays.tag[w]]) for w in numbers]
        clause, place = Clause(text, tokens, (0, len(text))), ClausePlace(1, 4)
        (candidate,) = candidate_features(clause, [(0, len(tokens))], known, place, Voice("name", "Person"), [])
        score = min(max(model.score(candidate.features), 1e-6), 1 - 1e-6)
        found[k] = math.log(score / (1 - score)) / 3
    return found
