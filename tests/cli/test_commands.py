from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.conftest import ROOT

EXAMPLES = ROOT / "examples" / "reports"


@pytest.fixture(scope="module")
def graph(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli") / "graph"
    assert run("build", EXAMPLES, "--graph", folder).returncode == 0
    return folder


def test_extract_prints_one_line_per_report_in_gold_format(run: Run) -> None:
    done = run("extract", EXAMPLES / "01-city-tour.txt", "--format", "gold")
    (line,) = done.stdout.splitlines()
    record = json.loads(line)
    text = (EXAMPLES / "01-city-tour.txt").read_text(encoding="utf-8")
    assert record["id"] == "01-city-tour"
    for r in record["relations"]:
        assert set(r) == {"s", "r", "o", "s_alt", "o_alt", "evidence", "start", "end", "status"}
        assert r["status"] == "actual"
        assert text[r["start"] : r["end"]] == r["evidence"]
    assert any(r["o"].startswith("investment=") for r in record["relations"] if r["r"] == "has_attribute")
    assert done.returncode == 0


def test_extract_includes_all_statuses_on_request(run: Run, tmp_path: Path) -> None:
    (tmp_path / "r.txt").write_text("市委书记林知远会见原市长郑怀瑾。", encoding="utf-8")
    plain = json.loads(run("extract", tmp_path / "r.txt", "--format", "gold").stdout)
    whole = json.loads(run("extract", tmp_path / "r.txt", "--format", "gold", "--all-status").stdout)
    assert {r["status"] for r in plain["relations"]} == {"actual"}
    assert "denied" in {r["status"] for r in whole["relations"]}


def test_extract_prints_json_lines_into_a_pipe(run: Run) -> None:
    rows = [json.loads(line) for line in run("extract", EXAMPLES / "02-county-meeting.txt").stdout.splitlines()]
    assert {"report", "subject", "relation", "object", "quote", "start", "end", "rule", "status"} <= set(rows[0])


def test_extract_reads_standard_input(run: Run) -> None:
    done = run("extract", "-", "--format", "gold", input="市委书记林知远到石渡县调研。".encode("gb18030"))
    assert json.loads(done.stdout)["id"] == "stdin"


def test_extract_lists_failed_inputs_and_reads_the_others(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_bytes(b"\x89PNG\x00\x01")
    (tmp_path / "good.txt").write_text("市委书记林知远到石渡县调研。", encoding="utf-8")
    done = run("extract", tmp_path, "--format", "gold")
    assert done.returncode == 1
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["good"]
    assert f"failed: {tmp_path / 'bad.txt'}: byte" in done.stderr


def test_build_writes_the_files_of_the_bulk_importer_on_request(run: Run, graph: Path, tmp_path: Path) -> None:
    done = run("build", EXAMPLES, "--graph", graph, "--import-files", tmp_path / "new" / "import")
    assert done.returncode == 0
    assert "import.sh" in done.stderr
    assert run("export", "--graph", graph, "--format", "neo4j-admin", "--output", f"{tmp_path}/export/").returncode == 0
    written = {
        p.relative_to(tmp_path / "export"): p.read_bytes() for p in (tmp_path / "export").rglob("*") if p.is_file()
    }
    assert written == {
        p.relative_to(tmp_path / "new" / "import"): p.read_bytes()
        for p in (tmp_path / "new" / "import").rglob("*")
        if p.is_file()
    }
    (tmp_path / "file").write_text("no folder")
    wrong = run("build", EXAMPLES, "--graph", graph, "--import-files", tmp_path / "file")
    assert wrong.returncode == 2
    assert "--import-files" in wrong.stderr


def test_a_second_build_skips_all_reports(run: Run, graph: Path) -> None:
    done = run("build", EXAMPLES, "--graph", graph)
    assert (done.returncode, done.stdout) == (0, "")
    assert "0 read, 11 already in the graph, 0 failed" in done.stderr


def test_status_can_be_printed_as_json(run: Run, graph: Path) -> None:
    found = json.loads(run("status", "--graph", graph, "--format", "json").stdout)
    assert found["reports"] == 11
    assert found["failed"] == 0
    assert all(found[k] > 50 for k in ("statements", "claims", "entities"))
    assert "reports" in run("status", "--graph", graph).stdout


def test_query_results_can_be_printed_in_every_format(run: Run, graph: Path) -> None:
    query = "MATCH (p:Person {name:$x})-[v:VISITED]->(s) RETURN DISTINCT s.name AS site ORDER BY site"
    rows = json.loads(run("query", query, "--param", "x=何清嘉", "--graph", graph, "--format", "json").stdout)
    assert {"site": "雲霧鎮古井村"} in rows
    table = list(csv.DictReader(io.StringIO(run("query", query, "-p", "x=何清嘉", "-g", graph, "-f", "csv").stdout)))
    assert table == rows
    words = run("query", query, "-p", "x=何清嘉", "-g", graph).stdout
    assert all(r["site"] in words for r in rows)


def test_the_graph_folder_can_be_set_in_the_environment(run: Run, graph: Path) -> None:
    done = run("query", "MATCH (r:Report) RETURN count(r) AS n", "-f", "json", GRAPHKIT_GRAPH=str(graph))
    assert json.loads(done.stdout) == [{"n": 11}]


def test_queries_can_be_read_from_files(run: Run, graph: Path) -> None:
    for name, command in (("03-companions.cypher", "query"), ("03-companions.rq", "sparql")):
        done = run(
            command,
            f"@{ROOT / 'examples' / 'queries' / name}",
            "--param",
            "x=林知远",
            "--graph",
            graph,
            "--format",
            "json",
        )
        assert any(r["companion"] == "赵明溪" for r in json.loads(done.stdout)), done.stderr


def test_export_writes_to_standard_output_or_to_a_file(run: Run, graph: Path, tmp_path: Path) -> None:
    shown = run("export", "--format", "nquads", "--graph", graph).stdout
    assert run("export", "--format", "nquads", "--graph", graph, "-o", tmp_path / "x.nq").returncode == 0
    assert (tmp_path / "x.nq").read_text(encoding="utf-8") == shown


def test_show_prints_a_file_a_report_or_an_entity(run: Run, graph: Path) -> None:
    by_file = run("show", EXAMPLES / "04-flood-inspection.txt").stdout
    by_id = run("show", "04-flood-inspection", "--graph", graph).stdout
    assert "visits.at_stop" in by_file
    assert "visits.at_stop" in by_id
    assert "\x1b[" not in by_file
    entity = run("show", "陈若川", "--graph", graph).stdout
    assert "Person:陈若川" in entity
    assert "same full name" in entity
    assert run("show", "unknown", "--graph", graph).returncode == 2


def test_remove_retry_and_validate_work_on_one_graph(run: Run, tmp_path: Path) -> None:
    bad = tmp_path / "r.txt"
    bad.write_bytes(b"\x00\x01\x02")
    good = EXAMPLES / "04-flood-inspection.txt"
    assert run("build", bad, good, "-g", tmp_path / "g").returncode == 1
    assert json.loads(run("status", "-g", tmp_path / "g", "-f", "json").stdout)["failures"][0]["source"] == str(bad)
    bad.write_text("市委书记林知远到石渡县调研。", encoding="utf-8")
    assert run("retry", "-g", tmp_path / "g").returncode == 0
    assert run("validate", "-g", tmp_path / "g").returncode == 0
    assert run("remove", "r", "-g", tmp_path / "g").returncode == 0
    assert run("remove", "r", "-g", tmp_path / "g").returncode == 2
    found = json.loads(run("status", "-g", tmp_path / "g", "-f", "json").stdout)
    assert (found["reports"], found["failed"]) == (1, 0)


@pytest.mark.parametrize(
    ("number", "words"), [(1, "1 failed input does not exist"), (2, "2 failed inputs do not exist")]
)
def test_retry_counts_failed_inputs_that_were_deleted(run: Run, tmp_path: Path, number: int, words: str) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "a.txt").write_text("6月18日，县委书记何清嘉到云雾镇调研。", encoding="utf-8")
    for n in range(number):
        (folder / f"broken{n}.txt").write_bytes(b"")
    assert run("build", folder, "-g", tmp_path / "g").returncode == 1
    for path in folder.glob("broken*"):
        path.unlink()
    assert words in run("retry", "-g", tmp_path / "g").stderr


def test_evaluate_prints_the_scores(run: Run, tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    predicted = run("extract", EXAMPLES / "04-flood-inspection.txt", "--format", "gold").stdout
    gold.write_text(predicted, encoding="utf-8")
    done = run("evaluate", gold, "--reports", EXAMPLES / "04-flood-inspection.txt", "--format", "json")
    assert json.loads(done.stdout)["micro"]["f"] == 1.0
    assert "macro F1 1.000" in run("evaluate", gold, "-r", EXAMPLES / "04-flood-inspection.txt").stdout


def test_doctor_reports_the_state_of_every_component(run: Run, graph: Path) -> None:
    done = run("doctor", "--graph", graph)
    assert done.returncode == 0, done.stdout
    assert "the extractor fast works" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("query", "MATCH (n RETURN n"), 2, "graphkit: "),
        (("query", "MATCH (n) RETURN n", "--param", "x"), 2, "name=value"),
        (("sparql", "SELECT"), 2, "SPARQL"),
        (("query", "@nothing.cypher"), 2, "cannot be read"),
        (("extract", "nothing.txt"), 2, "no such file"),
        (("export", "--format", "docx"), 2, "docx"),
        (("extract", str(EXAMPLES), "--extractor", "none"), 2, "installed: fast, llm, llm-judge, llm-propose, offline"),
        (("frobnicate",), 2, "No such command"),
        (("extract", str(EXAMPLES), "--fast", "--extractor", "offline"), 2, "--fast cannot be combined with"),
        (("build", str(EXAMPLES), "--force"), 2, "--force needs --import-files"),
        (("build", str(EXAMPLES), "--shards", "s"), 2, "--shards needs --engine ray"),
        (("export", "--format", "graphml", "--with-text"), 2, "with_text applies only to the RDF formats"),
        (("export", "--format", "csv", "--base", "http://x.org/"), 2, "base applies only to the RDF formats"),
        (("export", "--format", "cypher", "--name", "n"), 2, "name applies only to the format neo4j-admin"),
        (("export", "--format", "turtle", "--format", "trig"), 2, "the option is given more than once"),
        (("evaluate", "d.jsonl", "--graph", "g", "--strict"), 2, "--strict applies only to gold annotations"),
        (("doctor", "--base", "http://x.org/"), 2, "--base needs --sparql"),
        (("load", "sparql", "http://localhost:1", "--password-file", "p"), 2, "need --user"),
        (("load", "neo4j", "--ask-password", "--password-file", "p"), 2, "cannot be combined"),
        (("--quiet", "--verbose", "status"), 2, "--quiet and --verbose cannot be combined"),
    ],
)
def test_usage_errors_have_exit_code_2(
    run: Run, graph: Path, arguments: tuple[str, ...], code: int, words: str
) -> None:
    done = run(*arguments, GRAPHKIT_GRAPH=str(graph))
    assert done.returncode == code
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_that_is_not_a_graph_has_exit_code_3(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for command in (
        ("status",),
        ("query", "MATCH (n) RETURN n"),
        ("validate",),
        ("export", "-f", "nquads"),
        ("retry",),
        ("remove", "x"),
    ):
        done = run(*command, "--graph", tmp_path / "none")
        assert (done.returncode, "is not a graph" in done.stderr) == (3, True), done.stderr
    for folder in (tmp_path / "file", tmp_path):
        done = run("build", EXAMPLES / "04-flood-inspection.txt", "--graph", folder)
        assert done.returncode == 3
        assert str(folder) in done.stderr
        assert "Traceback" not in done.stderr


def test_a_full_standard_output_has_exit_code_3(run: Run, graph: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "graphkit", "export", "-f", "nquads", "-g", str(graph)],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert done.returncode == 3
    assert "No space left" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_closed_pipe_is_not_an_error(graph: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "graphkit", "export", "-f", "nquads", "-g", str(graph)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.wait() == 0
    assert process.stderr.read() == b""


def test_quiet_and_verbose_change_the_messages(run: Run, tmp_path: Path) -> None:
    (tmp_path / "r.jsonl").write_text(
        '{"id": "a", "text": ""}\n{"id": "b", "text": "石渡县召开会议。"}\n', encoding="utf-8"
    )
    done = run("--quiet", "build", tmp_path / "r.jsonl", "-g", tmp_path / "g")
    assert (done.returncode, done.stderr) == (1, f"no report: {tmp_path / 'r.jsonl'}:1: a has no text\n")
    assert "no report" in run("--verbose", "build", tmp_path / "r.jsonl", "-g", tmp_path / "g").stderr


def test_version_and_help_are_printed(run: Run) -> None:
    import graphkit

    assert run("--version").stdout == f"graphkit {graphkit.__version__}\n"
    for name in (
        "extract",
        "build",
        "remove",
        "status",
        "retry",
        "show",
        "query",
        "sparql",
        "export",
        "validate",
        "evaluate",
        "doctor",
    ):
        assert "Example:" in run(name, "--help").stdout, name


def test_phrase_commands_print_every_format(run: Run, graph: Path) -> None:
    done = run("phrases", "list", "--min-score", 0, "--graph", graph, "--format", "json")
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)
    assert all({"phrase", "count", "first", "score"} <= set(r) for r in rows)
    phrase = next(r["phrase"] for r in rows if r["first"])
    for question in (
        ["trend", phrase],
        ["first", phrase],
        ["uses", phrase],
        ["spread", phrase],
        ["with", phrase],
        ["wording", phrase],
        ["intensity", phrase],
    ):
        done = run("phrases", *question, "--graph", graph, "--format", "json")
        assert done.returncode == 0, done.stderr
        assert all({"phrase", "first"} & set(r) for r in json.loads(done.stdout))
    for question in (
        ["emerging", "--since", "2024-04-01"],
        ["silent", "--since", "2024-04-01"],
        ["movers", "--since", "2024-04-01"],
        ["tiers", "--year", "2024"],
    ):
        done = run("phrases", *question, "--graph", graph, "--format", "csv")
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["first", "没有这个提法"], "no report of this graph uses"),
        (["list", "--since", "morgen"], "write a day"),
        (["list", "--level", "village"], "no level"),
        (["list", "--plot", "x.gif"], ".png, .svg, .html"),
        (["tiers", "--year", "2024", "--tiers", "no.toml"], "cannot be read"),
        (["list", "--since", "2024", "--until", "2023"], "before it begins"),
        (["movers", "--since", "2024", "--before-until", "2023"], "--before-until needs --before-since"),
    ],
)
def test_phrase_commands_explain_usage_errors(run: Run, graph: Path, arguments: list[str], words: str) -> None:
    done = run("phrases", *arguments, "--graph", graph)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_phrase_commands_draw_charts(run: Run, graph: Path, tmp_path: Path) -> None:
    done = run("phrases", "list", "--min-score", 0, "--graph", graph, "--plot", tmp_path / "l.svg", "--format", "csv")
    if "no font" in done.stderr and not os.environ.get("CI"):
        pytest.skip("no font with Chinese characters")
    assert done.returncode == 0, done.stderr
    assert "<svg" in (tmp_path / "l.svg").read_text(encoding="utf-8")
    assert done.stdout.startswith("phrase,count")
