"""Places that users write, as names or codes of divisions."""

from __future__ import annotations

import pytest

from graphkit.errors import UsageError
from graphkit.phrases.questions.scope import Scope
from graphkit.places import division_code
from graphkit.tabular.filters import Filters


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ("140000", "140000"),
        ("14", "140000"),
        ("1410", "141000"),
        ("山西省", "140000"),
        ("山西", "140000"),
        ("临汾市", "141000"),
        ("北京", "110000"),
    ],
)
def test_a_division_is_given_by_code_or_name(place: str, code: str) -> None:
    assert division_code(place) == code
    assert Scope(place=place).place == code
    assert code.startswith(Filters(place=place).code())


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("999999", "no division has this code"),
        ("140", "has six digits"),
        ("1400000", "has six digits"),
        ("山西胜", "did you mean 山西"),
        ("鼓楼区", "several divisions are called '鼓楼区'"),
        ("１４００００", "unknown place"),
        (" ", "unknown place"),
    ],
)
def test_other_places_are_refused_with_the_reason(place: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        Scope(place=place)
    with pytest.raises(UsageError, match=message):
        Filters(place=place).code()
