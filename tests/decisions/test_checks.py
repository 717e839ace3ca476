"""Decisions from all sources are validated like extractor output; invalid decisions are never written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import graphkit
from graphkit.cli import app
from graphkit.decisions.model import Verdict, from_record, to_record
from graphkit.errors import UsageError
from graphkit.review.files import read_decisions, write_decisions
from graphkit.review.queue import invalid_decisions
from tests.conftest import write_records

TEXT = "3月5日，市委书记林知远到石渡县调研。他强调，要全面推进乡村振兴。市长陈若川陪同。"
RECORD = {"id": "a", "text": TEXT, "place": "山西省临汾市", "date": "2024-03-05"}


@pytest.fixture(scope="module")
def shared_graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[graphkit.Graph]:
    folder = tmp_path_factory.mktemp("valid")
    with graphkit.open(folder / "g", create=True) as opened:
        opened.build(write_records(folder / "r.jsonl", [RECORD]))
        yield opened


def new_graph(tmp_path: Path, name: str = "g") -> graphkit.Graph:
    graph = graphkit.open(tmp_path / name, create=True)
    graph.build(write_records(tmp_path / "r.jsonl", [RECORD]))
    return graph


def visit_of(graph: graphkit.Graph) -> Any:
    return next(s for s in graph.ledger.read_statements("a") if s.relation == "visited")


def report_of(graph: graphkit.Graph) -> Any:
    row = graph.ledger.report("a")
    assert row is not None
    return row.report


def accepted(graph: graphkit.Graph) -> dict[str, Any]:
    from graphkit.decisions.model import decide

    return to_record(
        decide(visit_of(graph), report_of(graph), Verdict.accept, who="甲", made="2024-04-01T00:00:00+00:00")
    )


INVALID_CORRECTIONS = [
    *(
        ("date", d)
        for d in (
            "习近平",
            "昨天",
            "2024-02-30",
            "2024-13-01",
            "2024-3-5",
            "2024",
            "--02-30",
            "2024-03-05/",
            "2024-03-09/2024-03-05",
            '2024"^^<x:t> . <a> <b> "',
            "２０２４-03-05",
            20240305,
        )
    ),
    *(("relation", r) for r in ("flew_to", "", "VISITED", "has_attribute", None, ["visited"])),
    *(("status", x) for x in ("perhaps", "", "ACTUAL", "actual ", 1)),
    *(("kind", k) for k in ("investment", "nonsense", " ", None, {})),
    *(("speaker", x) for x in ("王建国", "林知远\x00", "石渡县。他强调", "\ud800", 5)),
    *(("start", x) for x in (-1, 9_999, "0", 1.5, True)),
]


@pytest.mark.parametrize(("field", "value"), INVALID_CORRECTIONS)
def test_an_invalid_correction_is_rejected_with_its_field(shared_graph: graphkit.Graph, field: str, value: Any) -> None:
    with pytest.raises(UsageError, match=r"instead|statement"):
        shared_graph.review("t").decide(
            visit_of(shared_graph), report_of(shared_graph), "correct", instead={field: value}
        )
    assert shared_graph.review().decisions() == []


@pytest.mark.parametrize(
    "mention",
    [
        {"name": "民主村社区"},
        {"name": ""},
        {"name": "  "},
        {"name": "石渡县\x00"},
        {"name": "石\ud800"},
        {"name": "石" * 501},
        {"name": 7},
        {"name": "，"},
        {"name": "林知远到石渡县调研。他强调"},
        {"type": "Phrase"},
        {"type": "Unknown"},
        {"type": None},
        {"start": 0},
        {"start": -3},
        {"end": 10_000},
        {"end": "17"},
        {"aliases": [{}]},
        {"aliases": "石渡"},
        {"aliases": ["石渡", 3]},
        {"aliases": ["太原市"]},
        {"antecedent": [1]},
        {"antecedent": [1, "2"]},
        {"antecedent": 5},
        {"antecedent": [5, 2]},
        {"other": 1},
    ],
)
def test_an_invalid_name_is_rejected(shared_graph: graphkit.Graph, mention: dict[str, Any]) -> None:
    at = TEXT.index("石渡县")
    whole = {"type": "Place", "name": "石渡县", "start": at, "end": at + 3, **mention}
    if "name" not in mention and "start" in mention:
        whole["name"] = "石渡"
    with pytest.raises(UsageError, match=r"instead\."):
        shared_graph.review("t").decide(
            visit_of(shared_graph), report_of(shared_graph), "correct", instead={"object": whole}
        )


@pytest.mark.parametrize(
    "change",
    [
        {"made": "zzzz"},
        {"made": ""},
        {"made": "2024-01-01"},
        {"made": "2024-01-01T00:00:00+08:00"},
        {"made": "2024-02-30T00:00:00+00:00"},
        {"made": 5},
        {"who": ""},
        {"who": "a\nb"},
        {"who": "x" * 101},
        {"who": "\udc80"},
        {"who": None},
        {"note": "a\x00"},
        {"note": "\x1b[31m"},
        {"note": []},
        {"verdict": "perhaps"},
        {"verdict": "same"},
        {"verdict": ["accept"]},
        {"verdict": Verdict.mend},
        {"sha256": "x"},
        {"quote": "其他"},
        {"quote": "\ud800"},
        {"report": ""},
        {"report": 5},
        {"start": None},
        {"end": 1e400},
        {"sequence": "1"},
        {"sequence": -1},
        {"subject": []},
        {"surplus": 1},
        {"instead": {"date": "2024-03-04"}},
        {"date": "x"},
        {"relation": "flew_to"},
        {"kind": "area"},
        {"names": []},
    ],
)
@pytest.mark.parametrize("ending", ["jsonl", "csv"])
def test_an_invalid_line_of_a_file_is_rejected_with_its_position(
    shared_graph: graphkit.Graph, tmp_path: Path, change: dict[str, Any], ending: str
) -> None:
    good, bad = accepted(shared_graph), {**accepted(shared_graph), **change}
    path = tmp_path / f"d.{ending}"
    lines = [json.dumps(r) for r in (good, bad)]
    if ending == "csv":
        lines = ["data", *('"' + line.replace('"', '""') + '"' for line in lines)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(UsageError, match=rf"d\.{ending}:{2 if ending == 'jsonl' else 3}: not a valid decision: \S+: "):
        shared_graph.review().add(read_decisions(path))
    assert shared_graph.review().decisions() == []


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(codec=None, categories=None), max_size=8),
    lambda c: st.lists(c, max_size=3) | st.dictionaries(st.text(max_size=6), c, max_size=3),
    max_leaves=6,
)
FIELDS = (
    "verdict",
    "report",
    "sha256",
    "quote",
    "start",
    "end",
    "relation",
    "kind",
    "status",
    "date",
    "speaker",
    "subject",
    "object",
    "who",
    "made",
    "note",
    "instead",
    "names",
    "sequence",
    "digest",
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=3),
    nested=st.dictionaries(
        st.sampled_from(("type", "name", "start", "end", "aliases", "antecedent")), JSON, max_size=2
    ),
    whole=JSON,
)
def test_arbitrary_records_are_accepted_or_rejected(
    shared_graph: graphkit.Graph, tmp_path: Path, changes: dict[str, Any], nested: dict[str, Any], whole: Any
) -> None:
    good = accepted(shared_graph)
    path = tmp_path / "any.jsonl"
    for record in (
        whole,
        {**good, **changes},
        {**good, "subject": {**good["subject"], **nested}},
        {**good, "verdict": Verdict.mend, "instead": {"object": nested, **changes}},
    ):
        path.write_text(json.dumps(record), encoding="utf-8")
        try:
            (decision,) = read_decisions(path)
        except UsageError:
            continue
        assert from_record(to_record(decision), "again") == decision
        json.dumps(to_record(decision), ensure_ascii=False).encode("utf-8")


def test_an_invalid_decision_of_an_older_version_is_ignored(tmp_path: Path) -> None:
    with new_graph(tmp_path) as graph:
        visit, report = visit_of(graph), report_of(graph)
        decision = graph.review("t").decide(visit, report, "correct", instead={"date": "2024-03-04"})
        before = [s.date for s in graph.statements("a") if s.relation == "visited"]
        about = {**decision.about, "instead": {"date": '2024" } ; DROP ALL'}}
        bad = [
            (decision.key, Verdict.mend, json.dumps(about)),
            (decision.key, Verdict.mend, "{"),
            (decision.key, "perhaps", json.dumps(decision.about)),
            ("x", "accept", "[]"),
            (
                decision.key,
                Verdict.mend,
                json.dumps({**decision.about, "subject": {**decision.about["subject"], "aliases": [{}]}}),
            ),
        ]
        for key, verdict, words in bad:
            graph.ledger._db.execute(
                "INSERT INTO decision (key, verdict, about, who, made, note) VALUES (?,?,?,'t','zzzz','')",
                (key, verdict, words),
            )
        graph.ledger._db.execute(
            "INSERT INTO decision (key, verdict, about, who, made, note) VALUES (?,'accept',CAST(x'80ff' AS "
            "TEXT),'t','','')",
            (decision.key,),
        )
        graph.ledger._db.execute("UPDATE state SET revision = revision + 1")
        assert [s.date for s in graph.statements("a") if s.relation == "visited"] == before
        assert [d.key for d in graph.review().decisions()] == [decision.key]
        assert len(list(invalid_decisions(graph.ledger))) == 6
        assert len([p for p in graph.validate(shacl=False) if "ignored: " in p]) == 6
        assert write_decisions(graph.review().history(), tmp_path / "d.csv") == 1
        list(graph.review().open())
        # Views are built from valid ledgers only: these decisions get digests, as if an older version had written them.
        graph.ledger._db.execute("DELETE FROM decision WHERE about = CAST(x'80ff' AS TEXT)")
        graph.ledger._digests.renew()
        graph.export("nquads", tmp_path / "x.nq")
        graph.review("t").take_back(decision.key)
        assert graph.review().decisions() == []


def test_doctor_counts_invalid_decisions_until_they_are_replaced(tmp_path: Path) -> None:
    def doctor() -> list[str]:
        done = CliRunner().invoke(app, ["doctor", "--graph", str(tmp_path / "g")])
        assert done.exit_code == 0, done.output
        return [line for line in done.output.splitlines() if "invalid and ignored" in line]

    with new_graph(tmp_path) as graph:
        visit, report = visit_of(graph), report_of(graph)
        decision = graph.review("t").decide(visit, report, "correct", instead={"date": "2024-03-04"})
    assert doctor() == []
    with graphkit.open(tmp_path / "g") as graph:
        for date in ("昨天", "2024-02-30"):
            about = json.dumps({**decision.about, "instead": {"date": date}})
            graph.ledger._db.execute(
                "INSERT INTO decision (key, verdict, about, who, made, note) VALUES (?,?,?,'t',?,'')",
                (decision.key, Verdict.mend, about, decision.made),
            )
        graph.ledger._db.execute("UPDATE state SET revision = revision + 1")
        graph.ledger._digests.renew()
    (line,) = doctor()
    assert line.startswith(
        f"note     2 decisions are invalid and ignored; the first one is {decision.key}: instead.date: '昨天' is not a "
        "date"
    )
    assert "graphkit validate --graph" in line
    assert "graphkit review" in line
    with graphkit.open(tmp_path / "g") as graph:
        graph.review("t").decide(visit, report, "accept")
        assert list(invalid_decisions(graph.ledger)) == []
    assert doctor() == []
