"""The server rejects invalid decisions with the name of the field and writes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import graphkit
from graphkit.decisions.model import Verdict
from graphkit.model import Statement
from tests.explorer.conftest import Served
from tests.explorer.http_requests import post

pytestmark = pytest.mark.xdist_group("browser")
TEXT = "5月12日，县委书记李强到古井村调研。"
PERSON = {"type": "Person", "name": "李强", "start": TEXT.index("李强"), "end": TEXT.index("李强") + 2}
PLACE = {"type": "Place", "name": "古井村", "start": TEXT.index("古井村"), "end": TEXT.index("古井村") + 3}


def visit_of(explored: Path) -> Statement:
    with graphkit.open(explored) as graph:
        return next(s for s in graph.ledger.read_statements("n2") if s.relation == "visited")


def refused(served: Served, explored: Path, body: dict[str, Any], field: str) -> None:
    """The response is 400 with one sentence that names the field, and the graph is unchanged."""
    with graphkit.open(explored) as graph:
        before = list(graph.review().history())
    status, answer = post(served, "api/decide", body)
    assert status == 400, answer
    assert answer["field"] == field, answer
    assert f"{field}: {answer['reason']}" in answer["error"]
    assert "\n" not in answer["error"]
    assert "Traceback" not in answer["error"]
    with graphkit.open(explored) as graph:
        assert list(graph.review().history()) == before


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    ("instead", "field"),
    [
        *(
            ({"date": d}, "instead.date")
            for d in (
                "昨天",
                "2024-02-30",
                "2024-5-12",
                "2024",
                "2024-05-12\n",
                "2024-05-13/2024-05-12",
                '2024"^^<x:t>',
                20240512,
                None,
                [],
                {},
            )
        ),
        *(({"relation": r}, "instead.relation") for r in ("flew_to", "", "VISITED", None, 5, ["visited"])),
        ({"relation": "has_attribute"}, "instead.kind"),
        ({"relation": "holds_post"}, "instead.object.type"),
        ({"kind": "area"}, "instead.kind"),
        ({"kind": 0}, "instead.kind"),
        *(({"status": x}, "instead.status") for x in ("perhaps", "", "ACTUAL", 1, True, None)),
        *(({"speaker": x}, "instead.speaker") for x in ("王建国", "李强\u0001", "古井村。他强调", 5, None)),
        *(
            ({"object": {**PLACE, "name": n}}, "instead.object.name")
            for n in (
                "5月12日，县委书记李强到古井村调研。",
                "太原市",
                "",
                " ",
                "，",
                "村" * 501,
                "古井村\u0000",
                "\u001b[31m古井村",
                7,
                None,
            )
        ),
        *(
            ({"subject": {**PERSON, "name": n}}, "instead.subject.name")
            for n in ("李强到古井村调研。", "张三", "李强\n", "李" * 101)
        ),
        *(
            ({"object": {**PLACE, "type": x}}, "instead.object.type")
            for x in ("Person", "Unknown", "", None, ["Place"])
        ),
        ({"object": {**PLACE, "start": -1}}, "instead.object.start"),
        ({"object": {**PLACE, "start": "12"}}, "instead.object.start"),
        ({"object": {**PLACE, "end": 1.5}}, "instead.object.end"),
        ({"object": {**PLACE, "end": PLACE["start"]}}, "instead.object.end"),
        ({"object": {**PLACE, "end": 10**50}}, "instead.object.end"),
        ({"object": {**PLACE, "start": True}}, "instead.object.start"),
        ({"object": {**PLACE, "start": 0, "end": 3}}, "instead.object.name"),
        ({"object": {**PLACE, "start": 900, "end": 903}}, "instead.statement"),
        ({"object": "古井村"}, "instead.object"),
        ({"object": [1]}, "instead.object"),
        ({"object": None}, "instead.object"),
        ({"object": {}}, "instead.object.type"),
        ({"object": {**PLACE, "surplus": 1}}, "instead.object.surplus"),
        ({"object": {**PLACE, "aliases": ["太原市"]}}, "instead.object.aliases[1]"),
        ({"object": {**PLACE, "aliases": "村"}}, "instead.object.aliases"),
        ({"object": {**PLACE, "antecedent": [5]}}, "instead.object.antecedent"),
        ({"start": 5, "end": 5}, "instead.end"),
        ({"end": 10_000}, "instead.statement"),
        ({"start": "0"}, "instead.start"),
        ({"start": None}, "instead.start"),
        ({}, "instead"),
        (None, "instead"),
        ([], "instead"),
        ("date", "instead"),
        (5, "instead"),
        ({"sha256": "0" * 64}, "instead"),
        ({"quote": "其他"}, "instead"),
        ({"nothing": 1}, "instead"),
    ],
)
def test_an_invalid_correction_is_rejected_by_the_server(
    served: Served, explored: Path, instead: Any, field: str, check: bool
) -> None:
    visit = visit_of(explored)
    refused(
        served,
        explored,
        {
            "statement": visit.id,
            "report": "n2",
            "verdict": Verdict.mend,
            "who": "甲",
            "instead": instead,
            "check": check,
        },
        field,
    )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        *(
            ({"who": w}, "who")
            for w in ("甲\n乙", "\u0000", "甲\u001b[31m", "\u202a\u0007", " ", "x" * 101, "x" * 3_000, 5, [], {}, True)
        ),
        *(({"note": n}, "note") for n in ("a\u0000", "\u001b[2J", "a\u2028b", "\ufffe", 5, ["a"], {}, False)),
        *(
            ({"verdict": v}, "verdict")
            for v in ("perhaps", "", None, "ACCEPT", "same", "different", "accept\n", 1, ["accept"], {})
        ),
        *(({"statement": s}, "statement") for s in (5, [], {}, "a\u0000", "x" * 3_000)),
        *(({"report": r}, "report") for r in (5, ["n2"], {})),
        ({"instead": {"date": "2024-05-11"}}, "instead"),
        ({"check": True}, "check"),
        ({"check": "yes"}, "check"),
        ({"verdict": Verdict.mend, "check": None}, "check"),
        *(
            ({"names": n}, "names")
            for n in (None, [], "ab", [1, 2], [{}], [{}, {}], [{"type": 1}, {}], {"a": 1}, [PERSON, PERSON])
        ),
    ],
)
def test_an_invalid_decision_is_rejected_by_the_server(
    served: Served, explored: Path, change: dict[str, Any], field: str
) -> None:
    visit = visit_of(explored)
    refused(
        served, explored, {"statement": visit.id, "report": "n2", "verdict": "accept", "who": "甲", **change}, field
    )


@pytest.mark.parametrize(
    ("first", "verdict", "field"),
    [
        ({"type": "Unknown"}, "same", "names[1].type"),
        ({"name": ""}, "same", "names[1].name"),
        ({"name": "李\u0000强"}, "same", "names[1].name"),
        ({"report": ""}, "different", "names[1].report"),
        ({"type": "Place"}, "same", "names"),
        ({"name": "无此人"}, "same", "names"),
        ({"report": "n2"}, "same", "names"),
        ({}, "accept", "verdict"),
        ({}, Verdict.mend, "verdict"),
        ({}, "", "verdict"),
    ],
)
def test_an_invalid_decision_on_names_is_rejected_by_the_server(
    served: Served, explored: Path, first: dict[str, str], verdict: str, field: str
) -> None:
    names = [
        {"type": "Person", "name": "李强", "report": "n1", **first},
        {"type": "Person", "name": "李强", "report": "n2"},
    ]
    refused(served, explored, {"names": names, "verdict": verdict, "who": "甲"}, field)


def test_a_check_writes_nothing_and_the_graph_remains_valid(served: Served, explored: Path) -> None:
    visit = visit_of(explored)
    body = {"statement": visit.id, "report": "n2", "verdict": "correct", "who": "甲", "instead": {"date": "2024-05-11"}}
    status, answer = post(served, "api/decide", {**body, "check": True})
    assert status == 200, answer
    assert (answer["before"]["date"], answer["after"]["date"]) == ("2024-05-12", "2024-05-11")
    assert answer["after"]["quote"] in TEXT
    with graphkit.open(explored) as graph:
        assert graph.review().decisions() == []
        assert list(graph.validate(shacl=False)) == []
