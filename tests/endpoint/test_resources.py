"""Pages and RDF of entities, reports and statements; what happens when the graph changes."""

from __future__ import annotations

import html
import json
import shutil
import time
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pyoxigraph
import pytest

import graphkit
from graphkit.endpoint.descriptions import iri_of, path_of, statements
from graphkit.stores.rdf.terms import encode
from tests.commands import run_command
from tests.endpoint.conftest import SPECIAL, Server


class Links(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in ("href", "src") and value]


def path_of_person(server: Server) -> str:
    """The path of the person with the most visits."""
    query = (
        """SELECT ?s WHERE { ?s a foaf:Person ; gk:visited ?site } GROUP BY ?s ORDER BY DESC(COUNT(?site)) ?s LIMIT 1"""
    )
    return path_of("https://example.org/graph/", server.query(query).rows[0]["s"]["value"])


@pytest.mark.parametrize("path", ["a person", "/dataset", "/report/04-flood-inspection"])
def test_an_entity_is_described_in_all_formats(server: Server, path: str) -> None:
    path = path_of_person(server) if path == "a person" else path
    node = pyoxigraph.NamedNode("https://example.org/graph" + path)
    counts = set()
    for accept in ("text/turtle", "application/n-triples", "application/rdf+xml"):
        response = server.get(path, accept)
        assert (response.status, response.media_type) == (200, accept)
        triples = set(pyoxigraph.parse(response.body, pyoxigraph.RdfFormat.from_media_type(accept)))
        assert any(t.subject == node for t in triples)
        counts.add(len(triples))
    assert len(counts) == 1
    assert json.loads(server.get(path, "application/ld+json").body)
    page = server.get(path, "text/html,*/*;q=0.8")
    assert page.media_type == "text/html"
    assert page.headers["content-security-policy"].startswith("default-src 'none'")


def test_a_page_shows_the_quotes_of_its_statements(server: Server) -> None:
    path = path_of_person(server)
    page = server.get(path, "text/html", accept_language="zh-CN,zh;q=0.9").text
    assert 'lang="zh-CN"' in page
    assert "到访" in page
    with graphkit.open(server.graph) as graph:
        texts = [r.text for r in graph.reports()]
    rows = server.query(statements("https://example.org/graph" + path)).rows
    quotes = [row["quote"]["value"] for row in rows]
    assert quotes
    assert all(any(quote in text for text in texts) for quote in quotes)
    assert all(html.escape(quote) in page for quote in quotes)
    assert 'lang="en"' in server.get(path, "text/html", accept_language="de").text


def test_all_links_of_the_pages_work(server: Server) -> None:
    """From the home page, every page that is reached in three steps exists (at most ten links of each page)."""
    seen, following = {"/"}, ["/"]
    for _ in range(3):
        found: list[str] = []
        for path in following:
            response = server.get(path.replace("&amp;", "&"), "text/html")
            assert response.status == 200 or (path, response.status) == ("/.well-known/void", 303), path
            local = [link for link in Links(response.text).links if link.startswith("/")]
            found += [link for link in dict.fromkeys(local) if link not in seen][:10]
            seen |= set(found)
        following = found[:40]
    assert len(seen) > 40


def test_values_are_escaped(server: Server) -> None:
    path = f"/report/{quote(encode(SPECIAL['id']), safe='%')}"
    response = server.get(path, "text/html")
    assert response.status == 200
    page = Links(response.text)
    assert "script" not in page.tags
    assert "b" not in page.tags
    assert server.get(path, "text/turtle").status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/person/无此人",
        "/x",
        "/%FF",
        "/person/%3E%20.%20%3Fs",
        "//evil.example",
        "/..%2f..%2fetc/passwd",
        "/" + "a" * 3000,
    ],
)
def test_an_unknown_address_is_not_found(server: Server, path: str) -> None:
    for accept in ("text/turtle", "text/html"):
        response = server.get(path, accept)
        assert response.status == 404, response.text


@pytest.mark.parametrize("path", ["/entities?class=no+iri", "/entities?class=http://a.example/&offset=x"])
def test_invalid_parameters_of_pages_are_rejected(server: Server, path: str) -> None:
    assert server.get(path, "text/html").status == 400


def test_the_data_set_is_found_from_the_root(server: Server) -> None:
    for path in ("/", "/.well-known/void"):
        response = server.get(path, "text/turtle")
        assert (response.status, response.headers["location"]) == (303, "/dataset")


def test_paths_and_iris_correspond() -> None:
    base = "https://example.org/graph/"
    for name in ("林知远", "a b", "x/y", "ü%", "<>", "a#b?c"):
        node = f"{base}person/{encode(name)}"
        assert iri_of(base, quote(path_of(base, node)[1:], safe="/%")) == node
    assert path_of(base, "https://other.example/x") == ""
    assert path_of(base, base + "/evil.example") == ""
    assert path_of(base, base) == ""


def test_each_iri_is_an_address_of_the_server_with_its_own_base(served_folder: Path, tmp_path: Path) -> None:
    shutil.copytree(served_folder, tmp_path / "g")
    running = Server(tmp_path / "g", "--base", "http://127.0.0.1:7576/")
    try:
        found = running.query("SELECT ?s WHERE { ?s a foaf:Person } LIMIT 1").rows[0]["s"]["value"]
        assert found.startswith("http://127.0.0.1:7576/person/")
        assert running.get("/" + found.partition("7576/")[2], "text/turtle").status == 200
    finally:
        running.close()


def test_the_server_follows_changes_of_the_graph(served_folder: Path, tmp_path: Path) -> None:
    shutil.copytree(served_folder, tmp_path / "g")
    running = Server(tmp_path / "g")
    try:
        assert running.get("/report/new", "text/turtle").status == 404
        with graphkit.open(tmp_path / "g") as graph:
            graph.add({"id": "new", "text": "6月2日，市委书记林知远到云溪县调研。", "date": "2024-06-02"})
        until = time.monotonic() + 120
        while (status := running.get("/report/new", "text/turtle").status) != 200 and time.monotonic() < until:
            time.sleep(0.5)
        assert status == 200
    finally:
        assert running.close() == 130


def test_a_folder_without_a_graph_and_an_invalid_base_are_rejected(tmp_path: Path, served_folder: Path) -> None:
    done = run_command("serve", "--graph", tmp_path)
    assert done.returncode == 2
    assert "is not a graph" in done.stderr
    done = run_command("serve", "--graph", served_folder, "--base", "no iri")
    assert done.returncode == 2
    assert "is not an IRI" in done.stderr
