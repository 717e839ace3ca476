"""Decisions are ordered by sequence number, not by the clock; graphs that exchange decision files agree."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import graphkit
from graphkit.cli import app
from graphkit.decisions.model import to_record
from graphkit.errors import UsageError
from graphkit.ledger import decision_index
from graphkit.review import queue
from graphkit.review.files import read_decisions, write_decisions
from tests.decisions.test_checks import new_graph, report_of, visit_of


def verdicts(graph: graphkit.Graph) -> list[str]:
    return [d.verdict.value for d in graph.review().decisions()]


def lines(path: Path, *records: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
    return path


@pytest.mark.parametrize("clock", ["1970-01-01T00:00:00+00:00", "2099-12-31T23:59:59+00:00", "2024-01-01T00:00:00.5Z"])
def test_a_withdrawal_applies_independently_of_the_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: str
) -> None:
    with new_graph(tmp_path) as graph:
        review, visit, report = graph.review("t"), visit_of(graph), report_of(graph)
        key = review.decide(visit, report, "reject").key
        monkeypatch.setattr(queue, "_now", lambda: clock)
        for verdict in ("accept", "reject", "accept"):
            review.decide(visit, report, verdict)
            assert verdicts(graph) == [verdict]
            review.take_back(key)
            assert verdicts(graph) == []
        with pytest.raises(UsageError, match="no decision"):
            review.take_back(key)


def test_the_last_line_of_a_file_about_a_statement_applies(tmp_path: Path) -> None:
    with new_graph(tmp_path) as graph:
        decision = graph.review("t").decide(visit_of(graph), report_of(graph), "reject")
        record = to_record(decision)
        late, early = (
            {**record, "verdict": "reject", "made": "2099-01-01T00:00:00+00:00"},
            {**record, "verdict": "accept", "made": "1999-01-01T00:00:00+00:00"},
        )
        path = lines(tmp_path / "d.jsonl", late, early)
        assert graph.review().add(read_decisions(path)) == 2
        assert verdicts(graph) == ["accept"]
        assert graph.review().add(read_decisions(path)) == 0
        write_decisions(graph.review().history(), tmp_path / "out.jsonl")
        assert graph.review().add(read_decisions(tmp_path / "out.jsonl")) == 0
        with new_graph(tmp_path, "other") as other:
            assert other.review().add(read_decisions(tmp_path / "out.jsonl")) == 3
            assert verdicts(other) == ["accept"]
            write_decisions(other.review().history(), tmp_path / "again.jsonl")
        assert (tmp_path / "again.jsonl").read_bytes() == (tmp_path / "out.jsonl").read_bytes()


@pytest.mark.parametrize(
    ("one", "two", "held"),
    [("accept", "reject", ["reject"]), ("reject", "accept", ["reject"]), ("accept", "accept", ["accept"])],
)
def test_two_graphs_agree_after_they_exchange_decision_files(
    tmp_path: Path, one: str, two: str, held: list[str]
) -> None:
    with new_graph(tmp_path, "a") as a, new_graph(tmp_path, "b") as b:
        for graph, verdict, who, name in ((a, one, "甲", "a.jsonl"), (b, two, "乙", "b.jsonl")):
            graph.review(who).decide(visit_of(graph), report_of(graph), verdict)
            write_decisions(graph.review().history(), tmp_path / name)
        a.review().add(read_decisions(tmp_path / "b.jsonl"))
        b.review().add(read_decisions(tmp_path / "a.jsonl"))
        assert verdicts(a) == verdicts(b) == held
        for number, graph in enumerate((a, b)):
            write_decisions(graph.review().history(), tmp_path / f"{number}.jsonl")
            graph.export("nquads", tmp_path / f"{number}.nq")
        assert (tmp_path / "0.jsonl").read_bytes() == (tmp_path / "1.jsonl").read_bytes()
        assert (tmp_path / "0.nq").read_bytes() == (tmp_path / "1.nq").read_bytes()
        # A reviewer who knows both decisions decides again, and this decision applies.
        a.review("甲").decide(visit_of(a), report_of(a), "accept")
        write_decisions(a.review().history(), tmp_path / "a.jsonl")
        b.review().add(read_decisions(tmp_path / "a.jsonl"))
        assert verdicts(a) == verdicts(b) == ["accept"]


def test_ids_can_be_shortened(tmp_path: Path) -> None:
    with new_graph(tmp_path) as graph:
        visit, review = visit_of(graph), graph.review("t")
        assert review.find(visit.id[:6])[0] == review.find(visit.id.upper())[0] == visit
        key = review.decide(visit, report_of(graph), "correct", instead={"date": "2024-03-04"}).key
        corrected = next(s for s in graph.statements("a") if s.rule == "review")
        assert review.find(corrected.id[:8])[0].id == corrected.id
        review.take_back(key[:6])
        assert verdicts(graph) == []
        for start, message in (
            (visit.id[:5], "6 characters of the id are required"),
            ("ffffffffff", "undecided statements"),
            ("", "undecided statements"),
            ("\udc80" * 7, "no statement"),
            ("%", "no statement"),
        ):
            with pytest.raises(UsageError, match=message):
                review.find(start)
        graph.ledger._db.execute(
            "INSERT INTO statement SELECT substr(id, 1, 8) || 'x', report, relation, kind, status, speaker, date, "
            "start, end, rule, confidence, s_type, s_name, s_start, s_end, s_aliases, s_anchor, o_type, o_name, "
            "o_start, o_end, o_aliases, o_anchor, date_basis FROM statement WHERE id = ?",
            (visit.id,),
        )
        graph.ledger._digests.renew()
        with pytest.raises(UsageError, match=f"2 statements start with .*{visit.id}"):
            review.find(visit.id[:8])


def test_conflicts_of_an_import_are_counted_and_listed(tmp_path: Path) -> None:
    def review(*arguments: str) -> Any:
        done = CliRunner().invoke(app, ["review", "--graph", str(tmp_path / "a"), *arguments])
        assert done.exit_code == 0, done.output
        return done

    with new_graph(tmp_path, "a") as a, new_graph(tmp_path, "b") as b:
        a.review("甲").decide(visit_of(a), report_of(a), "accept")
        b.review("乙").decide(visit_of(b), report_of(b), "reject")
        others = [s for s in b.ledger.read_statements("a") if s.relation != "visited"]
        for statement in others:
            b.review("乙").decide(statement, report_of(b), "accept")
        write_decisions(b.review().history(), tmp_path / "b.jsonl")
    done = review("--import", str(tmp_path / "b.jsonl"))
    assert f"{1 + len(others)} new decision" in done.stderr
    assert "1 decision of this file conflicts with an existing one" in done.stderr
    assert "--contested` lists both" in done.stderr
    (row,) = json.loads(review("--contested", "--format", "json").stdout)
    assert (row["verdict"], row["who"], row["other verdict"], row["other who"]) == ("reject", "乙", "accept", "甲")
    # A new decision resolves the conflict; importing the same file again causes none.
    with graphkit.open(tmp_path / "a") as a:
        a.review("甲").decide(visit_of(a), report_of(a), "accept")
        assert list(a.review().contested()) == []
    assert " conflict" not in review("--import", str(tmp_path / "b.jsonl")).stderr
    assert json.loads(review("--contested", "--format", "json").stdout) == []


def test_a_limited_list_of_decisions_reads_only_these_decisions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with new_graph(tmp_path) as graph:
        one = to_record(graph.review("甲").decide(visit_of(graph), report_of(graph), "accept"))
        records = [{**one, "report": f"other-{n}"} for n in range(400)]
        graph.review().add(read_decisions(lines(tmp_path / "d.jsonl", *records)))
        every = graph.review().decisions()
        assert len(every) == 401
        assert graph.review().decisions(1_000) == every
        read: list[object] = []
        original = decision_index.of_row

        def counted(*row: Any) -> Any:
            read.append(row)
            return original(*row)

        monkeypatch.setattr(decision_index, "of_row", counted)
        assert graph.review().decisions(7) == every[:7]
        assert len(read) <= 50
    done = CliRunner().invoke(
        app, ["review", "--graph", str(tmp_path / "g"), "--decided", "--top", "3", "--format", "json"]
    )
    assert [r["key"] for r in json.loads(done.stdout)] == [d.key for d in every[:3]]
