"""Decisions are kept when reports are read again, and apply to every view."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import graphkit
from graphkit.decisions.model import RULE, Name, Verdict, from_record, to_record
from graphkit.errors import UsageError
from graphkit.ledger import entry_of
from graphkit.model import Statement
from graphkit.repair import repair
from graphkit.review.files import read_decisions, write_decisions
from graphkit.review.scoring import score_decisions
from tests.conftest import write_records

TEXT = "3月5日，市委书记林知远到石渡县调研。他强调，要全面推进乡村振兴。市长陈若川陪同。"
SECOND = "3月9日，县委书记李强到云雾镇调研。"
THIRD = "5月2日，县委书记李强到古井村调研。"
RECORDS = [
    {"id": "a", "text": TEXT, "place": "山西省临汾市", "date": "2024-03-05"},
    {"id": "b", "text": SECOND, "place": "山西省临汾市洪洞县", "date": "2024-03-09"},
    {"id": "c", "text": THIRD, "place": "山西省临汾市洪洞县", "date": "2024-05-02"},
]


@pytest.fixture
def graph(tmp_path: Path) -> Iterator[graphkit.Graph]:
    with graphkit.open(tmp_path / "g", create=True) as opened:
        opened.build(write_records(tmp_path / "r.jsonl", RECORDS))
        yield opened


def the(graph: graphkit.Graph, relation: str, report: str = "a", **fields: Any) -> Statement:
    (found,) = (
        s
        for s in graph.statements(report)
        if s.relation == relation and all(getattr(s, k) == v for k, v in fields.items())
    )
    return found


def decide(graph: graphkit.Graph, statement: Statement, verdict: str, **more: Any) -> None:
    reading = graph.reading(statement.report)
    assert reading is not None
    graph.review("tester").decide(statement, reading.report, verdict, **more)


def test_a_rejected_statement_is_in_no_view(graph: graphkit.Graph, tmp_path: Path) -> None:
    visited = the(graph, "visited")
    cypher, sparql = (
        "MATCH (:Person {name: '林知远'})-[v:VISITED]->(s) RETURN s.name AS s",
        "SELECT ?o WHERE { ?s gk:visited ?o . ?s skos:prefLabel '林知远'@zh }",
    )
    assert graph.cypher(cypher) == [{"s": "石渡县"}]
    assert len(graph.sparql(sparql)) == 1
    decide(graph, visited, "reject", note="not this county")
    assert graph.cypher(cypher) == []
    assert graph.sparql(sparql) == []
    assert [c for c in graph.claims("visited") if "林知远" in c.subject.name] == []
    graph.export("csv", tmp_path / "x.csv")
    assert visited.id not in (tmp_path / "x.csv").read_text(encoding="utf-8")
    assert "石渡县" not in {e.name for e in graph.entities()}
    (decision,) = graph.review().decisions()
    assert (decision.who, decision.note, decision.verdict) == ("tester", "not this county", Verdict.reject)
    graph.review("other").take_back(decision.key)
    assert graph.cypher(cypher) == [{"s": "石渡县"}]
    assert [d.who for d in graph.review().history()] == ["tester", "other"]


def test_an_accepted_statement_is_kept_when_the_extractor_no_longer_produces_it(graph: graphkit.Graph) -> None:
    visited = the(graph, "visited")
    decide(graph, visited, "accept")
    assert the(graph, "visited").confidence == 1.0
    reading = graph.reading("a")
    assert reading is not None
    silent = graphkit.Reading(
        reading.report, tuple(s for s in reading.statements if s.relation != "visited"), (), reading.passages
    )
    graph.ledger.put(entry_of(silent, "better", "2"))
    kept = the(graph, "visited")
    assert (kept.rule, kept.confidence, kept.subject.name, kept.object.name) == (RULE, 1.0, "林知远", "石渡县")
    assert [c.object.name for c in graph.claims("visited") if c.subject.name == "林知远"] == ["石渡县"]


def test_a_decision_follows_its_quote_when_the_text_changes(graph: graphkit.Graph, tmp_path: Path) -> None:
    """If the quote moved, the decision follows it. If it is missing, the statement is listed first for review."""
    visited = the(graph, "visited")
    decide(graph, visited, "accept")
    decide(graph, the(graph, "accompanied"), "reject")
    graph.build(write_records(tmp_path / "r.jsonl", [{**RECORDS[0], "text": "本报讯 " + TEXT}]))
    moved = the(graph, "visited")
    assert moved.confidence == 1.0
    reading = graph.reading("a")
    assert reading is not None
    assert reading.report.text[moved.start : moved.end] == TEXT[visited.start : visited.end]
    assert not [s for s in graph.statements("a") if s.relation == "accompanied"]
    graph.build(write_records(tmp_path / "r.jsonl", [{**RECORDS[0], "text": "3月5日，全市经济工作会议召开。"}]))
    first = next(iter(graph.review().open()))
    assert first.again is not None
    assert first.quote == TEXT[visited.start : visited.end]
    assert not [s for s in graph.statements("a") if s.relation == "visited"]
    graph.remove("a")
    assert list(graph.review().lost()) == []
    assert len(graph.review().decisions()) == 2


def test_a_corrected_statement_replaces_the_extracted_one(graph: graphkit.Graph) -> None:
    visited = the(graph, "visited")
    at = TEXT.index("石渡县")
    decide(
        graph,
        visited,
        "correct",
        instead={"date": "2024-03-04", "object": {"type": "Place", "name": "石渡", "start": at, "end": at + 2}},
    )
    corrected = the(graph, "visited")
    assert (corrected.date, corrected.object.name, corrected.rule, corrected.confidence) == (
        "2024-03-04",
        "石渡",
        RULE,
        1.0,
    )
    decide(graph, corrected, "correct", instead={"status": "planned"})
    again = the(graph, "visited")
    assert (again.date, again.object.name, again.status.value) == ("2024-03-04", "石渡", "planned")
    decide(graph, again, "reject")
    assert not [s for s in graph.statements("a") if s.relation == "visited"]
    assert len(graph.review().decisions()) == 1
    decide(graph, visited, "open")
    assert the(graph, "visited") == visited


@pytest.mark.parametrize(
    ("instead", "message"),
    [
        ({}, "instead: nothing to correct"),
        ({"rule": "x"}, "'rule' cannot be corrected"),
        ({"relation": "flew_to"}, "unknown relation 'flew_to'"),
        ({"status": "perhaps"}, "perhaps"),
        ({"start": 0, "end": 9_999}, "outside of the text"),
        ({"object": {"type": "Phrase", "name": "石渡县", "start": 0, "end": 3}}, "Phrase is not allowed as object"),
        ({"object": {"name": "石渡县"}}, "instead.object.type: is missing"),
    ],
)
def test_invalid_decisions_are_rejected(graph: graphkit.Graph, instead: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        decide(graph, the(graph, "visited"), "correct", instead=instead)
    assert graph.review().decisions() == []


def people(graph: graphkit.Graph, name: str) -> dict[str, set[str]]:
    """Entity id → reports that name it."""
    content = graph.content()
    found: dict[str, set[str]] = {}
    for s in content.statements():
        for m in (s.subject, s.object):
            if m.type == "Person" and m.name == name:
                found.setdefault(content.resolution.entity(s, m).id, set()).add(s.report)
    return found


def test_persons_with_the_same_name_can_be_separated_and_merged(graph: graphkit.Graph) -> None:
    assert list(people(graph, "李强").values()) == [{"b", "c"}]
    first, second = Name("Person", "李强", "b"), Name("Person", "李强", "c")
    decision = graph.review().decide_names(first, second, "different")
    assert sorted(map(sorted, people(graph, "李强").values())) == [["b"], ["c"]]
    assert len(graph.cypher("MATCH (p:Person {name: '李强'}) RETURN p.id AS id")) == 2
    graph.review().decide_names(second, first, "same")
    assert list(people(graph, "李强").values()) == [{"b", "c"}]
    graph.review().take_back(decision.key)
    assert graph.review().decisions() == []
    with pytest.raises(UsageError, match="has no Person '王建国'"):
        graph.review().decide_names(first, Name("Person", "王建国", "a"), "same")
    with pytest.raises(UsageError, match="two different names of the same type"):
        graph.review().decide_names(first, first, "same")


def test_other_reports_are_assigned_to_the_most_similar_person(tmp_path: Path) -> None:
    def report(n: int, post: str, day: int) -> dict[str, str]:
        return {
            "id": f"r{n}",
            "text": f"3月{day}日，{post}李强到云雾镇调研。",
            "date": f"2024-03-{day:02}",
            "place": "山西省临汾市洪洞县",
        }

    posts = ["洪洞县委书记", "洪洞县委书记", "洪洞县副县长", "洪洞县副县长"]
    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.build(write_records(tmp_path / "r.jsonl", [report(n, post, n + 1) for n, post in enumerate(posts)]))
        assert len(people(graph, "李强")) == 1
        graph.review().decide_names(Name("Person", "李强", "r0"), Name("Person", "李强", "r3"), "different")
        assert sorted(map(sorted, people(graph, "李强").values())) == [["r0", "r1"], ["r2", "r3"]]


def test_two_names_of_an_organization_can_be_merged(graph: graphkit.Graph, tmp_path: Path) -> None:
    texts = ["市委书记林知远到青禾集团调研。", "市长陈若川到青禾公司调研。"]
    graph.build(write_records(tmp_path / "o.jsonl", [{"id": f"o{n}", "text": t} for n, t in enumerate(texts)]))
    kinds = {m.name: m.type for s in graph.statements() for m in (s.subject, s.object) if "青禾" in m.name}
    names = ("青禾集团", "青禾公司")
    assert set(kinds) == set(names)
    one, other = Name(kinds[names[0]], names[0], "o0"), Name(kinds[names[0]], names[1], "o1")
    graph.review().decide_names(one, other, "same")
    found = [e for e in graph.entities() if "青禾" in e.name]
    assert len(found) == 1
    assert {found[0].name, *found[0].aliases} >= set(names)
    assert "marked as the same by hand" in {m.reason for m in graph.merges(found[0].id)}
    graph.review().decide_names(one, other, "different")
    assert len([e for e in graph.entities() if "青禾" in e.name]) == 2


def test_decision_files_survive_a_round_trip(graph: graphkit.Graph, tmp_path: Path) -> None:
    decide(graph, the(graph, "visited"), "reject", note="=1+1")
    decide(graph, the(graph, "accompanied"), "accept")
    graph.review("a").decide_names(Name("Person", "李强", "b"), Name("Person", "李强", "c"), "different")
    expected = graph.review().decisions()
    for name in ("d.jsonl", "d.csv"):
        assert write_decisions(graph.review().history(), tmp_path / name) == 3
        assert sorted(read_decisions(str(tmp_path / name)), key=lambda d: d.key) == expected
        with graphkit.open(tmp_path / name.replace(".", "-"), create=True) as other:
            other.build(write_records(tmp_path / "r.jsonl", RECORDS))
            assert other.review().add(read_decisions(tmp_path / name)) == 3
            assert other.review().add(read_decisions(tmp_path / name)) == 0
            for format_ in ("nquads", "graphml"):
                for number, one in enumerate((graph, other)):
                    one.export(format_, tmp_path / f"{number}.out")
                assert (tmp_path / "0.out").read_bytes() == (tmp_path / "1.out").read_bytes()
    assert "'=1+1" in (tmp_path / "d.csv").read_text(encoding="utf-8")
    lines = (tmp_path / "d.jsonl").read_text(encoding="utf-8").splitlines()
    assert lines == [json.dumps(json.loads(line), ensure_ascii=False, sort_keys=True) for line in lines]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("x.txt", "", r"end in \.jsonl or \.csv"),
        ("x.jsonl", "{", r"x\.jsonl:1: not JSON"),
        ("x.jsonl", '\n["a"]', r"x\.jsonl:2: not a valid decision: a JSON object"),
        ("x.jsonl", '{"verdict": "accept"}', r"x\.jsonl:1: not a valid decision: who: is missing"),
        (
            "x.jsonl",
            '{"verdict": "same", "who": "a", "made": "b", "names": [1, 2]}',
            r"x\.jsonl:1: not a valid decision: made",
        ),
        ("x.csv", "a,b\n", "needs the columns verdict"),
    ],
)
def test_an_invalid_decision_file_is_reported_with_its_line(tmp_path: Path, name: str, text: str, message: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=message):
        read_decisions(tmp_path / name)


def test_statements_with_the_lowest_confidence_come_first(dev_graph: graphkit.Graph) -> None:
    waiting = [o.statement.confidence for o, _ in zip(dev_graph.review().open(), range(30), strict=False)]
    assert waiting == sorted(waiting)
    assert {
        o.statement.relation for o, _ in zip(dev_graph.review().open(relation="visited"), range(5), strict=False)
    } == {"visited"}


def test_decisions_survive_the_repair_of_a_damaged_ledger(graph: graphkit.Graph, tmp_path: Path) -> None:
    decide(graph, the(graph, "visited"), "reject")
    graph.close()
    path = tmp_path / "g" / "ledger.sqlite"
    with graphkit.open(tmp_path / "g") as opened:
        opened.ledger._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        expected = opened.review().decisions()
        (page,) = opened.ledger._db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'passage'").fetchone()
        (size,) = opened.ledger._db.execute("PRAGMA page_size").fetchone()
    data = bytearray(path.read_bytes())
    data[(page - 1) * size : page * size] = bytes(size)
    path.write_bytes(data)
    done = repair(tmp_path / "g")
    assert done.damaged is not None
    with graphkit.open(tmp_path / "g") as opened:
        assert opened.review().decisions() == expected
        assert not [s for s in opened.statements("a") if s.relation == "visited"]


def test_a_record_contains_the_whole_decision(graph: graphkit.Graph) -> None:
    decide(graph, the(graph, "visited"), "accept")
    (decision,) = graph.review().decisions()
    assert from_record(to_record(decision), "here") == decision


def test_decisions_can_be_used_as_gold(graph: graphkit.Graph) -> None:
    decide(graph, the(graph, "visited"), "accept")
    decide(graph, the(graph, "accompanied"), "reject")
    decide(graph, the(graph, "emphasized"), "correct", instead={"status": "planned"})
    decide(graph, the(graph, "visited", "b"), "accept")
    reports = {r.id: r for r in graph.reports()}
    found = score_decisions(
        graph.review().decisions(), [graphkit.extract(reports["a"].text, id="a", date=reports["a"].date)]
    )
    assert {r: (c.found, c.wrong, c.missed) for r, c in found.relations.items()} == {
        "accompanied": (0, 1, 0),
        "emphasized": (0, 1, 1),
        "visited": (1, 0, 0),
    }
    assert found.missing == ("b",)
