from __future__ import annotations

import pytest

from graphkit.model import Level
from graphkit.recognition import gazetteer


@pytest.mark.parametrize(
    ("name", "within", "code"),
    [
        ("临汾市", "", "141000"),
        ("临汾", "", "141000"),
        ("洪洞县", "", "141024"),
        ("鼓楼区", "江苏省南京市", "320106"),
        ("山西", "", "140000"),
    ],
)
def test_divisions_have_their_code(name: str, within: str, code: str) -> None:
    found = gazetteer.find(name, within)
    assert found is not None
    assert found.code == code


def test_ambiguous_divisions_are_not_resolved() -> None:
    assert gazetteer.find("鼓楼区") is None


def test_a_name_with_its_parent_divisions_is_resolved() -> None:
    found = gazetteer.locate("江苏长兴县")
    assert found is None or found.province == "江苏省"
    inner = gazetteer.locate("浙江长兴县")
    assert inner is not None
    assert inner.name == "长兴县"


@pytest.mark.parametrize(
    ("place", "level"),
    [("山西省", Level.PROVINCE), ("山西省临汾市", Level.CITY), ("山西省临汾市洪洞县", Level.COUNTY), ("", None)],
)
def test_places_have_an_administrative_level(place: str, level: Level | None) -> None:
    assert gazetteer.level_of(place) == level
