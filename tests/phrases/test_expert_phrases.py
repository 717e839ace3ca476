"""The list of dated phrases by which the discovery of new phrases is tuned and measured."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

import pytest

from graphkit.phrases.keys import bare
from graphkit.phrases.questions.emerging import read_weights
from graphkit.phrases.questions.novelty import FEATURES
from graphkit.training.expert_phrases import expert_phrases, is_tuning, months_of, rank_of


def test_each_phrase_has_a_quarter_a_report_of_it_and_an_address_or_none() -> None:
    listed = expert_phrases()
    assert len(listed) >= 160
    for phrase in listed:
        first, last = months_of(phrase.quarter)
        day = re.fullmatch(r"xwlb-(\d{4})(\d{2})\d{2}-\d+", phrase.report)
        assert day is not None, phrase
        assert first <= f"{day[1]}-{day[2]}" <= last, phrase
        assert phrase.source == "" or phrase.source.startswith(("http://", "https://")), phrase
    counts = Counter((p.quarter, bare(form)) for p in listed for form in p.forms)
    assert max(counts.values()) == 1


def test_neighbouring_quarters_are_in_different_halves() -> None:
    quarters = sorted({p.quarter for p in expert_phrases()})
    halves = [is_tuning(q) for q in quarters]
    assert all(a != b for a, b in pairwise(halves))
    sizes = Counter(is_tuning(p.quarter) for p in expert_phrases())
    assert min(sizes.values()) >= 60


@pytest.mark.parametrize(
    ("forms", "rows", "rank"),
    [
        (("甲乙",), ["丙", "“甲乙”"], 2),
        (("甲、乙", "丙"), ["丙", "甲乙"], 1),
        (("甲",), ["甲乙", "乙甲"], 0),
        (("甲",), [], 0),
        (("人工智能+",), ["人工智能", "“人工智能+”"], 2),
    ],
)
def test_a_rank_is_that_of_the_first_row_that_is_one_of_the_wordings(
    forms: tuple[str, ...], rows: list[str], rank: int
) -> None:
    assert rank_of(forms, rows) == rank


def test_each_feature_has_a_weight() -> None:
    weights = dict(zip(FEATURES, read_weights(), strict=True))
    assert weights["surprise"] > 0 > weights["before"]
    assert weights["quality"] > 0
