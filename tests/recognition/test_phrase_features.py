"""Features of the candidates of a clause."""

from __future__ import annotations

import pytest

from graphkit.recognition.phrase_candidates import Clause, Known
from graphkit.recognition.phrase_features import ClausePlace, Voice, candidate_features
from graphkit.recognition.tagger import Token


def features(words: str, first: int, last: int, known: dict[str, Known] | None = None) -> set[str]:
    """Return the features of the words `first:last` of a clause that is written as word/tag word/tag."""
    text, tokens = "", []
    for entry in words.split(" "):
        word, tag = entry.split("/")
        tokens.append(Token(len(text), len(text) + len(word), tag))
        text += word
    clause = Clause(text, tokens, (0, len(text)))
    place, voice = ClausePlace(1, 3), Voice("name", "Person")
    (candidate,) = candidate_features(clause, [(first, last)], known or {}, place, voice, [])
    assert (candidate.start, candidate.end) == (tokens[first].start, tokens[last - 1].end)
    return set(candidate.features)


@pytest.mark.parametrize(
    ("words", "first", "last", "feature"),
    [
        ("要/v 加快/v 乡村/n 振兴/vn", 2, 4, "peelok"),
        ("要/v 研究/v 乡村/n 振兴/vn", 2, 4, "peelno"),
        ("要/v 加快/v 乡村/n 振兴/vn", 1, 4, "whole"),
        ("要/v 延链/v 补链/v 强链/v", 1, 4, "formula"),
        ("要/v 以/p 学/v 促干/v", 1, 4, "by-means"),
        ("成为/v 发展/vn 高地/n", 1, 3, "copula"),
        ("保护/v 的/u 基础上/n", 0, 3, "empty"),
        ("不敢腐/v 、/w 不能腐/v", 0, 1, "cutpar"),
        ("深化/v “放管服”/nz 改革/vn", 1, 3, "q"),
        ("深化/v “放管服”/nz", 1, 2, "wq"),
    ],
)
def test_a_candidate_has_the_feature(words: str, first: int, last: int, feature: str) -> None:
    assert feature in features(words, first, last)


def test_the_frequency_in_the_corpus_is_a_feature() -> None:
    words = "要/v 加快/v 乡村/n 振兴/vn"
    assert "df0" in features(words, 2, 4)
    assert {"df5", "left3"} <= features(words, 2, 4, {"乡村振兴": Known(90, 9)})


def test_the_place_of_the_clause_is_a_feature() -> None:
    assert {"ci1", "nc1", "C:要", "modal", "via:name", "sp:Person"} <= features("要/v 发展/v 产业/n", 1, 3)
