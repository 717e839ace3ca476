"""The links of a window, computed for all its spans at once, are those of the single pairs."""

from __future__ import annotations

import numpy as np
import pytest

from graphkit.encoder.roles import pairings
from graphkit.encoder.scores import pair_scores
from graphkit.encoder.session import shared_encoder
from graphkit.merging.pairs import LOCAL_SUBJECT, WindowPairs, sides

TEXT = (
    "6月18日，市委书记林知远率队先后走进石渡县白云社区、青石村党群服务中心、云雾茶叶合作社，实地察看基层治理。"
    "市领导豆卫东、仝一鸣同行。县长陈若川参加调研。林知远强调，要扎实推进乡村全面振兴，不断做强特色产业。"
)


def single(pairs: WindowPairs, number: int, near: tuple[int, int], far: tuple[int, int]) -> float:
    p = pairings()[number]
    subject, obj = (near, far) if p.relation in LOCAL_SUBJECT else (far, near)
    window = pairs.window
    return float(pair_scores(window.vectors, p.number, np.array([subject]), np.array([obj]), window.heads)[0, 0])


def test_links_partners_and_evidence_agree_with_single_pairs() -> None:
    (window,) = shared_encoder().read(TEXT)
    pairs = WindowPairs(window, TEXT)
    compared = 0
    for number, p in enumerate(pairings()):
        near_role, far_role = sides(p)
        far = pairs.spans(far_role)
        # The last span is not one of the best spans of the role.
        for near in [*pairs.spans(near_role), (0.5, window.body, window.body)]:
            expected = [single(pairs, number, near[1:], f[1:]) for f in far]
            assert pairs.links(number, near[1:]) == pytest.approx(expected, abs=1e-4)
            links = {f[1:]: link for f, link in zip(far, expected, strict=True)}
            for other, link in pairs.partners(number, near[1:]):
                assert link == pytest.approx(max(-7.0, min(7.0, links[other[1:]])), abs=1e-4)
                assert pairs.evidence(number, near, other).link == pytest.approx(link, abs=1e-4)
                compared += 1
    assert compared > 20


def test_a_span_that_is_not_proposed_has_evidence_of_its_own() -> None:
    (window,) = shared_encoder().read(TEXT)
    pairs = WindowPairs(window, TEXT)
    number = next(n for n, p in enumerate(pairings()) if p.relation == "visited")
    near, far = (0.5, window.body + 30, window.body + 33), (0.4, window.body + 2, window.body + 3)
    expected = max(-7.0, min(7.0, single(pairs, number, near[1:], far[1:])))
    assert pairs.evidence(number, near, far).link == pytest.approx(expected, abs=1e-4)
