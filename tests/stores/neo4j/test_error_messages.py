"""Errors of Neo4j servers are explained in one message."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from neo4j.exceptions import Neo4jError
from typer.testing import CliRunner

import graphkit
from graphkit.cli import app
from graphkit.errors import ServerError
from graphkit.stores.neo4j.database import Neo4jAddress, explain
from tests import servers
from tests.conftest import PASSWORD

pytestmark = pytest.mark.xdist_group("neo4j")


def command(*arguments: str, **env: str) -> tuple[int, str]:
    result = CliRunner().invoke(
        app,
        ["load", "neo4j", *arguments],
        env={"NEO4J_URI": None, "NEO4J_PASSWORD": None, "NEO4J_USERNAME": None, **env},
    )
    return result.exit_code, result.stderr


def test_a_wrong_password_is_reported(example_graph: graphkit.Graph, neo4j_server: servers.Neo4j) -> None:
    code, words = command(
        "--graph", str(example_graph.folder), "--uri", neo4j_server.uri, NEO4J_PASSWORD="falsch-geraten"
    )
    assert code == 3
    assert "user 'neo4j' is rejected" in words
    assert "NEO4J_PASSWORD" in words
    assert "falsch-geraten" not in words
    code, words = command("--graph", str(example_graph.folder), "--uri", neo4j_server.uri)
    assert code == 3
    assert "a login without user and password is rejected" in words


def test_a_wrong_address_is_reported(example_graph: graphkit.Graph) -> None:
    port = servers.free_port()
    for uri, part in (
        (f"bolt://127.0.0.1:{port}", "no Neo4j server responds"),
        ("http://127.0.0.1:7474", "not a valid address"),
        ("nonsense", "not a valid address"),
    ):
        code, words = command("--graph", str(example_graph.folder), "--uri", uri)
        assert code == 3
        assert part in words
        assert uri in words


def test_an_unknown_database_is_reported(example_graph: graphkit.Graph, neo4j_server: servers.Neo4j) -> None:
    code, words = command(
        "--graph",
        str(example_graph.folder),
        "--uri",
        neo4j_server.uri,
        "--database",
        "nowhere",
        NEO4J_PASSWORD=PASSWORD,
    )
    assert code == 3
    assert "no database 'nowhere'" in words


def test_the_password_can_be_read_from_a_file(
    example_graph: graphkit.Graph, neo4j_address: Neo4jAddress, tmp_path: Path
) -> None:
    (tmp_path / "p").write_text(PASSWORD + "\n")
    code, words = command(
        "--graph", str(example_graph.folder), "--uri", neo4j_address.uri, "--password-file", str(tmp_path / "p")
    )
    assert code == 0, words
    code, words = command("--graph", str(example_graph.folder), "--password-file", str(tmp_path / "none"))
    assert code == 2
    assert "the password cannot be read" in words
    code, words = command("--graph", str(example_graph.folder), "--ask-password")
    assert code == 2


def test_a_read_only_database_is_reported(
    example_graph: graphkit.Graph, own_server: Callable[..., servers.Neo4j]
) -> None:
    own_server().stop()
    server = own_server(settings={"server.databases.default_to_read_only": "true"})
    with pytest.raises(ServerError, match="is read-only") as caught:
        example_graph.load_neo4j(Neo4jAddress(server.uri, "neo4j", PASSWORD, wait=1))
    assert caught.value.exit_code == 3


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("Neo.ClientError.Security.Forbidden", "is read-only"),
        ("Neo.TransientError.General.MemoryPoolOutOfMemoryError", "too little memory.*load again to continue"),
        ("Neo.TransientError.General.DatabaseUnavailable", "not available.*load again to continue"),
        ("Neo.DatabaseError.Statement.ExecutionFailed", "an internal error.*load again to continue"),
        ("Neo.DatabaseError.Transaction.TransactionCommitFailed", "disk may be full.*load again to continue"),
        ("Neo.ClientError.Schema.ConstraintValidationFailed", "another load of this graph.*load again to continue"),
        ("Neo.ClientError.Schema.IndexAlreadyExists", "the server rejects the request: said"),
    ],
)
def test_error_codes_of_the_server_are_explained(code: str, words: str) -> None:
    """Error codes of Enterprise servers and of large databases, which the test server does not return."""
    error = Neo4jError._hydrate_neo4j(code=code, message="said")
    assert re.search(words, explain(error, Neo4jAddress("bolt://h")))
