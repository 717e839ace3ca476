"""A name does not include the place in front of it, and a name that contains 的 is kept."""

from __future__ import annotations

import pytest

import graphkit

NAME = "青禾新能源电池项目"
LEAD = "3月2日，市委书记林知远到石渡县调研。"


def names(text: str, extractor: str) -> set[str]:
    """The names of all entities but persons, posts and values."""
    found = graphkit.extract(text, extractor=extractor).statements
    return {m.name for s in found for m in (s.subject, s.object) if m.type not in ("Person", "Post", "Value", "Phrase")}


@pytest.mark.parametrize("extractor", ["fast", "offline"])
@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("林知远来到滨海新城产业园内的青禾新能源电池项目，实地察看建设进度。", NAME),
        ("林知远来到位于石渡经济开发区的青禾新能源电池项目，实地察看建设进度。", NAME),
        ("林知远来到落户石渡经济开发区的青禾新能源电池项目，实地察看建设进度。", NAME),
        ("林知远来到滨海新城产业园内的青禾新能源电池项目施工现场，了解建设情况。", NAME),
        ("林知远来到石渡县的青禾新能源电池项目，了解建设情况。", NAME),
        ("滨海新城产业园内的青禾新能源电池项目总投资30亿元，占地120亩，目前已开工建设。", NAME),
        ("位于滨海新城的青禾新能源电池项目总投资30亿元，占地120亩，目前已开工建设。", NAME),
        ("落户滨海新城的青禾新能源电池项目已建成投产。", NAME),
        ("近日落地石渡县高新区的青禾新能源电池项目总投资30亿元，分两期建设。", NAME),
        ("石渡经济开发区东侧的青禾新能源电池项目占地120亩，目前已开工建设。", NAME),
        ("林知远先后来到滨海新城产业园里的青禾新能源电池项目、坐落于云雾镇的古井茶厂。", NAME),
        ("林知远先后来到滨海新城产业园里的青禾新能源电池项目、坐落于云雾镇的古井茶厂。", "古井茶厂"),
        ("林知远来到滨海新城产业园中的云帆科技有限公司，了解企业生产情况。", "云帆科技有限公司"),
        ("入驻滨海新城产业园的云帆科技有限公司总投资30亿元，占地120亩。", "云帆科技有限公司"),
        ("林知远来到石渡县境内的白云大桥项目施工现场，了解建设情况。", "白云大桥项目"),
        ("建在石渡经济开发区的青禾新能源电池项目占地120亩，目前已开工建设。", NAME),
    ],
)
def test_a_name_begins_behind_the_place_in_front_of_it(text: str, name: str, extractor: str) -> None:
    found = names(LEAD + text, extractor)
    assert name in found
    assert not {n for n in found if name in n and n != name}


@pytest.mark.parametrize("extractor", ["fast", "offline"])
@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("林知远来到“家门口的好学校”工程现场，了解建设情况。", "“家门口的好学校”工程"),
        ("林知远来到“石渡县里的小康”示范项目现场，了解建设情况。", "“石渡县里的小康”示范项目"),
        ("“大山里的春天”文旅项目总投资30亿元，占地120亩，目前已开工建设。", "“大山里的春天”文旅项目"),
        ("林知远来到“村口的图书馆”项目，了解建设情况。", "“村口的图书馆”项目"),
        ("林知远来到“身边的急救站”工程现场，了解建设情况。", "“身边的急救站”工程"),
    ],
)
def test_a_name_that_contains_a_particle_is_kept(text: str, name: str, extractor: str) -> None:
    assert name in names(LEAD + text, extractor)


@pytest.mark.parametrize("tail", ["生产车间", "展厅", "企业"])
def test_a_kind_behind_a_place_is_no_name(tail: str) -> None:
    assert tail not in names(f"{LEAD}林知远来到滨海新城产业园内的{tail}，了解生产情况。", "fast")


def test_both_wordings_are_one_project() -> None:
    text = f"{LEAD}林知远来到滨海新城产业园内的{NAME}，实地察看建设进度。{NAME}总投资30亿元。"
    found = graphkit.extract(text, extractor="fast").statements
    assert {m.name for s in found for m in (s.subject, s.object) if m.type == "Project"} == {NAME}
    visit = next(s for s in found if s.object.name == NAME)
    assert text[visit.object.start : visit.object.end] == NAME


def test_a_place_is_stated_without_the_description_behind_the_name() -> None:
    found = graphkit.extract(f"{LEAD}位于滨海新城的{NAME}总投资30亿元，占地120亩。", extractor="fast").statements
    located = [(s.subject.name, s.object.name) for s in found if s.relation == "located_in"]
    assert located == [(NAME, "滨海新城")]
