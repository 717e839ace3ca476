"""Clients of other projects: SPARQLWrapper, rdflib, and the query editor in a browser; the example queries."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import rdflib

import graphkit
from graphkit.endpoint import assets
from graphkit.stores.rdf.store import bind
from tests.conftest import ROOT
from tests.endpoint.conftest import Server
from tests.stores.test_conformance import question

QUERIES = sorted((ROOT / "examples" / "queries").glob("*.rq"))


def test_the_example_with_sparqlwrapper_prints_visits(server: Server) -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "examples" / "library" / "sparql_client.py", f"{server.root}/sparql", "林知远"],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    with graphkit.open(server.graph) as graph:
        expected = {s.object.name for s in graph.statements() if s.relation == "visited" and s.subject.name == "林知远"}
    assert expected
    assert expected <= {line[0] for line in lines}
    assert all(len(line) == 3 and line[2] for line in lines)


def test_rdflib_reads_a_resource(server: Server) -> None:
    graph = rdflib.Graph()
    graph.parse(data=server.get("/report/04-flood-inspection", "text/turtle").body, format="turtle")
    assert (rdflib.URIRef("https://example.org/graph/report/04-flood-inspection"), rdflib.RDF.type, None) in graph


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_the_example_queries_have_the_rows_of_the_embedded_store(server: Server, path: Path) -> None:
    text, parameters = question(path, {})
    response = server.query(bind(text, parameters))
    assert response.status == 200, response.text
    with graphkit.open(server.graph) as graph:
        expected = graph.sparql(text, **parameters)
    found = Counter(tuple(sorted((k, _text(v["value"])) for k, v in row.items())) for row in response.rows)
    assert found == Counter(tuple(sorted((k, _text(v)) for k, v in row.items() if v is not None)) for row in expected)


def _text(value: Any) -> str:
    """A value as text; numbers in one form (3, 3.0 and "3" are the same)."""
    if isinstance(value, bool):
        return str(value).lower()
    try:
        return f"{float(value):g}"
    except ValueError:
        return str(value)


def test_the_query_editor_runs_in_a_browser(server: Server, browser: Any) -> None:
    messages: list[str] = []
    addresses: list[str] = []
    page = browser.new_page()
    try:
        page.on("console", lambda message: messages.append(message.text))
        page.on("pageerror", lambda error: messages.append(str(error)))
        page.on("request", lambda request: addresses.append(request.url))
        page.goto(f"{server.root}/sparql")
        page.locator(".yasqe_queryButton").first.click()
        page.locator(".yasr table tbody tr").first.wait_for(timeout=60_000)
    finally:
        page.close()
    assert messages == []
    assert all(address.startswith((server.root, "data:")) for address in addresses)


def test_the_files_of_the_query_editor_are_complete(tmp_path: Path) -> None:
    assert assets.problems() == []
    for name in assets.DIGESTS:
        (tmp_path / name).write_bytes((assets.FOLDER / name).read_bytes())
    (tmp_path / "yasgui.min.js").write_text("x", encoding="utf-8")
    assert "not the published file" in " ".join(assets.problems(tmp_path))
    (tmp_path / "yasgui.min.css").unlink()
    assert len(assets.problems(tmp_path)) == 2


@pytest.mark.slow
def test_the_files_of_the_query_editor_are_identical_to_the_npm_package() -> None:
    assert assets.main([]) == ""
