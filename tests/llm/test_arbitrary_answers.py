"""Whatever an answer contains, it becomes valid statements of its report, or is refused with a reason."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.discourse.scene import read_scenes
from graphkit.llm.answers import Answer, NotAnAnswerError, answer_of
from graphkit.llm.statements import RULE, Reader
from graphkit.llm.windows import Window
from graphkit.model import Status
from graphkit.recognition.marks import mark_words
from graphkit.recognition.persons import mark_persons
from graphkit.recognition.tagger import shared_tagger
from graphkit.relations.drafting import Context
from graphkit.schema import load_schema
from tests.llm.reports import KNOWN, REPORT, TEXT

SCHEMA = load_schema()
_READERS: list[Reader] = []


def reader() -> Reader:
    if not _READERS:
        (marked,) = mark_words([REPORT], shared_tagger())
        persons = mark_persons(marked)
        _READERS.append(Reader(Context(persons, tuple(read_scenes(persons))), "llm", 0.5))
    return _READERS[0]


#: Parts of the text, of any length and at any place.
PARTS = st.tuples(st.integers(0, len(TEXT)), st.integers(0, 40)).map(lambda x: TEXT[x[0] : x[0] + x[1]])
SENTENCES = st.sampled_from([*(i["quote"] for i in KNOWN), *TEXT.replace("\n", "").split("。")])
NAMES = st.sampled_from(sorted({i[side] for i in KNOWN for side in ("subject", "object")}))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
ENTRIES = st.fixed_dictionaries(
    {
        "relation": st.sampled_from([*SCHEMA.relations, "married_to"]),
        "subject": NAMES | PARTS,
        "object": NAMES | PARTS,
        "status": st.sampled_from([*Status, "rumoured"]),
        "quote": SENTENCES | PARTS,
    },
    optional={
        "subject_type": st.sampled_from([*SCHEMA.types, "Planet"]),
        "object_type": st.sampled_from([*SCHEMA.types, "Value"]),
        "kind": st.sampled_from(["", *SCHEMA.attributes, "weight"]),
    },
)


def check(entries: list[Any]) -> int:
    """Read an answer with these entries, and return the number of statements."""
    context = reader().context
    window = Window(0, len(context.text))
    found, refused = reader().statements(window, Answer(json.dumps({"statements": entries})))
    assert len(found) + len(refused) == len(entries)
    assert all(refused)
    for statement in found:
        SCHEMA.check(statement, REPORT)
        assert statement.rule == RULE
        quote = TEXT[statement.start : statement.end]
        near = statement.object if statement.relation not in _WITH_SUBJECT else statement.subject
        assert TEXT[near.start : near.end] in quote
    return len(found)


_WITH_SUBJECT = ("accompanied", "attended", "presided", "reported_to")


@settings(max_examples=300)
@given(st.lists(ENTRIES, max_size=6))
def test_entries_with_parts_of_the_text(entries: list[dict[str, Any]]) -> None:
    check(entries)


@settings(max_examples=200)
@given(st.sampled_from(KNOWN), st.sampled_from(sorted(KNOWN[0])), JSON)
def test_known_statements_with_one_field_of_another_kind(known: dict[str, Any], field: str, value: Any) -> None:
    check([{**known, field: value}])


@settings(max_examples=200)
@given(st.lists(JSON, max_size=5))
def test_entries_of_any_kind(entries: list[Any]) -> None:
    assert check(entries) == 0


@settings(max_examples=200)
@given(st.text(max_size=200))
def test_contents_of_any_kind(content: str) -> None:
    context = reader().context
    found, refused = reader().statements(Window(0, len(context.text)), Answer(content))
    assert found == []
    assert len(refused) == 1


def read_body(body: bytes) -> None:
    """Read the body of a response: it is an answer with text or a flaw, or no answer. Other errors fail the test."""
    with suppress(NotAnAnswerError):
        answer = answer_of(body)
        assert answer.flaw or answer.content


@settings(max_examples=300)
@given(JSON.map(lambda x: json.dumps(x).encode()) | st.binary(max_size=200))
def test_bodies_of_any_kind(body: bytes) -> None:
    read_body(body)


@settings(max_examples=200)
@given(st.fixed_dictionaries({}, optional={"message": JSON, "finish_reason": JSON, "index": JSON}), JSON)
def test_choices_of_any_kind(choice: dict[str, Any], usage: Any) -> None:
    read_body(json.dumps({"choices": [choice], "usage": usage}).encode())


def test_known_statements_are_accepted() -> None:
    assert check(list(KNOWN)) == len(KNOWN)
