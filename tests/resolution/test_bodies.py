"""Normal forms of organizations, divisions and persons."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphkit.recognition import gazetteer
from graphkit.resolution.bodies import anchored, first_name, short_of, usual_form
from tests.conftest import report
from tests.resolution.test_resolver import graph_of


@pytest.mark.parametrize(
    ("name", "within", "now"),
    [
        ("富阳市", "浙江省", "富阳区"),
        ("沙县", "福建省三明市", "沙县区"),
        ("襄樊市", "湖北省", "襄阳市"),
        ("洪洞县", "山西省", "洪洞县"),
    ],
)
def test_renamed_divisions_have_their_current_name(name: str, within: str, now: str) -> None:
    division = gazetteer.find(name, within)
    assert division is not None
    assert gazetteer.today(division).name == now


@pytest.mark.parametrize(
    ("full", "usual"),
    [
        ("发展和改革委员会", "发改委"),
        ("人民政府办公室", "政府办公室"),
        ("住房城乡建设部部长", "住建部部长"),
        ("青禾公司", "青禾公司"),
    ],
)
def test_names_have_a_normal_form(full: str, usual: str) -> None:
    assert usual_form(full) == usual


def test_three_names_of_an_organization_are_one_entity() -> None:
    names = [
        anchored("临汾市发展和改革委员会", report("a")),
        anchored("山西省临汾市发改委", report("b")),
        anchored("市发改委", report("c", place="山西省临汾市")),
    ]
    assert {n.name for n in names if n} == {"临汾市发改委"}
    assert all(n and n.reason for n in names)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("临汾市委", "临汾市委办公室"),
        ("临汾市委", "临汾市政府"),
        ("洪洞县人民法院", "洪洞县人民检察院"),
        ("长安汽车", "长安区"),
    ],
)
def test_similar_names_remain_separate(a: str, b: str) -> None:
    one, two = anchored(a, report("x")), anchored(b, report("x"))
    assert (one.name if one else a) != (two.name if two else b)


@pytest.mark.parametrize(
    ("short", "full", "same"),
    [
        ("宁德时代", "宁德时代新能源科技股份有限公司", True),
        ("华能集团", "华能集团有限公司", True),
        ("青禾能源", "临汾青禾能源有限公司", True),
        ("临汾市", "临汾市投资集团", False),
        ("能源", "青禾能源有限公司", False),
        ("青禾能源", "青禾能源局", False),
    ],
)
def test_companies_have_short_names(short: str, full: str, same: bool) -> None:
    assert short_of(short, full) is same


def people(tmp_path: Path, texts: list[str], places: list[str] | None = None) -> int:
    records = [{"id": f"r{n}", "text": t, "place": (places or [""] * len(texts))[n]} for n, t in enumerate(texts)]
    with graph_of(tmp_path, records) as graph:
        found = [e for e in graph.entities() if e.type == "Person" and e.name == "王明远"]
        assert all(graph.merges(e.id) for e in found)
        return len(found)


def test_an_official_remains_one_person_after_a_change_of_post(tmp_path: Path) -> None:
    texts = [
        "洪洞县县长王明远到青石镇调研。",
        "王明远曾任洪洞县县长，现任襄汾县委书记。",
        "襄汾县委书记王明远来到白云社区调研。",
    ]
    assert people(tmp_path, texts) == 1


def test_posts_in_two_counties_are_two_persons(tmp_path: Path) -> None:
    assert people(tmp_path, ["洪洞县县长王明远到青石镇调研。", "襄汾县委书记王明远来到白云社区调研。"]) == 2


def test_a_provincial_leader_is_not_a_local_official_of_the_same_name(tmp_path: Path) -> None:
    assert people(tmp_path, ["山西省委书记王明远到临汾市调研。", "洪洞县副县长王明远来到白云社区调研。"]) == 2


def test_posts_in_unknown_places_are_not_merged(tmp_path: Path) -> None:
    assert people(tmp_path, ["县委书记王明远到青石镇调研。", "县委书记王明远来到白云社区调研。"]) == 2


def test_a_president_and_a_premier_at_the_same_time_are_two_persons(tmp_path: Path) -> None:
    days = ["2023-01-05", "2023-06-05", "2023-03-05", "2023-09-05"]
    posts = ["吉尔吉斯斯坦总统", "吉尔吉斯斯坦总统", "吉尔吉斯斯坦总理", "吉尔吉斯斯坦总理"]
    records = [
        {"id": f"r{n}", "date": d, "text": f"林知远会见{p}扎帕罗夫。"}
        for n, (d, p) in enumerate(zip(days, posts, strict=True))
    ]
    with graph_of(tmp_path, records) as graph:
        assert len({e.id for e in graph.entities() if e.type == "Person" and e.name == "扎帕罗夫"}) == 2


def test_a_second_post_takes_the_place_of_the_first(tmp_path: Path) -> None:
    texts = [
        "林知远在山西省委书记陈若川和省长王明远陪同下来到白云社区。",
        "山西省省长王明远到临汾市调研。",
        "林知远在甘肃省委书记何清嘉和省长王明远陪同下来到古井村。",
    ]
    assert people(tmp_path, texts) <= 2


def test_the_short_name_of_a_company_refers_to_its_full_name(tmp_path: Path) -> None:
    text = "市委书记林知远来到青禾能源集团股份有限公司，看望职工。市发改委、青禾能源集团负责人参加调研。"
    with graph_of(tmp_path, [{"id": "a", "text": text}]) as graph:
        found = {e.id for e in graph.entities() if "青禾能源" in e.name}
        assert len(found) == 1
        assert any("short name" in m.reason for i in found for m in graph.merges(i))


@pytest.mark.parametrize(
    ("name", "first"), [("俄", "俄罗斯"), ("政协第", "全国政协"), ("俄罗斯", "俄罗斯"), ("法国", "法国")]
)
def test_states_and_bodies_with_several_names_are_one_entity(name: str, first: str) -> None:
    assert first_name(name) == first
