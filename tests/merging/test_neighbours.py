"""Features from the probabilities of the other candidates of a report."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graphkit.merging.neighbours import NEIGHBOURS, NONE, neighbour_features
from graphkit.model import Mention, Statement

PERSONS = [Mention("Person", name, 0, 3) for name in ("林知远", "豆卫东")]
PLACES = [Mention("Place", name, 5, 9) for name in ("白云社区", "青石村", "云雾镇")]


def visit(person: int, place: int, start: int = 0, relation: str = "visited") -> Statement:
    return Statement("a", PERSONS[person], relation, PLACES[place], start, start + 20, "encoder")


def column(name: str, rows: np.ndarray) -> list[float]:
    return [round(float(x), 3) for x in rows[:, NEIGHBOURS.index(name)]]


def test_the_others_with_the_same_subject_count() -> None:
    rows = neighbour_features([visit(0, 0), visit(0, 1), visit(1, 2)], [0.9, 0.4, 0.6])
    assert column("best with this subject", rows) == [0.4, 0.9, NONE]
    assert column("sum with this subject", rows) == [0.4, 0.9, 0.0]
    assert column("best with this object", rows) == [NONE, NONE, NONE]
    assert column("sum of the relation", rows) == [1.0, 1.5, 1.3]


def test_only_the_same_sentence_counts_where_it_is_asked_for() -> None:
    rows = neighbour_features([visit(0, 0, 0), visit(0, 1, 0), visit(0, 2, 50)], [0.9, 0.5, 0.3])
    assert column("best in the sentence with this subject", rows) == [0.5, 0.9, NONE]
    assert column("mean in the sentence with this subject", rows) == [0.5, 0.9, NONE]


def test_other_relations_count_only_by_their_names() -> None:
    rows = neighbour_features([visit(0, 0), visit(0, 1, relation="accompanied")], [0.9, 0.4])
    assert column("best with this subject", rows) == [NONE, NONE]
    assert column("best that names the subject", rows) == [0.4, 0.9]


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 2), st.floats(0, 1)), max_size=12), st.randoms())
def test_the_order_of_the_candidates_makes_no_difference(found: list[tuple[int, int, float]], chance: object) -> None:
    order = list(range(len(found)))
    chance.shuffle(order)  # type: ignore[attr-defined]
    rows = neighbour_features([visit(a, b) for a, b, _ in found], [p for *_, p in found])
    shuffled = neighbour_features([visit(*found[n][:2]) for n in order], [found[n][2] for n in order])
    np.testing.assert_allclose(rows[order], shuffled, atol=1e-5)
