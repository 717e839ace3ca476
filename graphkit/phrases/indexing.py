"""Builds the index of a ledger's phrases: found, joined, and every use of each with who says it, where and when."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.feather as feather
from numpy.typing import NDArray

from graphkit.ledger import Ledger
from graphkit.model import Statement
from graphkit.phrases.boundaries import clear
from graphkit.phrases.index import LEVELS, SHOWN
from graphkit.phrases.joining import c_values, inside, join, largest
from graphkit.phrases.keys import Keys, Numbers, key_of
from graphkit.phrases.material import TAG_NUMBER, Material, read_material
from graphkit.phrases.ngrams import Stretches, Vocabulary, distinct, edges, found, repeated, vocabulary
from graphkit.phrases.quality import forest
from graphkit.phrases.settings import homes, place_names, statuses, subjects, voices
from graphkit.phrases.signs import NAMES, days, decides, signs
from graphkit.phrases.spans import Row, make_row
from graphkit.recognition.lexicon import word_set
from graphkit.recognition.phrase_candidates import is_everyday

#: Reports from which a stretch must stand in three of them to be looked at, else in two.
LARGE = 300
#: Least probability of a candidate to be kept at all.
KEPT = 0.15
#: A stretch that has nearly always the same neighbour is part of something longer.
PART = 0.8
_DOCTRINES = ("思想", "理论", "主义", "精神", "论述", "作风")


def build_index(ledger: Ledger, statements: Sequence[Statement], folder: Path) -> None:
    """Find all phrases of a ledger and write their index into a new folder."""
    material = read_material(ledger)
    row = make_row(material)
    words = vocabulary(row)
    said = [s for s in statements if s.object.type == "Phrase"]
    keys, quality = discover(row, words, said)
    uses = found(row, keys)
    day = days(material)
    counted = clear(row, words, uses, day)
    uses = Stretches(uses.key[counted], uses.first[counted], uses.last[counted])
    present = np.unique(uses.key)
    keys, quality = keys[present], quality[present]
    uses.key = np.searchsorted(present, uses.key).astype(np.int32)
    _write(row, words, uses, keys, quality, statements, day, folder)


def discover(row: Row, words: Vocabulary, said: Sequence[Statement]) -> tuple[Keys, NDArray[np.float64]]:
    """Keys, rising, of all that may be a phrase, and how sure each is, 0–1: repeated stretches and what statements name."""
    least = 3 if len(row.material.reports) >= LARGE else 2
    keys, stretches = repeated(row, least, *edges(row, words))
    if len(keys):
        table = signs(row, words, stretches, len(keys), list(said))
        quality = forest().probability(table)
        example = np.searchsorted(stretches.key, np.arange(len(keys)))
        names = [row.words(a, b) for a, b in zip(stretches.first[example].tolist(), stretches.last[example].tolist(), strict=True)]
        quality[~_possible(table, names)] = 0.0
    else:
        quality = np.zeros(0)
    sure: dict[int, float] = {}
    for s in said:
        key = key_of(s.object.name)
        sure[key] = max(sure.get(key, 0.0), s.confidence)
    own = np.array(sorted(sure), dtype=np.uint64)
    kept = quality >= KEPT
    if len(keys):
        # Wordings with an adverb in front are kept with the phrase that they are wordings of.
        first, last = stretches.first[example], stretches.last[example]
        in_front = words.flags(word_set("phrase_fronts"))[first] & (first < last)
        kept |= in_front & np.isin(row.keys(np.minimum(first + 1, last), last), np.concatenate((keys[kept], own)))
    every = np.union1d(keys[kept], own)
    out = np.zeros(len(every))
    named = kept | np.isin(keys, own)
    out[np.searchsorted(every, keys[named])] = quality[named]
    # What is too rare to be counted, or stands in a small collection, is as sure as the reader was of it.
    unsure = own if least < 3 else np.setdiff1d(own, keys)
    at = np.searchsorted(every, unsure)
    out[at] = np.maximum(out[at], [sure[k] for k in unsure.tolist()])
    return every, out


def _possible(table: NDArray[np.float32], names: Sequence[str]) -> NDArray[np.bool_]:
    """Without personal names, days, parts of something longer and everyday words."""
    sign = {name: table[:, n] for n, name in enumerate(NAMES)}
    doctrine = np.array([n.endswith(_DOCTRINES) for n in names], dtype=bool)
    everyday = np.array([is_everyday(n) or sum("\u3400" <= c <= "\u9fff" for c in n) < 1 for n in names], dtype=bool)
    quoted = sign["quoted"] > 0.4
    whole = (sign["one_before"] < PART) & (sign["one_after"] < PART) | quoted
    long_enough = (sign["size"] >= 3) | quoted
    return ((sign["has_PER"] < 0.5) | doctrine) & (sign["has_TIME"] < 0.5) & whole & long_enough & ~(everyday & ~quoted) & ((sign["foreign"] < 0.3) | quoted)


def _write(
    row: Row, words: Vocabulary, uses: Stretches, keys: Keys, quality: NDArray[np.float64], statements: Sequence[Statement], day: Numbers, folder: Path
) -> None:
    material = row.material
    report = material.report[row.word][uses.first]
    begins = np.searchsorted(uses.key, np.arange(len(keys)))
    reports = distinct(uses.key, report, len(keys))
    form, forms = _forms(row, uses)
    names = _commonest(form, forms, uses.key, len(keys))
    example = uses.first[begins], uses.last[begins]
    root = join(row, keys, example, reports, names)
    roots = np.unique(root)
    worthy = np.zeros(len(keys), dtype=bool)
    worthy[roots] = quality[roots] >= SHOWN
    pairs = inside(row, keys, example, root, worthy)
    nested = largest(pairs)
    place = np.searchsorted(roots, root).astype(np.int32)
    phrase = place[uses.key]
    kept = outermost(phrase, uses.first, uses.last)
    uses, form, report, phrase = Stretches(uses.key[kept], uses.first[kept], uses.last[kept]), form[kept], report[kept], phrase[kept]
    dated = np.where(day >= 0, day, np.iinfo(np.int32).max)
    order = np.lexsort((uses.first, dated[report], phrase))
    phrase, report, form = phrase[order], report[order], form[order]
    first, last = uses.first[order], uses.last[order]
    status, negative = statuses(row, words, first)
    about, codes = subjects(row, words)
    voice = voices(material, statements)[row.word][first]
    start, end = _printed(row, first, last)
    folder.mkdir()
    offsets = np.searchsorted(phrase, np.arange(len(roots) + 1))
    counts = distinct(phrase, report, len(roots))
    # Uses without a date stand last.
    dated_uses = np.bincount(phrase, weights=day[report] >= 0, minlength=len(roots)).astype(np.int64)
    ends = np.where(dated_uses > 0, offsets[:-1] + dated_uses - 1, offsets[:-1])
    first_dates, last_dates = ([material.reports[r].date for r in report[at].tolist()] for at in (offsets[:-1], ends))
    feather.write_feather(pa.table({
        "name": [names[r] for r in roots.tolist()], "quality": quality[roots].astype(np.float32), "reports": counts.astype(np.int32),
        "mentions": np.diff(offsets).astype(np.int32), "begin": offsets[:-1].astype(np.int32), "first": first_dates, "last": last_dates,
        "c_value": c_values(pairs, roots, np.diff(offsets), [names[r] for r in roots.tolist()]),
        "quoted": _share(phrase, row.quotations(first, last), len(roots)), "verb": _begins_with_verb(row, *(e[roots] for e in example)),
        "broader": [[int(place[i]) for i in nested.get(int(r), ())] for r in roots.tolist()],
    }), str(folder / "phrases.arrow"), compression="uncompressed")
    feather.write_feather(pa.table({"key": keys, "phrase": place}), str(folder / "keys.arrow"), compression="uncompressed")
    feather.write_feather(pa.table({
        "report": report, "start": material.origin[start], "end": material.origin[end - 1] + 1, "form": form,
        "speaker": material.speaker[row.word][first], "voice": voice, "status": status, "negative": negative,
        "unit": material.units()[row.word][first], "about": about[first].astype(np.int32),
    }), str(folder / "uses.arrow"), compression="uncompressed")
    home = homes(material)
    feather.write_feather(pa.table({
        "id": [r.id for r in material.reports], "date": [r.date for r in material.reports], "day": day,
        "level": np.array([LEVELS.index(x) for x in material.levels], dtype=np.int8), "home": home,
        "characters": np.diff(material.report_start) - 1, "empty": _headlines_only(material), "decides": [decides(r.title) for r in material.reports],
    }), str(folder / "reports.arrow"), compression="uncompressed")
    lists = {"forms": forms, "codes": codes, "speakers": [list(s) for s in material.speakers], "places": place_names([*codes, *home])}
    (folder / "lists.json").write_text(json.dumps(lists, ensure_ascii=False), encoding="utf-8")


#: Characters by which a text may be longer than its title and still be a headline only.
EMPTY = 3


def _headlines_only(material: Material) -> NDArray[np.bool_]:
    """(R,) has the report a headline and no text? One without a title is never taken for that."""
    titles = np.array([len(r.title) for r in material.reports], dtype=np.int64)
    found: NDArray[np.bool_] = (titles > 0) & (np.diff(material.report_start) - 1 - titles <= EMPTY)
    return found


def outermost(phrase: Numbers, first: Numbers, last: Numbers) -> NDArray[np.bool_]:
    """Which uses lie in no other use of the same phrase (发展低空经济 in 加快发展低空经济, its variant)."""
    order = np.lexsort((-last, first, phrase))
    # Phrase by phrase the furthest end so far; ends of a later phrase are lifted above all of the earlier ones.
    lifted = last[order] + phrase[order].astype(np.int64) * (int(last.max(initial=0)) + 2)
    reached = np.maximum.accumulate(np.concatenate(([-1], lifted[:-1])))
    kept = np.zeros(len(order), dtype=bool)
    kept[order] = lifted > reached
    return kept


def _share(key: Numbers, flags: NDArray[np.bool_], size: int) -> NDArray[np.float32]:
    return (np.bincount(key, weights=flags, minlength=size) / np.maximum(np.bincount(key, minlength=size), 1)).astype(np.float32)


def _begins_with_verb(row: Row, first: Numbers, last: Numbers) -> NDArray[np.bool_]:
    tags = row.material.tag[row.word]
    return (tags[first] == TAG_NUMBER["v"]) & (last > first)


def _printed(row: Row, first: Numbers, last: Numbers) -> tuple[Numbers, Numbers]:
    """Shadow offsets of the uses with the quotation marks that belong to them."""
    part = row.quote[first] != row.quote[last]
    return row.start[first] - (part & row.opens[first]), row.end[last] + (part & row.closes[last])


def _forms(row: Row, uses: Stretches) -> tuple[Numbers, list[str]]:
    """Number of the printed wording of each use, and the wordings."""
    start, end = _printed(row, uses.first, uses.last)
    # Wordings of one key differ in marks only: their length nearly always tells them apart, and the text decides.
    text = row.material.text
    known: dict[str, int] = {}
    pair = uses.key.astype(np.int64) << 16 | (end - start)
    _, where, number = np.unique(pair, return_index=True, return_inverse=True)
    wording = [known.setdefault(text[start[k] : end[k]], len(known)) for k in where.tolist()]
    return np.array(wording, dtype=np.int32)[number] if len(number) else np.zeros(0, np.int32), list(known)


def _commonest(form: Numbers, forms: list[str], key: Numbers, size: int) -> list[str]:
    """The printed wording that each key has most often."""
    pairs, counts = np.unique(key.astype(np.int64) << 32 | form, return_counts=True)
    best: dict[int, tuple[int, str]] = {}
    for pair, count in zip(pairs.tolist(), counts.tolist(), strict=True):
        k, name = pair >> 32, forms[pair & 0xFFFFFFFF]
        if k not in best or (count, name) > best[k]:
            best[k] = (count, name)
    return [best[k][1] for k in range(size)]
