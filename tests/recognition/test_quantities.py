from __future__ import annotations

import pytest

from graphkit.recognition.quantities import first_quantity


@pytest.mark.parametrize(
    ("text", "value", "unit", "hedge"),
    [
        ("一期约5.7亿元", 5.7e8, "CNY", "约"),
        ("1000亩", 666666.67, "m²", ""),
        ("总投资11.9亿元", 1.19e9, "CNY", ""),
        ("3.2万平方米", 32000.0, "m²", ""),
        ("近300余户", 300.0, "户", "近余"),
        ("2亿多支", 2e8, "支", "多"),
        ("1,234.5万元", 12345000.0, "CNY", ""),
        ("超20公顷", 200000.0, "m²", "超"),
        ("6200吨以上", 6200.0, "吨", "以上"),
        ("500万美元", 5e6, "美元", ""),
        ("總投資約38億元", 3.8e9, "CNY", "约"),
        ("３００畝", 200000.0, "m²", ""),
    ],
)
def test_numbers_with_qualifier_and_unit_are_parsed(text: str, value: float, unit: str, hedge: str) -> None:
    found = first_quantity(text)
    assert found is not None
    assert (found.value, found.unit, found.hedge) == (value, unit, hedge)


def test_words_without_a_number_are_not_a_quantity() -> None:
    assert first_quantity("已开工建设") is None
