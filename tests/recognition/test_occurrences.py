"""The indexes of a report agree with a search of its text."""

from __future__ import annotations

import random

import pytest

from graphkit.recognition.known_names import KnownNames
from graphkit.recognition.occurrences import _INDEXED, Occurrences


@pytest.mark.parametrize("alphabet", ["甲乙", "甲乙丙丁戊", "哈"])
def test_the_index_agrees_with_a_text_search(alphabet: str) -> None:
    numbers = random.Random(1)
    text = "".join(numbers.choices(alphabet, k=_INDEXED + 500))
    index = Occurrences(text)
    for size in (1, 2, 3, 4, 7, 30):
        start = numbers.randrange(len(text) - size)
        for words in (text[start : start + size], "甲" * size, "庚" * size, text[-size:]):
            assert index.count(words) == text.count(words), words
            assert index.first(words) == text.find(words), words


def test_many_names_are_found_as_reliably_as_few() -> None:
    numbers = random.Random(2)
    names = {"".join(numbers.choices("王建国明华", k=numbers.randint(2, 5))) for _ in range(200)}
    text = "".join(numbers.choices("王建国明华，", k=1500))
    many = KnownNames(names)
    one_by_one = []
    for name in sorted(names, key=lambda n: (-len(n), n)):
        at = text.find(name)
        while at >= 0:
            one_by_one.append((at, name))
            at = text.find(name, at + len(name))
    assert len(names) > KnownNames.FEW
    assert list(many.found_in(text)) == one_by_one
