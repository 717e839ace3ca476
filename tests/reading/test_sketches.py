"""Sketches estimate how much of their text two reports have in common."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.reading.sketches import BINS, SHORTEST, SIMILAR, similar_reports, sketch_of


def text_of(seed: int, length: int = 600) -> str:
    chosen = random.Random(seed)
    return "".join(chr(0x4E00 + chosen.randrange(3000)) for _ in range(length))


BASE = text_of(1)
#: A reprint with small changes.
REPRINTS = {
    "another dateline": "石渡日报讯（记者 周禾）" + BASE,
    "without its first line": BASE[20:],
    "a changed name": BASE.replace(BASE[100:103], "林知远"),
    "two changed numbers": BASE[:200] + "3000" + BASE[204:400] + "12" + BASE[402:],
    "other punctuation": "，".join(BASE[n : n + 11] for n in range(0, len(BASE), 11)),
    "line breaks": "\n\n".join(BASE[n : n + 80] for n in range(0, len(BASE), 80)),
    "another editor": BASE + "责任编辑：沈溪",
    "a missing sentence": BASE[:300] + BASE[330:],
    "a sentence more": BASE[:300] + text_of(9, 30) + BASE[300:],
    "two exchanged halves": BASE[300:] + BASE[:300],
    "blanks": " ".join(BASE),
}
OTHERS = {
    "another text": text_of(2),
    "half of it": BASE[:300] + text_of(3, 300),
    "a quotation of it": text_of(4) + BASE[:60],
    "the characters in another order": "".join(sorted(BASE)),
    "a short part": BASE[:40],
}


@pytest.mark.parametrize("name", REPRINTS)
def test_reprints_are_similar(name: str) -> None:
    (found,) = similar_reports(["a", "b"], [sketch_of(BASE), sketch_of(REPRINTS[name])])
    assert (found.report, found.other) == ("b", "a")
    assert SIMILAR <= found.similarity <= 1


@pytest.mark.parametrize("name", OTHERS)
def test_other_texts_are_not_similar(name: str) -> None:
    sketches = [s for s in (sketch_of(BASE), sketch_of(OTHERS[name])) if s]
    assert similar_reports(["a", "b"][: len(sketches)], sketches) == []


@given(st.text(max_size=300))
def test_every_text_has_a_sketch_of_fixed_size_or_none(text: str) -> None:
    letters = sum(c.isalnum() for c in text)
    assert len(sketch_of(text)) == (BINS if letters >= SHORTEST + 4 else 0)
    assert sketch_of(text) == sketch_of(text + "。\n")


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=1, max_size=30))
def test_each_report_is_listed_once_with_an_earlier_one(seeds: list[int]) -> None:
    ids = [f"{n:02d}" for n in range(len(seeds))]
    found = similar_reports(ids, [sketch_of(text_of(seed)) for seed in seeds])
    assert [f.report for f in found] == sorted({f.report for f in found})
    first = {seed: ids[seeds.index(seed)] for seed in seeds}
    assert {(f.report, f.other) for f in found} == {
        (i, first[seed]) for i, seed in zip(ids, seeds, strict=True) if i != first[seed]
    }


def test_the_estimate_is_near_the_share_of_common_sequences() -> None:
    for number, changed in enumerate((1, 3, 6, 10, 15)):
        other = list(BASE)
        for at in random.Random(number).sample(range(len(BASE)), changed):
            other[at] = "变"
        ours, theirs = ({t[n : n + 5] for n in range(len(t) - 4)} for t in (BASE, "".join(other)))
        share = len(ours & theirs) / len(ours | theirs)
        equal = sum(x == y for x, y in zip(sketch_of(BASE), sketch_of("".join(other)), strict=True)) / BINS
        assert abs(share - equal) < 0.2
