from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

import graphkit
from graphkit.resolution.resolver import Resolution
from graphkit.resolution.short_forms import expand, place_chain
from tests.conftest import report, write_records


@pytest.mark.parametrize(
    ("name", "place", "full"),
    [
        ("市委", "山西省临汾市", "临汾市委"),
        ("县政府", "山西省临汾市洪洞县", "洪洞县政府"),
        ("省委", "山西省临汾市", "山西省委"),
        ("我市", "山西省临汾市", "临汾市"),
        ("市发改委", "山西省临汾市洪洞县", "临汾市发改委"),
    ],
)
def test_short_forms_refer_to_the_place_of_the_report(name: str, place: str, full: str) -> None:
    found = expand(name, report("x", place=place))
    assert found is not None
    assert found[0] == full
    assert "in a report of" in found[1]


def test_short_forms_without_a_place_are_not_resolved() -> None:
    assert expand("市委", report("x")) is None
    assert expand("青禾公司", report("x", place="山西省临汾市")) is None


def test_nested_places_are_resolved_together() -> None:
    assert place_chain("山西省临汾市洪洞县") == ("山西省", "临汾市", "洪洞县")
    assert place_chain("云泽市") == ()


def graph_of(tmp_path: Path, records: list[dict[str, Any]]) -> graphkit.Graph:
    graph = graphkit.open(tmp_path / "g", create=True)
    graph.build(write_records(tmp_path / "r.jsonl", records))
    return graph


def test_the_committee_of_one_city_is_not_that_of_another(tmp_path: Path) -> None:
    text = "市委书记林知远到石渡县调研。市发改委、市商务局负责人参加调研。"
    records = [
        {"id": "a", "text": text, "place": "山西省临汾市"},
        {"id": "b", "text": text, "place": "福建省三明市"},
        {"id": "c", "text": text},
        {"id": "d", "text": text},
    ]
    with graph_of(tmp_path, records) as graph:
        names = {e.id for e in graph.entities() if e.name.endswith("发改委")}
        assert len(names) == 4
        assert {e.name for e in graph.entities() if e.name.endswith("发改委")} == {
            "临汾市发改委",
            "三明市发改委",
            "市发改委",
        }


def test_persons_with_the_same_name_in_two_places_are_two_persons(tmp_path: Path) -> None:
    records = [
        {"id": "a", "text": "县委书记李强到石渡县调研。", "place": "山西省临汾市洪洞县"},
        {"id": "b", "text": "县委书记李强到云雾镇调研。", "place": "福建省三明市沙县区"},
        {"id": "c", "text": "县委书记李强到古井村调研。", "place": "山西省临汾市洪洞县"},
    ]
    with graph_of(tmp_path, records) as graph:
        people = [e for e in graph.entities("李强") if e.type == "Person"]
        assert len(people) == 2
        assert all(graph.merges(e.id) for e in people)


def test_the_same_phrase_with_and_without_quotes_is_one(tmp_path: Path) -> None:
    records = [
        {"id": "a", "text": "市长陈若川强调，要推进“放管服”改革。"},
        {"id": "b", "text": "市长陈若川强调，要推进放管服改革。"},
    ]
    with graph_of(tmp_path, records) as graph:
        assert len({e.id for e in graph.entities() if "放管服" in e.name}) == 1


def test_the_order_of_reports_does_not_matter(dev_graph: graphkit.Graph) -> None:
    content = dev_graph.content()
    rows, statements = [r.report for r, _ in content.by_report()], list(content.statements())
    expected = list(content.resolution.entities())
    chance = random.Random(5)
    for _ in range(3):
        chance.shuffle(rows)
        chance.shuffle(statements)
        assert list(Resolution.of(rows, statements).entities()) == expected


def test_every_merge_has_a_reason(dev_graph: graphkit.Graph) -> None:
    resolution = dev_graph.content().resolution
    for entity in resolution.entities():
        if entity.code:
            assert any("division code" in m.reason for m in resolution.merges(entity.id))


def test_a_leader_without_a_post_is_merged_with_the_leader(tmp_path: Path) -> None:
    """A name of three characters if nearly all reports mean one leader; of two characters if there is a speech."""
    posted = [
        {"id": f"p{n}", "text": f"3月{n % 28 + 1}日，国务院总理林知远、国务院副总理高远在京出席全国经济工作会议。"}
        for n in range(25)
    ]
    other = [{"id": "o", "text": "3月2日，石渡县委书记林知远到云雾镇调研。", "place": "山西省临汾市洪洞县"}]
    speech = "强调，要优化营商环境，要推动高质量发展，要加快发展新质生产力，要防范化解重大风险。"
    bare = [
        {"id": "b1", "text": "林知远到石渡县调研。"},
        {"id": "b2", "text": f"高远在石渡县{speech}高远{speech}"},
        {"id": "b3", "text": "高远到古井村调研。"},
    ]
    with graph_of(tmp_path, [*posted, *other, *bare]) as graph:
        resolution = graph.content().resolution
        at = {
            (s.report, s.subject.name): resolution.entity(s, s.subject).id
            for s in graph.statements()
            if s.subject.type == "Person"
        }
    assert at["b1", "林知远"] == at["p1", "林知远"] != at["o", "林知远"]
    assert at["b2", "高远"] == at["p1", "高远"]
    # A visit without a speech can be that of another person with this name.
    assert at["b3", "高远"] != at["p1", "高远"]


def test_an_office_without_its_country_is_that_of_the_most_frequent_holder(tmp_path: Path) -> None:
    records = [{"id": f"r{n}", "text": "3月2日，委内瑞拉总统马杜罗在加拉加斯出席峰会开幕式。"} for n in range(9)]
    records += [
        {"id": "x", "text": "3月2日，哥伦比亚总统马杜罗发表讲话，强调要优化营商环境。"},
        {"id": "y", "text": "3月2日，总统马杜罗出席峰会开幕式。"},
    ]
    with graph_of(tmp_path, records) as graph:
        resolution = graph.content().resolution
        at = {s.report: resolution.entity(s, s.subject).id for s in graph.statements() if s.subject.name == "马杜罗"}
    assert at["y"] == at["r1"] != at["x"]


def test_spellings_of_a_phrase_are_one_entity_named_by_the_most_frequent_longest_one(tmp_path: Path) -> None:
    records = [
        {"id": "a", "text": "市委书记林知远到石渡县调研。他强调，要推进“双城”建设。"},
        {"id": "b", "text": "市委书记林知远到石渡县调研。他强调，要推进双城建设。"},
    ]
    with graph_of(tmp_path, records) as graph:
        (phrase,) = [e for e in graph.entities() if e.type == "Phrase"]
        assert (phrase.id, phrase.name) == ("Phrase:双城建设", "“双城”建设")
        assert "双城建设" in phrase.aliases
        assert all(e.name not in e.aliases for e in graph.entities())
