"""Where names and lists of names end."""

from __future__ import annotations

import pytest

from graphkit.recognition.gazetteer import is_division
from graphkit.recognition.name_ends import (
    AFTER_PARK,
    AFTER_PLACE,
    BEFORE_PARTS,
    LONGEST_LIST,
    list_limit,
    name_end,
    name_end_before,
    trimmed,
    whole_name,
    without_time,
)


@pytest.mark.parametrize(("text", "place", "park"), [
    ("青石县和白云县", "青石县", "青石县和白云县"),
    ("青石开发区负责人", "青石开发区负责人", "青石开发区"),
    ("青石开发区调研", "青石开发区", "青石开发区"),
    ("青石开发区", "青石开发区", "青石开发区"),
])  # fmt: skip
def test_a_name_ends_at_what_follows_names_of_its_kind(text: str, place: str, park: str) -> None:
    assert text[: name_end(text, 0, len(text), AFTER_PLACE)] == place
    assert text[: name_end(text, 0, len(text), AFTER_PARK)] == park


def test_a_name_does_not_end_behind_its_range() -> None:
    assert name_end("青石县白云镇", 0, 3, AFTER_PLACE) == 3
    assert name_end("镇" * 1000, 0, 1000, AFTER_PLACE) < 1000


def test_adverbs_before_a_verb_are_not_part_of_the_name() -> None:
    text = "白云大桥项目已经正式开工"
    assert text[: name_end_before(text, 0, text.index("开工"))] == "白云大桥项目"
    text = "白云产业园主要由车间组成"
    assert name_end_before(text, 0, 7) == 7
    assert name_end_before(text, 0, 7, BEFORE_PARTS) == 5


def test_a_list_ends_before_the_next_verb_of_arriving() -> None:
    text = "白云社区、青石镇、来到石渡县。"
    assert text[: list_limit(text, 0, len(text))] == "白云社区、青石镇"


def test_a_very_long_list_ends_after_one_of_its_items() -> None:
    text = "白云社区、" * 200
    limit = list_limit(text, 0, len(text))
    assert 0 < limit <= LONGEST_LIST
    assert text[limit] == "、"


@pytest.mark.parametrize(("text", "name"), [
    ("位于青石镇的白云水库", "白云水库"),
    ("白云水库的", "白云水库"),
    ("白云水库建设情况", "白云水库"),
    ("白云社区等地", "白云社区"),
    ("白云水库", "白云水库"),
])  # fmt: skip
def test_words_around_a_name_are_cut_off(text: str, name: str) -> None:
    a, b = trimmed(text, 0, len(text), lambda words: words.endswith("水库"))
    assert text[a:b] == name


def test_the_state_of_a_project_stays_where_the_rest_is_no_name() -> None:
    assert trimmed("春耕建设情况", 0, 6, lambda words: False) == (0, 6)


@pytest.mark.parametrize(("text", "end"), [("青石博物馆时，", 5), ("青石博物馆时", 6), ("青石博物馆，", 5)])
def test_a_time_after_a_place_is_not_part_of_its_name(text: str, end: int) -> None:
    assert without_time(text, 0, len(text.rstrip("，"))) == end


@pytest.mark.parametrize(("text", "span", "name"), [
    ("参观“青石”号护卫舰。", "青石”号护卫舰", "“青石”号护卫舰"),
    ("走进“白云”小镇。", "白云”小镇", "“白云”小镇"),
    ("了解《石渡》杂志社。", "石渡》杂志社", "《石渡》杂志社"),
    ("青石实验装置昨天（8月26日）正式运行。", "青石实验装置昨天（8月26日）", "青石实验装置"),
    ("石渡产业园目前入驻企业。", "石渡产业园目前", "石渡产业园"),
    ("白云大桥已经通车。", "白云大桥已经", "白云大桥"),
    ("来到北京市视察口袋公园。", "北京市视察口袋公园", "北京市"),
    ("来到西藏工作。", "西藏工作", "西藏"),
    ("参观今日广场。", "今日广场", "今日广场"),
    ("到北京市检查站旧址馆。", "北京市检查站旧址馆", "北京市检查站旧址馆"),
])  # fmt: skip
def test_a_name_is_whole_and_has_no_words_behind_it(text: str, span: str, name: str) -> None:
    start = text.index(span)
    assert text[slice(*whole_name(text, start, start + len(span), is_division))] == name
