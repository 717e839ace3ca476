"""`graphkit show` shows reports, entities, spans, statements and claims, and names similar ones."""

from __future__ import annotations

from pathlib import Path

import pytest

import graphkit
from graphkit.cli.show_targets import Span, Stated, find
from graphkit.errors import UsageError
from graphkit.model import Claim, Reading
from tests.cli.conftest import Run
from tests.conftest import write_records

REPORT = "04-flood-inspection"


@pytest.fixture(scope="module")
def graph(example_graph: graphkit.Graph) -> Path:
    return example_graph.folder


@pytest.fixture(scope="module")
def claim(example_graph: graphkit.Graph) -> Claim:
    return next(c for c in example_graph.content().claims if c.relation == "visited" and len(c.evidence) > 1)


def test_each_kind_is_found(example_graph: graphkit.Graph, claim: Claim) -> None:
    first = claim.evidence[0]
    assert isinstance(find(example_graph, REPORT), Reading)
    assert isinstance(find(example_graph, claim.subject.name), list)
    assert isinstance(find(example_graph, f"{first.report}:{first.start}-{first.end}"), Span)
    assert isinstance(find(example_graph, first.statement), Stated)
    assert isinstance(find(example_graph, claim.id), Claim)


def test_every_statement_and_claim_is_found_by_its_id(example_graph: graphkit.Graph) -> None:
    for s in example_graph.statements(REPORT):
        for words in (s.id, s.id[:12], s.id.upper()):
            found = find(example_graph, words)
            assert isinstance(found, Stated)
            assert (found.statement, found.reading.report.id) == (s, REPORT)
    for c in list(example_graph.content().claims)[:40]:
        for words in (c.id, c.id[:12], f"Claim:{c.id}"):
            found = find(example_graph, words)
            assert isinstance(found, Claim)
            assert found == c


@pytest.mark.parametrize("dash", ["-", "–", "—"])
def test_a_span_of_an_export_shows_its_statements(run: Run, graph: Path, claim: Claim, dash: str) -> None:
    e = claim.evidence[0]
    done = run("show", f"{e.report}:{e.start}{dash}{e.end}", "--graph", graph)
    assert done.returncode == 0
    assert e.quote.replace("\n", " ") in done.stdout.replace("\n", " ")
    assert e.statement in done.stdout


def test_statements_that_overlap_a_span_are_shown(example_graph: graphkit.Graph) -> None:
    statement = next(iter(example_graph.statements(REPORT)))
    found = find(example_graph, f"{REPORT}:{statement.start + 1}-{statement.start + 2}")
    assert isinstance(found, Span)
    assert statement in found.statements
    assert all(s.start < found.end and found.start < s.end for s in found.statements)


def test_a_span_without_statements_is_shown(run: Run, tmp_path: Path) -> None:
    text = "3月2日，市委书记林知远到石渡县调研。天气晴朗，阳光明媚。"
    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.build(write_records(tmp_path / "a.jsonl", [{"id": "a:1", "text": text}]), extractor="fast")
    done = run("show", f"a:1:{len(text) - 5}-{len(text)}", "-g", tmp_path / "g")
    assert (done.returncode, text[-5:] in done.stdout) == (0, True)
    assert "no statement of the report" in done.stderr


def test_a_claim_is_shown_with_all_its_evidence(run: Run, graph: Path, claim: Claim) -> None:
    done = run("show", claim.id, "--graph", graph)
    assert done.returncode == 0
    for e in claim.evidence:
        assert f"{e.report}:{e.start}–{e.end}" in done.stdout
        assert f"statement {e.statement}" in done.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("04-flood-inspecton", "similar: 04-flood-inspection"),
        ("04-flood-inspecton:3-9", "contains no report 04-flood-inspecton; similar: 04-flood-inspection"),
        ("flood", "similar: 04-flood-inspection"),
        ("林知", "similar: 林知远"),
        ("林知远远", "similar: 林知远"),
        ("04-flood-inspection:9-3", "START must be less than END"),
        ("04-flood-inspection:0-99999999", "the number of characters of the report"),
        ("ffffffffffff", "`graphkit query 'MATCH (r:Report) RETURN r.report_id'` lists the reports"),
        ("没有这个名字的人", "contains no report, entity, statement or claim"),
    ],
)
def test_what_does_not_exist_is_one_error_with_similar_names(run: Run, graph: Path, words: str, message: str) -> None:
    done = run("show", words, "--graph", graph)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_mistyped_id_names_ids_that_begin_alike(example_graph: graphkit.Graph, claim: Claim) -> None:
    wrong = claim.id[:10] + ("0" if claim.id[10] != "0" else "1") + claim.id[11:]
    with pytest.raises(UsageError, match=f"similar: .*claim {claim.id}"):
        find(example_graph, wrong)


def test_characters_with_which_several_ids_begin_are_an_error(
    example_graph: graphkit.Graph, claim: Claim, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims = example_graph.content().claims
    two = list(claims)[:2]
    monkeypatch.setattr(type(claims), "with_id", lambda _self, _start, _most: two)
    with pytest.raises(UsageError, match=f"give more characters: claim {two[0].id}, claim {two[1].id}"):
        find(example_graph, "ffffffff")


def test_the_example_commands_of_the_message_can_be_run(run: Run, graph: Path) -> None:
    done = run("query", "MATCH (r:Report) RETURN r.report_id", "--graph", graph)
    assert REPORT in done.stdout
