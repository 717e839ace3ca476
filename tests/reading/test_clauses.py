"""Clauses begin and end at the marks that a rule names, within the sentence."""

from __future__ import annotations

import pytest

from graphkit.reading.clauses import (
    CLAUSE_OR_COLON,
    PROJECT_PART,
    SEMICOLON_PART,
    Clause,
    clause_before,
    clause_end,
    clause_start,
    clauses,
    clauses_before,
    last_mark,
    starts_clause,
)

TEXT = "会议召开。王建国出席，强调：各县要落实；李志强主持。"
START = 5
END = len(TEXT)


def before(words: str, marks: str) -> str:
    return clause_before(TEXT, START, TEXT.index(words), marks).text


def test_the_part_before_a_verb_begins_after_the_nearest_mark() -> None:
    assert before("落实", "，；。") == "强调：各县要"
    assert before("落实", CLAUSE_OR_COLON) == "各县要"
    assert before("落实", SEMICOLON_PART) == "王建国出席，强调：各县要"


def test_the_first_clause_begins_with_the_sentence_and_not_with_the_text() -> None:
    assert clause_start(TEXT, START, TEXT.index("出席")) == START
    assert clause_start(TEXT, START + 1, TEXT.index("出席")) == START + 1


def test_a_clause_ends_at_the_first_mark_or_at_the_end_of_the_sentence() -> None:
    assert clause_end(TEXT, START, END) == TEXT.index("，")
    assert clause_end(TEXT, START, END, PROJECT_PART) == TEXT.index("；")
    assert clause_end(TEXT, START, START + 3) == START + 3


def test_the_clauses_before_an_offset_come_nearest_first() -> None:
    found = list(clauses_before(TEXT, START, TEXT.index("主持"), CLAUSE_OR_COLON))
    assert [c.text for c in found] == ["李志强", "各县要落实", "强调", "王建国出席"]
    assert all(TEXT[c.start : c.end] == c.text for c in found)


def test_a_mark_at_the_beginning_of_the_sentence_leaves_an_empty_clause() -> None:
    assert list(clauses_before("，王建国", 0, 4)) == [Clause(1, 4, "王建国"), Clause(0, 0, "")]


def test_clauses_of_a_sentence_are_not_empty() -> None:
    assert [c.text for c in clauses("，，甲来，；乙去。", 0, 9)] == ["甲来", "乙去"]
    assert list(clauses("，。", 0, 2)) == []


@pytest.mark.parametrize(("words", "begins"), [("王建国", True), ("强调", True), ("各县", False), ("李志强", True)])
def test_a_word_after_a_mark_starts_a_clause(words: str, begins: bool) -> None:
    assert starts_clause(TEXT, START, TEXT.index(words)) == begins


def test_the_last_mark_of_a_range_does_not_depend_on_the_order_of_the_marks() -> None:
    assert last_mark("甲，乙；丙", 0, 5, "，；") == last_mark("甲，乙；丙", 0, 5, "；，") == 3
    assert last_mark("甲乙丙", 0, 3, "，；") == -1
