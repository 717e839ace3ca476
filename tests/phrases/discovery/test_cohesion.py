"""Features of the association of words, and of the places where candidates occur."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

import graphkit
from graphkit.phrases.discovery.cohesion import after_cue, count_pairs, entropy, in_headlines, weakest
from graphkit.phrases.discovery.ngrams import found, vocabulary
from graphkit.phrases.discovery.word_arrays import read_word_arrays
from graphkit.phrases.discovery.word_sequence import WordSequence, make_word_sequence
from graphkit.phrases.keys import key_of
from tests.conftest import write_records


def test_entropy_is_relative_to_that_of_different_values() -> None:
    key = np.array([0, 0, 0, 0, 1, 1, 2, 2, 2, 2], dtype=np.int32)
    values = np.array([1, 2, 3, 4, 7, 7, 1, 1, 2, 2], dtype=np.int64)
    assert entropy(key, values, 3).tolist() == pytest.approx([1.0, 0.0, math.log(2) / math.log(4)])


def test_the_weakest_pair_of_a_span_counts() -> None:
    values = np.array([0.9, 0.2, 0.5, 0.7], dtype=np.float32)
    first, last = np.array([0, 0, 2, 3], dtype=np.int32), np.array([1, 3, 3, 3], dtype=np.int32)
    assert weakest(values, first, last, 1.0).tolist() == pytest.approx([0.9, 0.2, 0.5, 1.0])


def sequence(tmp_path: Path, texts: list[str]) -> WordSequence:
    records = [{"id": f"r{n}", "title": t.split("\n")[0], "text": t} for n, t in enumerate(texts)]
    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.build(write_records(tmp_path / "r.jsonl", records))
        return make_word_sequence(read_word_arrays(graph.ledger))


def test_headlines_and_cues_are_recognized(tmp_path: Path) -> None:
    row = sequence(
        tmp_path,
        ["石渡县推进低空经济\n会议首次提出低空经济。", "石渡县召开会议\n会议研究低空经济，指出问题。"],
    )
    words = vocabulary(row)
    spans = found(row, np.array([key_of("低空经济")], dtype=np.uint64))
    report = row.arrays.report[row.word][spans.first]
    assert in_headlines(row.arrays, row.start[spans.first], report).tolist() == [True, False, False]
    assert after_cue(row, words, spans).tolist() == [False, True, False]


def test_pairs_do_not_cross_the_end_of_a_clause(tmp_path: Path) -> None:
    row = sequence(tmp_path, ["石渡县召开会议\n会议研究低空经济，指出问题。"])
    last_of_run = row.run_end == np.arange(len(row.word))
    assert (count_pairs(row, vocabulary(row)).association()[last_of_run] == 0).all()


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("石渡县召开会议\n会议弘扬石渡—青石精神。", "石渡—青石精神", 1),
        ("石渡县召开会议\n会议弘扬石渡——青石精神。", "石渡——青石精神", 0),
        ("石渡县召开会议\n会议深入推进“人工智能+”行动。", "人工智能+", 1),
        ("石渡县召开会议\n会议提出“三个务必”的要求。", "三个务必", 1),
        ("石渡县召开会议\n会议研究石渡，—青石问题。", "石渡—青石问题", 0),
    ],
)
def test_spans_across_marks(tmp_path: Path, text: str, words: str, expected: int) -> None:
    row = sequence(tmp_path, [text])
    assert len(found(row, np.array([key_of(words)], dtype=np.uint64))) == expected
