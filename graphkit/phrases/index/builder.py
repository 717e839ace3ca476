"""Builds the index of a ledger's phrases: found, joined, and every use of each with who says it, where and when.

All is done block by block (graphkit.phrases.discovery.blocks), so that memory does not grow with the number of reports: phrases are found
in the blocks of distinct texts, then counted in those of all reports, then their uses are sorted, some phrases at a time.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.feather as feather
from numpy.typing import NDArray

from graphkit.grammar import lexicon
from graphkit.ledger import Ledger
from graphkit.phrases.discovery.blocks import BLOCK, Outline, outline
from graphkit.phrases.discovery.classifier import load_classifier
from graphkit.phrases.discovery.features import NAMES, features
from graphkit.phrases.discovery.ngrams import distinct, edges, repeated, vocabulary
from graphkit.phrases.discovery.variants import c_values, contained_phrases, largest_contained, merge_variants
from graphkit.phrases.discovery.word_arrays import TAG_NUMBER, read_word_arrays
from graphkit.phrases.discovery.word_sequence import WordSequence, make_word_sequence
from graphkit.phrases.index.contexts import place_names
from graphkit.phrases.index.reader import SHOWN, Uses, use_file
from graphkit.phrases.index.uses import USE, UseCollector
from graphkit.phrases.keys import Keys, Numbers, key_of
from graphkit.recognition.phrase_words import is_everyday

#: Reports from which a span must stand in three of them to be looked at, else in two.
LARGE = 300
#: Least probability of a candidate to be kept at all.
KEPT = 0.15
#: A span that has nearly always the same neighbour is part of something longer.
PART = 0.8
_DOCTRINE_END = lexicon.words("doctrine_end")
#: Uses that are sorted at a time.
PART_USES = 1_000_000


def build_index(ledger: Ledger, folder: Path, block: int = BLOCK) -> None:
    """Find all phrases of a ledger and write their index into a new folder. block: characters of a block, at most."""
    reports = outline(ledger)
    keys, quality = discover(ledger, reports, block)
    folder.mkdir()
    workshop = folder / "work"
    workshop.mkdir()
    collector = UseCollector(ledger, reports, keys, workshop)
    for numbers in reports.blocks(block):
        collector.add(numbers)
    _write(collector, reports, keys, quality, folder)
    shutil.rmtree(workshop)


def discover(ledger: Ledger, reports: Outline, block: int) -> tuple[Keys, NDArray[np.float64]]:
    """Keys, rising, of all that may be a phrase, and how sure each is, 0–1: repeated spans and what statements name."""
    sure: dict[int, float] = {}
    for words, confidence in ledger.phrases():
        key = key_of(words)
        sure[key] = max(sure.get(key, 0.0), confidence)
    own = np.array(sorted(sure), dtype=np.uint64)
    chosen = reports.distinct()
    least = 3 if len(chosen) >= LARGE else 2
    parts = [
        _candidates(ledger, [reports.ids[n] for n in numbers.tolist()], own, least)
        for numbers in reports.windows(chosen, block)
    ]
    keys, quality, often = (
        (np.concatenate(column) for column in zip(*parts, strict=True))
        if parts
        else (own[:0], np.zeros(0), np.zeros(0, np.int64))
    )
    # Of several blocks the one with most reports knows best.
    order = np.lexsort((quality, often, keys))
    keys, quality = keys[order], quality[order]
    best = np.append(keys[1:] != keys[:-1], True)[: len(keys)]
    keys, quality = keys[best], quality[best]
    every = np.union1d(keys, own)
    out = np.zeros(len(every))
    out[np.searchsorted(every, keys)] = quality
    # What is too rare to be counted, or stands in a small collection, is as sure as the reader was of it.
    unsure = own if least < 3 else np.setdiff1d(own, keys)
    at = np.searchsorted(every, unsure)
    out[at] = np.maximum(out[at], [sure[k] for k in unsure.tolist()])
    return every, out


def _candidates(
    ledger: Ledger, report_ids: Sequence[str], own: Keys, least: int
) -> tuple[Keys, NDArray[np.float64], NDArray[np.int64]]:
    """Keys, rising, of the spans that stand in `least` of these reports and may be phrases, or are in `own`; how sure; in how many reports."""
    row = make_word_sequence(read_word_arrays(ledger, report_ids))
    words = vocabulary(row)
    keys, spans = repeated(row, least, *edges(row, words))
    if not len(keys):
        return keys, np.zeros(0), np.zeros(0, np.int64)
    said = [s for report_id in report_ids for s in ledger.read_statements(report_id) if s.object.type == "Phrase"]
    table = features(row, words, spans, len(keys), said)
    quality = load_classifier().probability(table)
    example = np.searchsorted(spans.key, np.arange(len(keys)))
    names = [row.words(a, b) for a, b in zip(spans.first[example].tolist(), spans.last[example].tolist(), strict=True)]
    quality[~_possible(table, names)] = 0.0
    kept = quality >= KEPT
    # Wordings with an adverb in front are kept with the phrase that they are wordings of.
    first, last = spans.first[example], spans.last[example]
    in_front = words.flags(lexicon.word_set("phrase_front"))[first] & (first < last)
    kept |= in_front & np.isin(row.keys(np.minimum(first + 1, last), last), np.concatenate((keys[kept], own)))
    kept |= np.isin(keys, own)
    often = distinct(spans.key, row.arrays.report[row.word][spans.first], len(keys))
    return keys[kept], quality[kept], often[kept]


def _possible(table: NDArray[np.float32], names: Sequence[str]) -> NDArray[np.bool_]:
    """Without personal names, days, parts of something longer and everyday words."""
    sign = {name: table[:, n] for n, name in enumerate(NAMES)}
    doctrine = np.array([n.endswith(_DOCTRINE_END) for n in names], dtype=bool)
    everyday = np.array([is_everyday(n) or sum("\u3400" <= c <= "\u9fff" for c in n) < 1 for n in names], dtype=bool)
    quoted = sign["quoted"] > 0.4
    whole = (sign["one_before"] < PART) & (sign["one_after"] < PART) | quoted
    long_enough = (sign["size"] >= 3) | quoted
    return (
        ((sign["has_PER"] < 0.5) | doctrine)
        & (sign["has_TIME"] < 0.5)
        & whole
        & long_enough
        & ~(everyday & ~quoted)
        & ((sign["foreign"] < 0.3) | quoted)
    )


def _write(collector: UseCollector, reports: Outline, keys: Keys, quality: NDArray[np.float64], folder: Path) -> None:
    """Join wordings to phrases and write the tables."""
    row, present, *example = collector.examples()
    keys, quality, every_name = keys[present], quality[present], collector.names()
    names = [every_name[k] for k in present.tolist()]
    root = merge_variants(row, keys, (example[0], example[1]), collector.reports[present], names)
    roots = np.unique(root)
    worthy = np.zeros(len(keys), dtype=bool)
    worthy[roots] = quality[roots] >= SHOWN
    pairs = contained_phrases(row, keys, (example[0], example[1]), root, worthy)
    nested = largest_contained(pairs)
    place = np.searchsorted(roots, root).astype(np.int32)
    phrase_of = np.full(len(collector.mentions), -1, dtype=np.int32)
    phrase_of[present] = place
    files = _by_phrase(collector, phrase_of, len(roots), folder / "work")
    counts = _Counts(len(roots))
    for path in files:
        uses = _sort(path, reports.day)
        counts.add(uses, reports)
        _append(uses, folder)
    root_names = [names[r] for r in roots.tolist()]
    feather.write_feather(
        pa.table(
            {
                "name": root_names,
                "quality": quality[roots].astype(np.float32),
                "reports": counts.reports.astype(np.int32),
                "mentions": counts.mentions.astype(np.int32),
                "begin": np.cumsum(counts.mentions) - counts.mentions,
                "first": counts.first,
                "last": counts.last,
                "c_value": c_values(pairs, roots, counts.mentions, root_names),
                "quoted": (counts.quoted / np.maximum(counts.mentions, 1)).astype(np.float32),
                "verb": _begins_with_verb(row, *(e[roots] for e in example)),
                "broader": [[int(place[i]) for i in nested.get(int(r), ())] for r in roots.tolist()],
            }
        ),
        str(folder / "phrases.arrow"),
        compression="uncompressed",
    )
    feather.write_feather(
        pa.table({"key": keys, "phrase": place}), str(folder / "keys.arrow"), compression="uncompressed"
    )
    feather.write_feather(
        pa.table(
            {
                "id": reports.ids,
                "date": reports.dates,
                "day": reports.day,
                "level": collector.level,
                "home": collector.home,
                "characters": collector.characters,
                "empty": collector.empty,
                "decides": collector.decides,
            }
        ),
        str(folder / "reports.arrow"),
        compression="uncompressed",
    )
    lists = {
        "forms": collector.forms,
        "codes": collector.codes,
        "speakers": [list(s) for s in collector.speakers],
        "places": place_names([*collector.codes, *collector.home]),
    }
    (folder / "lists.json").write_text(json.dumps(lists, ensure_ascii=False), encoding="utf-8")


def _by_phrase(collector: UseCollector, phrase_of: Numbers, phrases: int, workshop: Path) -> list[Path]:
    """Files of uses whose `key` is the phrase now, each of some phrases in a row that have about PART_USES together."""
    mentions = np.bincount(phrase_of[phrase_of >= 0], weights=collector.mentions[phrase_of >= 0], minlength=phrases)
    part_of = ((np.cumsum(mentions) - mentions) // PART_USES).astype(np.int32)
    count = int(part_of[-1]) + 1 if phrases else 0
    paths = [workshop / f"phrases-{n}" for n in range(count)]
    for path in collector.paths:
        uses = np.fromfile(path, dtype=USE)
        uses["key"] = phrase_of[uses["key"]]
        part = part_of[uses["key"]]
        for n in np.unique(part).tolist():
            with paths[n].open("ab") as out:
                uses[part == n].tofile(out)
        path.unlink()
    return [path for path in paths if path.exists()]


def _sort(path: Path, day: Numbers) -> NDArray[np.void]:
    """The outermost uses of a file by phrase, date (those without one last), report and place."""
    uses = np.fromfile(path, dtype=USE)
    path.unlink()
    _, group = np.unique(uses["key"].astype(np.int64) << 32 | uses["report"], return_inverse=True)
    uses = uses[outermost(group.astype(np.int32), uses["a"], uses["b"])]
    dated = np.where(day < 0, np.iinfo(np.int32).max, day)[uses["report"]]
    return uses[np.lexsort((uses["a"], uses["report"], dated, uses["key"]))]


class _Counts:
    """Sums over the uses of each of N phrases: mentions, reports, quoted: (N,); first, last: (N,) dates, "" without one."""

    def __init__(self, phrases: int) -> None:
        self.mentions, self.reports, self.quoted = (np.zeros(phrases, dtype=np.int64) for _ in range(3))
        self.first, self.last = [""] * phrases, [""] * phrases

    def add(self, uses: NDArray[np.void], reports: Outline) -> None:
        """uses: all of some phrases in a row, sorted."""
        phrases, begins, mentions = np.unique(uses["key"], return_index=True, return_counts=True)
        self.mentions[phrases] = mentions
        self.reports += distinct(uses["key"], uses["report"], len(self.mentions))
        self.quoted += np.bincount(uses["key"], weights=uses["quoted"], minlength=len(self.mentions)).astype(np.int64)
        dated = np.add.reduceat(reports.day[uses["report"]] >= 0, begins, dtype=np.int64) if len(begins) else begins
        ends = begins + np.maximum(dated - 1, 0)
        for k, a, b in zip(
            phrases.tolist(), uses["report"][begins].tolist(), uses["report"][ends].tolist(), strict=True
        ):
            self.first[k], self.last[k] = reports.dates[a], reports.dates[b]


def _append(uses: NDArray[np.void], folder: Path) -> None:
    """Put uses behind those that are in the index's files, a file a column."""
    for name in Uses.__slots__:
        with use_file(folder, name).open("ab") as out:
            uses[name].tofile(out)


def outermost(phrase: Numbers, first: Numbers, last: Numbers) -> NDArray[np.bool_]:
    """Which uses lie in no other use of the same phrase (发展低空经济 in 加快发展低空经济, its variant)."""
    order = np.lexsort((-last, first, phrase))
    # Phrase by phrase the furthest end so far; ends of a later phrase are lifted above all of the earlier ones.
    lifted = last[order] + phrase[order].astype(np.int64) * (int(last.max(initial=0)) + 2)
    reached = np.maximum.accumulate(np.concatenate(([-1], lifted[:-1])))
    kept = np.zeros(len(order), dtype=bool)
    kept[order] = lifted > reached
    return kept


def _begins_with_verb(row: WordSequence, first: Numbers, last: Numbers) -> NDArray[np.bool_]:
    tags = row.arrays.tag[row.word]
    return (tags[first] == TAG_NUMBER["v"]) & (last > first)
