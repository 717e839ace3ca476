"""Builds the phrase index of a ledger: finds the phrases, merges their variants and stores every use with its context.

The reports are processed in blocks (graphkit.phrases.discovery.blocks), so that the memory does not grow with their
number: phrases are found in the blocks of distinct texts, then counted in the blocks of all reports, and then their
uses are sorted, a part of the phrases at a time.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

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

#: In a collection of this number of reports a candidate occurs in at least three of them, in a smaller one in two.
LARGE = 300
#: Minimum probability of a candidate.
KEPT = 0.2
#: A candidate with the same word before or after it in this share of its uses is part of a longer expression.
PART = 0.8
#: A candidate of two characters is in quotation marks in more than this share of its uses.
QUOTED_SHORT = 0.3
#: A candidate is used in reports whose places and organizations are foreign countries in less than this mean share.
ABROAD = 0.45
_DOCTRINE_END = lexicon.words("doctrine_end")
#: Number of uses that are sorted at a time.
PART_USES = 1_000_000


def build_index(ledger: Ledger, folder: Path, block: int = BLOCK) -> None:
    """Find all phrases of a ledger and write their index to a new folder.

    block: maximum number of characters of a block.
    """
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
    """Return the keys of all candidates in ascending order, and the probability of each, 0–1.

    Candidates are repeated word sequences and the phrases of statements.
    """
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
    # The probability in the block with the most reports is used.
    order = np.lexsort((quality, often, keys))
    keys, quality = keys[order], quality[order]
    best = np.append(keys[1:] != keys[:-1], True)[: len(keys)]
    keys, quality = keys[best], quality[best]
    every = np.union1d(keys, own)
    out = np.zeros(len(every))
    out[np.searchsorted(every, keys)] = quality
    # A phrase that is too rare, or in a small collection, has at least the confidence of its statements.
    unsure = own if least < 3 else np.setdiff1d(own, keys)
    at = np.searchsorted(every, unsure)
    out[at] = np.maximum(out[at], [sure[k] for k in unsure.tolist()])
    return every, out


def _candidates(
    ledger: Ledger, report_ids: Sequence[str], own: Keys, least: int
) -> tuple[Keys, NDArray[np.float64], NDArray[np.int64]]:
    """Return the keys of candidates in ascending order, with their probability and number of reports.

    Candidates are word sequences in at least `least` of these reports that can be phrases, or whose keys are in `own`.
    """
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
    # A variant with a leading adverb is kept if the phrase without it is kept.
    first, last = spans.first[example], spans.last[example]
    in_front = words.flags(lexicon.word_set("phrase_front"))[first] & (first < last)
    kept |= in_front & np.isin(row.keys(np.minimum(first + 1, last), last), np.concatenate((keys[kept], own)))
    kept |= np.isin(keys, own)
    often = distinct(spans.key, row.arrays.report[row.word][spans.first], len(keys))
    return keys[kept], quality[kept], often[kept]


def _possible(table: NDArray[np.float32], names: Sequence[str]) -> NDArray[np.bool_]:
    """Tell which candidates can be phrases: no personal names, days, parts of longer expressions and everyday words."""
    feature = {name: table[:, n] for n, name in enumerate(NAMES)}
    doctrine = np.array([n.endswith(_DOCTRINE_END) for n in names], dtype=bool)
    everyday = np.array([is_everyday(n) or sum("\u3400" <= c <= "\u9fff" for c in n) < 1 for n in names], dtype=bool)
    quoted = feature["quoted"] > 0.4
    whole = (feature["one_before"] < PART) & (feature["one_after"] < PART) | quoted
    long_enough = (feature["size"] >= 3) | (feature["quoted"] > QUOTED_SHORT)
    return (
        ((feature["has_PER"] < 0.5) | doctrine)
        & (feature["has_TIME"] < 0.5)
        & whole
        & long_enough
        & ~(everyday & ~quoted)
        & ((feature["foreign"] < ABROAD) | quoted)
    )


def _write(collector: UseCollector, reports: Outline, keys: Keys, quality: NDArray[np.float64], folder: Path) -> None:
    """Merge the variants of the phrases and write the tables."""
    row, present, *example = collector.examples()
    keys, quality, every_name = keys[present], quality[present], collector.names()
    names = [every_name[k] for k in present.tolist()]
    root = merge_variants(row, keys, (example[0], example[1]), collector.reports[present], names)
    roots = np.unique(root)
    shown = np.zeros(len(keys), dtype=bool)
    shown[roots] = quality[roots] >= SHOWN
    contained = contained_phrases(row, keys, (example[0], example[1]), root, shown)
    place = np.searchsorted(roots, root).astype(np.int32)
    phrase_of = np.full(len(collector.mentions), -1, dtype=np.int32)
    phrase_of[present] = place
    counts = _write_uses(collector, reports, phrase_of, len(roots), folder)
    root_names = [names[r] for r in roots.tolist()]
    largest = largest_contained(contained)
    phrases = {
        "name": root_names,
        "quality": quality[roots].astype(np.float32),
        **counts.columns(),
        "c_value": c_values(contained, roots, counts.mentions, root_names),
        "quoted": (counts.quoted / np.maximum(counts.mentions, 1)).astype(np.float32),
        "verb": _begins_with_verb(row, *(e[roots] for e in example)),
        "broader": [[int(place[i]) for i in largest.get(int(r), ())] for r in roots.tolist()],
    }
    _write_table(phrases, folder / "phrases.arrow")
    _write_table({"key": keys, "phrase": place}, folder / "keys.arrow")
    _write_reports(collector, reports, folder)


def _write_table(columns: dict[str, Any], path: Path) -> None:
    feather.write_feather(pa.table(columns), str(path), compression="uncompressed")


def _write_reports(collector: UseCollector, reports: Outline, folder: Path) -> None:
    """Write the table of the reports, and the lists to which the tables refer."""
    columns = {
        "id": reports.ids,
        "date": reports.dates,
        "day": reports.day,
        "level": collector.level,
        "home": collector.home,
        "characters": collector.characters,
        "empty": collector.empty,
        "decides": collector.decides,
    }
    _write_table(columns, folder / "reports.arrow")
    lists = {
        "forms": collector.forms,
        "codes": collector.codes,
        "speakers": [list(s) for s in collector.speakers],
        "places": place_names([*collector.codes, *collector.home]),
    }
    (folder / "lists.json").write_text(json.dumps(lists, ensure_ascii=False), encoding="utf-8")


def _write_uses(collector: UseCollector, reports: Outline, phrase_of: Numbers, phrases: int, folder: Path) -> _Counts:
    """Write the files of uses, sorted by phrase, and return their counts."""
    counts = _Counts(phrases)
    for path in _by_phrase(collector, phrase_of, phrases, folder / "work"):
        uses = _sort(path, reports.day)
        counts.add(uses, reports)
        _append(uses, folder)
    return counts


def _by_phrase(collector: UseCollector, phrase_of: Numbers, phrases: int, workshop: Path) -> list[Path]:
    """Return files of uses whose `key` is the phrase. Each has consecutive phrases with about PART_USES uses."""
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
    """Return the outermost uses of a file by phrase, date, report and offset. Uses without a date come last."""
    uses = np.fromfile(path, dtype=USE)
    path.unlink()
    _, group = np.unique(uses["key"].astype(np.int64) << 32 | uses["report"], return_inverse=True)
    uses = uses[outermost(group.astype(np.int32), uses["a"], uses["b"])]
    dated = np.where(day < 0, np.iinfo(np.int32).max, day)[uses["report"]]
    return uses[np.lexsort((uses["a"], uses["report"], dated, uses["key"]))]


class _Counts:
    """Counts of the uses of N phrases.

    mentions, reports, quoted: (N,) uses, reports, and uses that are a quotation as a whole; first, last: (N,) dates,
    "" if unknown.
    """

    def __init__(self, phrases: int) -> None:
        self.mentions, self.reports, self.quoted = (np.zeros(phrases, dtype=np.int64) for _ in range(3))
        self.first, self.last = [""] * phrases, [""] * phrases

    def add(self, uses: NDArray[np.void], reports: Outline) -> None:
        """Count uses: sorted, all uses of consecutive phrases."""
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

    def columns(self) -> dict[str, Any]:
        """Return the columns of the table of phrases. begin: number of uses of all phrases before."""
        return {
            "reports": self.reports.astype(np.int32),
            "mentions": self.mentions.astype(np.int32),
            "begin": np.cumsum(self.mentions) - self.mentions,
            "first": self.first,
            "last": self.last,
        }


def _append(uses: NDArray[np.void], folder: Path) -> None:
    """Append uses to the files of the index. Each column has a file."""
    for name in Uses.__slots__:
        with use_file(folder, name).open("ab") as out:
            uses[name].tofile(out)


def outermost(phrase: Numbers, first: Numbers, last: Numbers) -> NDArray[np.bool_]:
    """Tell which uses are in no other use of the same phrase, as 发展低空经济 in its variant 加快发展低空经济."""
    order = np.lexsort((-last, first, phrase))
    # The highest end of the phrase so far. An offset makes the ends of each phrase higher than those of all phrases
    # before it.
    lifted = last[order] + phrase[order].astype(np.int64) * (int(last.max(initial=0)) + 2)
    reached = np.maximum.accumulate(np.concatenate(([-1], lifted[:-1])))
    kept = np.zeros(len(order), dtype=bool)
    kept[order] = lifted > reached
    return kept


def _begins_with_verb(row: WordSequence, first: Numbers, last: Numbers) -> NDArray[np.bool_]:
    tags = row.arrays.tag[row.word]
    return (tags[first] == TAG_NUMBER["v"]) & (last > first)
