"""Intervals, tests and scores of counts, with the sources of the formulas."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

Z95 = 1.959964

#: The prior of `surprise`: this number of uses in this number of reports.
PRIOR_USES, PRIOR_REPORTS = 0.1, 5.0

Numbers = NDArray[Any]


def wilson(count: int, total: int) -> tuple[float, float]:
    """Return the 95% interval of a share (E. B. Wilson 1927, J. Am. Stat. Assoc. 22), (0, 1) if the total is 0."""
    if total <= 0:
        return 0.0, 1.0
    p, z2 = count / total, Z95 * Z95
    middle = (p + z2 / (2 * total)) / (1 + z2 / total)
    half = Z95 * math.sqrt(p * (1 - p) / total + z2 / (4 * total * total)) / (1 + z2 / total)
    return max(0.0, middle - half), min(1.0, middle + half)


def byar(count: int) -> tuple[float, float]:
    """Return the 95% interval of a Poisson count (Byar's approximation; Breslow and Day 1987, IARC Sci.

    Publ. 82, p. 69).
    """
    low = count * (1 - 1 / (9 * count) - Z95 / (3 * math.sqrt(count))) ** 3 if count else 0.0
    more = count + 1
    return max(0.0, low), more * (1 - 1 / (9 * more) + Z95 / (3 * math.sqrt(more))) ** 3


def log_likelihood(a: Numbers, total_a: float, b: Numbers, total_b: float) -> Numbers:
    """Return the signed root of G² of two shares (Dunning 1993, Comput. Linguist. 19).

    It is distributed like z, and positive if the first share is larger.
    """
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    share = (a + b) / max(total_a + total_b, 1)

    def part(count: Numbers, total: float) -> Numbers:
        expected, rest = share * total, total - count
        with np.errstate(divide="ignore", invalid="ignore"):
            yes = np.where(count > 0, count * np.log(count / expected), 0.0)
            no = np.where(rest > 0, rest * np.log(rest / (total - expected)), 0.0)
        return np.nan_to_num(yes + no)

    root: Numbers = np.sqrt(np.maximum(2 * (part(a, total_a) + part(b, total_b)), 0.0))
    return np.where(a / max(total_a, 1) >= b / max(total_b, 1), root, -root)


def surprise(inside: Numbers, inside_total: int, before: Numbers, before_total: int) -> Numbers:
    """Return how surprising each number of reports of a period is after the reports before it, as -log10 of a chance.

    The number is Poisson distributed, and its rate has a gamma distribution: the prior PRIOR_USES / PRIOR_REPORTS, which
    is that of a rare phrase, and the reports before the period (a negative binomial distribution; Gelman et al. 2013,
    Bayesian Data Analysis, section 2.7). The chance is that of exactly this number, and 0 is returned for a number
    below the expected one. inside, before: numbers of the reports with the phrase; inside_total, before_total: numbers
    of all reports.
    """
    inside, before = np.asarray(inside, dtype=np.int64), np.asarray(before, dtype=np.int64)
    shape = before + PRIOR_USES
    stay = (PRIOR_REPORTS + before_total) / (PRIOR_REPORTS + before_total + inside_total)
    most = int((inside + before).max(initial=0)) + 1
    gamma = math.lgamma(PRIOR_USES) + np.concatenate(([0.0], np.cumsum(np.log(PRIOR_USES + np.arange(most)))))
    factorial = np.concatenate(([0.0], np.cumsum(np.log(np.arange(1, most + 1)))))
    chance = gamma[inside + before] - gamma[before] - factorial[inside]
    chance = chance + shape * math.log(stay) + inside * math.log(max(1 - stay, 1e-300))
    expected = shape * inside_total / (PRIOR_REPORTS + before_total)
    found: Numbers = np.where(inside > expected, np.maximum(-chance / math.log(10), 0.0), 0.0)
    return found


def p_value(z: Numbers) -> Numbers:
    """Return the two-sided p of a standard normal z."""
    return np.array([math.erfc(abs(v) / math.sqrt(2)) for v in np.atleast_1d(z).tolist()])


def discoveries(p: Numbers) -> Numbers:
    """Return the q-values: the false discovery rate at which each is significant (Benjamini and Hochberg 1995)."""
    order = np.argsort(p, kind="stable")
    ranked = p[order] * len(p) / np.arange(1, len(p) + 1)
    out = np.empty(len(p))
    out[order] = np.minimum(1.0, np.minimum.accumulate(ranked[::-1])[::-1])
    return out


def poisson_at_most(count: Numbers, expected: Numbers) -> Numbers:
    """Return P(X ≤ count) of a Poisson variable for each element."""
    out = np.empty(len(count))
    for n, (k, mean) in enumerate(zip(count.tolist(), expected.tolist(), strict=True)):
        term = total = math.exp(-mean)
        for i in range(1, int(k) + 1):
            term *= mean / i
            total += term
        out[n] = min(total, 1.0)
    return out
