"""Keys of word sequences, and spans of words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import graphkit
from graphkit.ledger.word_encoding import pack, unpack_arrays, unpack_words
from graphkit.model import Word
from graphkit.phrases.day_numbers import day_number, month_of
from graphkit.phrases.discovery.ngrams import edges, found, in_reports, repeated, vocabulary
from graphkit.phrases.discovery.word_arrays import WordArrays, read_word_arrays
from graphkit.phrases.discovery.word_sequence import make_word_sequence
from graphkit.phrases.index.builder import outermost
from graphkit.phrases.index.contexts import voices
from graphkit.phrases.index.reader import VOICES
from graphkit.phrases.keys import SILENT, key_of
from graphkit.phrases.questions.scope import days_of

WORDS = st.text(st.characters(codec="utf-8", exclude_characters=SILENT), max_size=12)


@given(WORDS, st.lists(st.tuples(st.integers(0, 12), st.sampled_from(SILENT))))
def test_punctuation_marks_do_not_change_the_key(words: str, marks: list[tuple[int, str]]) -> None:
    marked = words
    for place, mark in marks:
        marked = marked[:place] + mark + marked[place:]
    assert key_of(marked) == key_of(words)


@given(WORDS, WORDS)
def test_different_words_have_different_keys(a: str, b: str) -> None:
    assert (key_of(a) == key_of(b)) == (a == b)


@given(
    st.lists(
        st.tuples(st.integers(0, 300), st.integers(1, 800), st.sampled_from(["n", "v", "PER", "TIME", "w"])),
        max_size=60,
    )
)
def test_words_survive_a_round_trip_through_the_ledger(parts: list[tuple[int, int, str]]) -> None:
    words, at = [], 0
    for gap, size, tag in parts:
        words.append(Word(at + gap, at + gap + size, tag))
        at += gap + size
    assert unpack_words(pack(words)) == tuple(words)
    starts, ends, tags = unpack_arrays(pack(words))
    assert list(zip(starts.tolist(), ends.tolist(), strict=True)) == [(w.start, w.end) for w in words]
    assert len(tags) == len(words)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 8)), max_size=60), st.integers(1, 4))
def test_distinct_reports_are_counted_per_key(pairs: list[tuple[int, int]], least: int) -> None:
    pairs = sorted(pairs, key=lambda p: p[1])
    keys, reports = np.array([p[0] for p in pairs], dtype=np.uint64), np.array([p[1] for p in pairs], dtype=np.int32)
    expected = [len({r for k, r in pairs if k == key}) >= least for key, _ in pairs]
    assert in_reports(keys, reports, least).tolist() == expected


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 12), st.integers(0, 5)), max_size=40, unique=True))
def test_nested_uses_of_the_same_phrase_are_counted_once(spans: list[tuple[int, int, int]]) -> None:
    phrase, first = (np.array([s[n] for s in spans], dtype=np.int32) for n in (0, 1))
    last = np.array([s[1] + s[2] for s in spans], dtype=np.int32)
    kept = outermost(phrase, first, last)
    for n, (p, a, size) in enumerate(spans):
        holds = [q for q in spans if q[0] == p and q != spans[n] and q[1] <= a and a + size <= q[1] + q[2]]
        assert kept[n] == (not holds)


@pytest.fixture(scope="module")
def arrays(tmp_path_factory: pytest.TempPathFactory) -> WordArrays:
    folder = tmp_path_factory.mktemp("spans")
    text = "市委书记林知远强调，要坚持“稳中求进、以进促稳”，推进“放管服”改革。会议指出，“放管服”改革要深化。"
    (folder / "a.txt").write_text(text, encoding="utf-8")
    with graphkit.open(folder / "g", create=True) as graph:
        graph.build(folder / "a.txt")
        return read_word_arrays(graph.ledger)


def test_a_word_sequence_has_the_key_of_its_words(arrays: WordArrays) -> None:
    row = make_word_sequence(arrays)
    for first in range(len(row.word)):
        for last in range(first, int(row.run_end[first]) + 1):
            one, two = np.array([first], dtype=np.int32), np.array([last], dtype=np.int32)
            assert int(row.keys(one, two)[0]) == key_of(row.words(first, last))


def test_no_word_sequence_crosses_a_comma_or_cuts_a_quotation(arrays: WordArrays) -> None:
    row = make_word_sequence(arrays)
    keys = np.array(
        sorted({key_of("“放管服”改革"), key_of("稳中求进、以进促稳"), key_of("要坚持稳"), key_of("以进促稳推进")}),
        dtype=np.uint64,
    )
    uses = found(row, keys)
    words = [row.words(a, b) for a, b in zip(uses.first.tolist(), uses.last.tolist(), strict=True)]
    assert sorted(words) == ["“放管服”改革", "“放管服”改革", "稳中求进、以进促稳"]


def test_repeated_word_sequences_are_found(arrays: WordArrays) -> None:
    row = make_word_sequence(arrays)
    keys, spans = repeated(row, 1, *edges(row, vocabulary(row)))
    assert key_of("放管服改革") in keys.tolist()
    assert len(spans) >= len(keys)


def test_the_last_day_of_a_month_belongs_to_the_month() -> None:
    assert (
        month_of(day_number("2024-01-31"))
        == month_of(day_number("2024-01-01"))
        == month_of(day_number("2024-02-01")) - 1
    )
    assert days_of("2024-Q4") == ("2024-10", "2024-12")


def test_uses_are_assigned_to_voices(tmp_path: Path) -> None:
    text = "市委书记林知远会见老挝国家主席通伦·西苏里。林知远强调，要深化务实合作。通伦·西苏里表示，老方愿扩大经贸往来。双方出席了仪式。"
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.build(tmp_path / "a.txt")
        arrays = read_word_arrays(graph.ledger)
        said = voices(arrays, list(graph.statements()))
    of = {
        text[a:b]: VOICES[v] for a, b, v in zip(arrays.start.tolist(), arrays.end.tolist(), said.tolist(), strict=True)
    }
    assert (of["务实"], of["经贸"], of["仪式"]) == ("leader", "guest", "reporter")
