"""The relation of examples/new-relation is added to a copy of the package: a table of the schema and two files."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT

EXAMPLE = ROOT / "examples" / "new-relation"
TEXT = "3月1日，石渡县政府与云泽大学签署《校地合作协议》。"
USE = """
import json, sys
from pathlib import Path
import graphkit
from graphkit.explorer.profiles import sections
from graphkit.schema.generated_files import main
main(Path(sys.argv[1]))
SIGNED = "SELECT ?a ?b { ?s gk:signed ?o . ?s skos:prefLabel ?a . ?o skos:prefLabel ?b } ORDER BY ?a ?b"
with graphkit.open(Path(sys.argv[1]) / "graph", create=True) as graph:
    graph.build(sys.argv[2])
    for name in ("turtle", "csv", "graphml"):
        graph.export(name, Path(sys.argv[1]) / f"out.{name}")
    print(json.dumps({
        "package": graphkit.__file__,
        "cypher": graph.cypher("MATCH (a)-[r:SIGNED]->(b) RETURN a.name AS a, b.name AS b ORDER BY a, b"),
        "sparql": graph.sparql(SIGNED),
        "sections": [s.name for s in sections("Document")],
    }, ensure_ascii=False))
"""
#: Runs the Says and Not examples of all rules, as tests/relations/test_rule_examples.py does, on the copy.
EXAMPLES = """
import re, graphkit
from graphkit.grammar.examples import problems
assert list(problems("signing")) == []
from graphkit.relations import ALL_RULES
(rule,) = [r for r in ALL_RULES if r.name == "signing.signed"]
for kind, text, wanted in re.findall(r"(Says|Not): (.+?) => (.+)", rule.run.__doc__):
    actual = [s for s in graphkit.extract(text).statements if s.status.value == "actual"]
    found = {f"{s.subject.name} {s.relation} {s.object.name}" for s in actual}
    assert (wanted in found) == (kind == "Says"), (kind, text, wanted, found)
"""

EXPLAINED = """
import json, sys
from graphkit import Report
from graphkit.explain import explain
text = "石渡县政府与云泽大学签署《校地合作协议》。白云社区与云泽大学签署《校地合作协议》。"
found = [e for s in explain(Report("r", text)).sentences for e in s.events if e.name == "signing.signed"]
print(json.dumps([[e.accepted, e.proposed_by, e.reason, list(e.steps)] for e in found], ensure_ascii=False))
"""


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package with the relation of the example."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(ROOT / "graphkit", folder / "graphkit", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "schemas", folder / "schemas")
    (folder / "docs").mkdir()
    schema = folder / "schemas" / "graphkit.toml"
    schema.write_text(
        schema.read_text(encoding="utf-8") + "\n" + (EXAMPLE / "schema.toml").read_text(encoding="utf-8"),
        encoding="utf-8",
    )
    shutil.copy(EXAMPLE / "signing.py", folder / "graphkit" / "relations")
    shutil.copy(EXAMPLE / "signing.toml", folder / "graphkit" / "grammar" / "patterns")
    (folder / "report.txt").write_text(TEXT, encoding="utf-8")
    return folder


def run(copied: Path, code: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=copied, capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.fixture(scope="module")
def used(copied: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(copied, USE, str(copied), str(copied / "report.txt")).splitlines()[-1])
    assert Path(found["package"]).is_relative_to(copied)
    return found


def test_both_stores_and_the_page_have_the_new_relation(used: dict[str, Any]) -> None:
    rows = [
        {"a": "云泽大学", "b": "《校地合作协议》"},
        {"a": "石渡县政府", "b": "《校地合作协议》"},
        {"a": "石渡县政府", "b": "云泽大学"},
    ]
    assert sorted(used["cypher"], key=str) == sorted(rows, key=str)
    assert sorted(used["sparql"], key=str) == sorted(rows, key=str)
    assert "signed_by" in used["sections"]


def test_generated_files_and_exports_have_the_new_relation(copied: Path, used: dict[str, Any]) -> None:
    for name, words in (
        ("docs/schema.md", "| signed | 签署 |"),
        ("schemas/shapes.ttl", "sh:targetSubjectsOf gk:signed"),
        ("schemas/ontology.ttl", "gk:signed a owl:ObjectProperty"),
        ("schemas/context.jsonld", '"signed"'),
        ("schemas/neo4j.cypher", "r:SIGNED"),
        ("out.turtle", "gk:signed"),
        ("out.graphml", "SIGNED"),
    ):
        assert words in (copied / name).read_text(encoding="utf-8"), name


def test_the_examples_of_the_new_rule_pass(copied: Path) -> None:
    run(copied, EXAMPLES)


def test_the_rule_is_explained_without_further_work(copied: Path, used: dict[str, Any]) -> None:
    *accepted, rejected = json.loads(run(copied, EXPLAINED).splitlines()[-1])
    assert [found[:2] for found in accepted] == [[True, "pattern signing.signed"]] * 3
    assert rejected[:2] == [False, "pattern signing.signed"]
    assert any("signing._parties" in words for words in [rejected[2], *rejected[3]]), rejected
