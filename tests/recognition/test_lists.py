"""Lists are divided at their joints, but not inside of brackets, quotation marks and names."""

from __future__ import annotations

import pytest

from graphkit.grammar.patterns import pattern
from graphkit.recognition.lists import further_items, is_closed, is_inside_name, joined_persons, split_list
from graphkit.recognition.marks import PersonMark


def items(text: str, joints: str = "") -> list[str]:
    def joint(_item: int, at: int) -> int:
        return at + 1 if text[at] in joints else at

    return [text[a:b] for a, b in split_list(text, 0, len(text), joint)]


@pytest.mark.parametrize(("text", "joints", "expected"), [
    ("甲县、乙县和丙县", "", ["甲县", "乙县和丙县"]),
    ("甲县、乙县和丙县", "和", ["甲县", "乙县", "丙县"]),
    ("甲厂（一期、二期）、乙厂", "", ["甲厂（一期、二期）", "乙厂"]),
    ("“甲、乙”工程、丙", "", ["“甲、乙”工程", "丙"]),
    ("甲）、乙", "", ["甲）", "乙"]),
    ("甲", "", ["甲"]),
])  # fmt: skip
def test_a_list_is_divided_at_its_joints(text: str, joints: str, expected: list[str]) -> None:
    assert items(text, joints) == expected


def test_the_parameter_of_the_joint_is_the_beginning_of_the_item() -> None:
    seen = []
    split_list("甲、乙和丙", 0, 5, lambda item, at: seen.append((item, at)) or at)  # type: ignore[func-returns-value]
    assert seen == [(2, 3)]


@pytest.mark.parametrize(("text", "inside"), [
    ("市发展和改革委员会", True),
    ("深地科学与工程实验室", True),
    ("国际贸易和发展会议", True),
    ("青石县和白云县", False),
    ("市教育局和卫生局", False),
    ("发展及改革委员会", False),
])  # fmt: skip
def test_a_conjunction_between_two_halves_of_a_name_is_part_of_it(text: str, inside: bool) -> None:
    at = next(i for i, c in enumerate(text) if c in "和与及")
    assert is_inside_name(text, 0, at, len(text)) == inside


def test_the_halves_of_a_name_lie_within_the_range() -> None:
    text = "市发展和改革委员会"
    assert not is_inside_name(text, 2, 3, len(text))
    assert not is_inside_name(text, 0, 3, 5)


def test_words_with_an_open_bracket_are_not_closed() -> None:
    assert is_closed("青石厂（一期）")
    assert not is_closed("青石厂（一期")
    assert not is_closed("智慧”工程")


def test_further_items_follow_each_other_directly() -> None:
    text = "、县长、县委副书记，市长。"
    found = further_items(pattern("posts.one_more"), text, 0, len(text), "post")
    assert [text[a:b] for a, b in found] == ["县长", "县委副书记"]


def test_persons_of_one_list_are_joined_from_the_last_to_the_first() -> None:
    text = "王建国，县委书记李志强、县长陈晓明和周明"
    wang, li, chen, zhou = (
        PersonMark(text.index(name), text.index(name) + len(name), name, posts)
        for name, posts in (("王建国", ()), ("李志强", ((4, 8),)), ("陈晓明", ((12, 14),)), ("周明", ()))
    )
    assert joined_persons(text, [wang, li, chen, zhou], zhou) == [li, chen, zhou]
    assert joined_persons(text, [wang, li, chen, zhou], wang) == [wang]
