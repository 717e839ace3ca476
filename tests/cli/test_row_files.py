"""`query`, `sparql` and `export` write CSV files for Excel and for programs."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

import graphkit
from tests.cli.conftest import Run

CYPHER = "MATCH (p:Person) RETURN p.name AS name ORDER BY name"
SPARQL = "SELECT ?name WHERE { ?p a foaf:Person ; skos:prefLabel ?name } ORDER BY ?name"
BOM = b"\xef\xbb\xbf"
COMMANDS = [("query", CYPHER), ("sparql", SPARQL)]


@pytest.fixture(scope="module")
def graph(example_graph: graphkit.Graph) -> Path:
    return example_graph.folder


@pytest.mark.parametrize(("command", "query"), COMMANDS)
def test_a_csv_file_has_a_byte_order_mark_and_standard_output_has_none(
    run: Run, graph: Path, tmp_path: Path, command: str, query: str
) -> None:
    printed = run(command, query, "-g", graph, "-f", "csv").stdout
    done = run(command, query, "-g", graph, "-f", "csv", "-o", tmp_path / "a.csv")
    plain = run(command, query, "-g", graph, "-f", "csv", "-o", tmp_path / "b.csv", "--no-bom")
    assert (done.returncode, plain.returncode, done.stdout) == (0, 0, "")
    assert f"{len(printed.splitlines()) - 1} rows" in done.stderr
    assert (tmp_path / "a.csv").read_bytes() == BOM + printed.encode()
    assert (tmp_path / "b.csv").read_bytes() == printed.encode()
    assert run(command, query, "-g", graph, "-f", "csv", "-o", "-").stdout == printed


@pytest.mark.parametrize(("command", "query"), COMMANDS)
def test_the_ending_states_the_format(run: Run, graph: Path, tmp_path: Path, command: str, query: str) -> None:
    for name in ("a.csv", "a.JSON", "a.txt"):
        assert run(command, query, "-g", graph, "-o", tmp_path / name).returncode == 0
    rows = list(csv.DictReader(io.StringIO((tmp_path / "a.csv").read_text(encoding="utf-8-sig"))))
    assert json.loads((tmp_path / "a.JSON").read_text(encoding="utf-8")) == rows
    table = (tmp_path / "a.txt").read_text(encoding="utf-8").splitlines()
    assert [line.strip() for line in table] == ["name", *(row["name"] for row in rows)]
    assert run(command, query, "-g", graph, "-f", "json", "-o", tmp_path / "b.csv").returncode == 0
    assert json.loads((tmp_path / "b.csv").read_text(encoding="utf-8")) == rows


def test_a_file_is_replaced_and_a_folder_gets_a_file(run: Run, graph: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("old" * 1000, encoding="utf-8")
    run("query", CYPHER, "-g", graph, "-o", tmp_path / "a.csv")
    assert "old" not in (tmp_path / "a.csv").read_text(encoding="utf-8-sig")
    run("query", CYPHER, "-g", graph, "-f", "csv", "-o", tmp_path)
    assert (tmp_path / "rows.csv").read_bytes() == (tmp_path / "a.csv").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("-o", "nothing/a.csv"), "does not exist"),
        (("-o", ""), "the value is an empty text"),
        (("--no-bom",), "--no-bom applies only to --format csv"),
        (("-o", "a.json", "--no-bom"), "--no-bom applies only to --format csv"),
    ],
)
def test_an_impossible_output_is_one_error(run: Run, graph: Path, arguments: tuple[str, ...], words: str) -> None:
    done = run("query", CYPHER, "-g", graph, *arguments)
    assert done.returncode == 2
    assert words in done.stderr


def test_a_query_that_fails_leaves_the_file_unchanged(run: Run, graph: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("old", encoding="utf-8")
    assert run("query", "MATCH (n RETURN n", "-g", graph, "-o", tmp_path / "a.csv").returncode == 2
    assert (tmp_path / "a.csv").read_text(encoding="utf-8") == "old"


def test_exported_tables_have_a_byte_order_mark_unless_it_is_not_wanted(run: Run, graph: Path, tmp_path: Path) -> None:
    run("export", "-g", graph, "-f", "csv", "-o", f"{tmp_path}/with/")
    run("export", "-g", graph, "-f", "csv", "-o", f"{tmp_path}/without/", "--no-bom")
    run("export", "-g", graph, "-f", "csv", "-o", tmp_path / "one.csv")
    for name in ("nodes.csv", "relationships.csv"):
        data = (tmp_path / "with" / name).read_bytes()
        assert data.startswith(BOM)
        assert (tmp_path / "without" / name).read_bytes() == data.removeprefix(BOM)
    printed = run("export", "-g", graph, "-f", "csv").stdout
    assert not printed.startswith("\ufeff")
    assert (tmp_path / "one.csv").read_text(encoding="utf-8-sig") == printed
    done = run("export", "-g", graph, "-f", "turtle", "--no-bom")
    assert (done.returncode, "applies only to the format csv" in done.stderr) == (2, True)


def test_the_columns_that_are_read_most_come_first(run: Run, graph: Path, tmp_path: Path) -> None:
    run("export", "-g", graph, "-f", "csv", "-o", f"{tmp_path}/tables/")
    run("export", "-g", graph, "-f", "csv", "-o", tmp_path / "one.csv")
    tables = {}
    for name in ("tables/nodes.csv", "tables/relationships.csv", "one.csv"):
        with (tmp_path / name).open(encoding="utf-8-sig", newline="") as file:
            tables[name] = list(csv.DictReader(file))
    nodes, edges, one = tables.values()
    assert list(nodes[0])[:4] == ["name", "labels", "title", "date"]
    assert list(nodes[0])[-2:] == ["sha256", "id"]
    assert list(edges[0])[:5] == ["start_name", "type", "end_name", "date", "confidence"]
    assert list(edges[0])[-3:] == ["start", "end", "id"]
    assert list(one[0])[:5] == ["name", "_labels", "start_name", "_type", "end_name"]
    assert list(one[0])[-3:] == ["_id", "_start", "_end"]
    names = {n["id"]: n["name"] for n in nodes}
    assert all((e["start_name"], e["end_name"]) == (names[e["start"]], names[e["end"]]) for e in edges)
    assert len(one) == len(nodes) + len(edges)
