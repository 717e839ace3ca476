"""`graphkit explain`: text for people, JSON lines for programs, and clear errors."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.conftest import ROOT

PROBABILITY = re.compile(r"\b[01]\.\d+")
REPORT = ROOT / "examples" / "reports" / "01-city-tour.txt"
FIELDS = [
    "report", "sentence", "sentence_span", "stage", "name", "proposed_by", "quote", "start", "end", "outcome", "reason",
    "score", "steps", "statement",
]  # fmt: skip
STATEMENT = ["id", "subject", "relation", "object", "kind", "status", "date", "confidence"]


def test_a_block_has_the_quote_the_scene_and_each_candidate(run: Run) -> None:
    done = run("explain", REPORT, "--sentence", 11)
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert lines[1] == "extractor: fast"
    assert lines[3].startswith("Sentence 11 of ")
    assert "林知远实地察看电芯车间" in lines[4]
    assert "  leading person: 林知远" in lines
    assert any("rejected “实地察看”, proposed by pattern visits.going: no name was found" in line for line in lines)
    assert any("accepted" in line and "has_part 研发中心" in line and "(confidence 0." in line for line in lines)


def test_the_output_in_the_documentation_is_the_real_one(run: Run) -> None:
    page = (ROOT / "docs" / "explain.md").read_text(encoding="utf-8")
    printed = page.partition("```text\n")[2].partition("```")[0]
    done = run("explain", REPORT, "--sentence", 11, GRAPHKIT_EXTRACTOR="offline")
    found, expected = done.stdout.strip(), printed.strip()
    # Processors add numbers in different orders, so the probabilities of the encoder are not exactly the same on all,
    # nor is the order of the verdicts that have nearly the same probability.
    of_rules, _, of_merger = found.partition("  Merger")
    expected_of_rules, _, expected_of_merger = expected.partition("  Merger")
    assert of_rules == expected_of_rules
    assert sorted(PROBABILITY.sub("_", of_merger).splitlines()) == sorted(
        PROBABILITY.sub("_", expected_of_merger).splitlines()
    )
    given = sorted(map(float, PROBABILITY.findall(expected_of_merger)))
    assert sorted(map(float, PROBABILITY.findall(of_merger))) == pytest.approx(given, abs=0.08)


def test_all_sentences_are_printed_in_order(run: Run) -> None:
    done = run("explain", REPORT)
    numbers = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("Sentence ")]
    assert numbers == [str(n) for n in range(1, len(numbers) + 1)]


def test_json_lines_have_stable_fields(run: Run) -> None:
    done = run("explain", REPORT, "--format", "json")
    records = [json.loads(line) for line in done.stdout.splitlines()]
    text = REPORT.read_text(encoding="utf-8")
    assert all(list(record) == FIELDS for record in records)
    assert {record["outcome"] for record in records} == {"accepted", "rejected"}
    assert {record["stage"] for record in records} <= {"recognition", "discourse", "relations", "validation"}
    assert all(text[record["start"] : record["end"]] == record["quote"] for record in records)
    made = [record["statement"] for record in records if record["statement"] is not None]
    assert made
    assert all(list(statement) == STATEMENT for statement in made)


def test_the_accepted_statements_are_those_of_extract(run: Run) -> None:
    extracted = run("extract", REPORT, "--format", "jsonl", "--all-status").stdout.splitlines()
    records = map(json.loads, run("explain", REPORT, "--format", "json").stdout.splitlines())
    accepted = [r["statement"]["id"] for r in records if r["statement"] and r["outcome"] == "accepted"]
    assert sorted(accepted) == sorted(json.loads(line)["id"] for line in extracted)


def test_with_the_default_extractor_the_accepted_verdicts_of_the_merger_are_those_of_extract(run: Run) -> None:
    default = {"GRAPHKIT_EXTRACTOR": "offline"}
    extracted = run("extract", REPORT, "--format", "jsonl", "--all-status", **default).stdout.splitlines()
    records = [json.loads(line) for line in run("explain", REPORT, "--format", "json", **default).stdout.splitlines()]
    merged = [r for r in records if r["stage"] == "merging"]
    accepted = [r["statement"]["id"] for r in merged if r["outcome"] == "accepted"]
    assert sorted(accepted) == sorted(json.loads(line)["id"] for line in extracted)
    assert len(accepted) < len(merged)


def test_a_number_without_a_sentence_is_an_error(run: Run) -> None:
    done = run("explain", REPORT, "--sentence", 99)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--sentence 99: report 01-city-tour has 20 sentences" in done.stderr
    assert run("explain", REPORT, "--sentence", 0).returncode == 2


def test_of_several_reports_one_is_chosen_by_its_id(run: Run) -> None:
    several = ROOT / "examples" / "reports" / "08-records.jsonl"
    done = run("explain", several, "--sentence", 1)
    assert done.returncode == 2
    assert "choose one with --report ID" in done.stderr
    records = [json.loads(line) for line in run("explain", several, "--format", "json").stdout.splitlines()]
    chosen = records[0]["report"]
    done = run("explain", several, "--report", chosen, "--sentence", 1)
    assert done.stdout.startswith(chosen)
    done = run("explain", several, "--report", "no-such-report")
    assert (done.returncode, done.stdout) == (2, "")
    assert "has no report with this id" in done.stderr


def test_a_file_that_cannot_be_read_is_listed(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("")
    done = run("explain", tmp_path / "empty.txt")
    assert (done.returncode, done.stdout) == (1, "")
    assert "the file is empty" in done.stderr


def test_rules_without_a_candidate_have_their_reasons_on_request(run: Run) -> None:
    brief = run("explain", REPORT, "--sentence", 11).stdout
    assert "Rules without a candidate (--all shows why): visits.frame_place" in brief
    assert "    visits.frame_place: pattern visits.opening_place" in run("explain", REPORT, "-s", 11, "--all").stdout


def test_the_help_has_an_example(run: Run) -> None:
    assert "Example:  graphkit explain examples/reports/01-city-tour.txt" in run("explain", "--help").stdout
