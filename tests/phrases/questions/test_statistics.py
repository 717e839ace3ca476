"""Intervals and tests against tables and against each other."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from graphkit.phrases.questions.statistics import (
    PRIOR_REPORTS,
    PRIOR_USES,
    byar,
    discoveries,
    log_likelihood,
    p_value,
    poisson_at_most,
    surprise,
    wilson,
)

COUNTS = st.integers(1, 400).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))


@given(COUNTS)
def test_the_wilson_interval_agrees_with_scipy(count: tuple[int, int]) -> None:
    expected = stats.binomtest(*count).proportion_ci(0.95, method="wilson")
    assert wilson(*count) == pytest.approx((expected.low, expected.high), abs=1e-5)


@given(st.integers(1, 500))
def test_the_byar_interval_approximates_the_exact_interval(count: int) -> None:
    exact = stats.chi2.ppf(0.025, 2 * count) / 2, stats.chi2.ppf(0.975, 2 * count + 2) / 2
    assert byar(count) == pytest.approx(exact, rel=0.13, abs=0.02)


@given(COUNTS, COUNTS)
def test_the_log_likelihood_agrees_with_the_g_test(a: tuple[int, int], b: tuple[int, int]) -> None:
    (score,) = log_likelihood(np.array([a[0]]), a[1], np.array([b[0]]), b[1])
    table = np.array([[a[0], a[1] - a[0]], [b[0], b[1] - b[0]]])
    if (table.sum(axis=0) > 0).all():
        expected = stats.chi2_contingency(table, correction=False, lambda_="log-likelihood").statistic
        assert score**2 == pytest.approx(expected, abs=1e-6)
    assert (score >= 0) == (a[0] / a[1] >= b[0] / b[1])


def test_p_values_of_z_scores_agree_with_tables() -> None:
    assert p_value(np.array([0.0, 1.959964, -1.959964])).tolist() == pytest.approx([1, 0.05, 0.05], abs=1e-5)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_q_values_agree_with_scipy(p: list[float]) -> None:
    assert discoveries(np.array(p)).tolist() == pytest.approx(stats.false_discovery_control(p).tolist())


@given(st.integers(0, 60), st.floats(0.01, 80))
def test_poisson_probabilities_agree_with_tables(count: int, mean: float) -> None:
    (chance,) = poisson_at_most(np.array([count]), np.array([mean]))
    assert chance == pytest.approx(stats.poisson.cdf(count, mean), abs=1e-9)
    assert not math.isnan(chance)


@given(st.integers(1, 60), st.integers(0, 60), st.integers(60, 3000), st.integers(0, 9000))
def test_the_surprise_agrees_with_the_negative_binomial_distribution(
    inside: int, before: int, total: int, total_before: int
) -> None:
    shape = before + PRIOR_USES
    stay = (PRIOR_REPORTS + total_before) / (PRIOR_REPORTS + total_before + total)
    expected = -stats.nbinom.logpmf(inside, shape, stay) / math.log(10)
    (found,) = surprise(np.array([inside]), total, np.array([before]), total_before)
    mean = shape * total / (PRIOR_REPORTS + total_before)
    assert found == pytest.approx(max(expected, 0.0) if inside > mean else 0.0, rel=1e-6, abs=1e-9)


def test_more_reports_are_more_surprising_and_earlier_reports_make_them_less_so() -> None:
    more = surprise(np.array([1, 2, 5, 20]), 1000, np.zeros(4, dtype=np.int64), 5000)
    assert (np.diff(more) > 0).all()
    less = surprise(np.full(4, 20), 1000, np.array([0, 5, 20, 80]), 5000)
    assert (np.diff(less) < 0).all()
