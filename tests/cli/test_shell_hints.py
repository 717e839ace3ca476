"""Suggested commands can be copied into a shell, whatever the name of the folder."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

import graphkit
from graphkit.errors import LedgerError
from graphkit.wording import naming_commands
from tests.commands import run_command
from tests.conftest import write_records

NAMES = ["a b; rm -rf x", "$(touch x)", "a'b", 'a"b', "`x`", "a&b|c", "*", "临汾 图"]


def suggested(words: str, subcommand: str) -> list[str]:
    """The words of the command that a message suggests, as a shell reads them."""
    start = words.index(f"graphkit {subcommand}")
    end = words.find("\n", start)
    line = words[start : None if end < 0 else end]
    return shlex.split(re.sub(r"`(?: (?:lists|reads) .*)?$", "", line))


@pytest.mark.parametrize("name", NAMES)
def test_a_folder_that_is_not_a_graph_is_quoted_for_the_shell(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    for command in ("status", "explore", "doctor"):
        done = run_command(command, "--graph", folder)
        assert suggested(done.stdout + done.stderr, "build") == [
            "graphkit",
            "build",
            "REPORTS…",
            "--graph",
            str(folder),
        ], command
    with naming_commands(), pytest.raises(LedgerError) as caught:
        graphkit.open(folder)
    assert suggested(str(caught.value), "build")[-1] == str(folder)


@pytest.mark.parametrize("name", NAMES)
def test_the_folder_of_a_build_with_failures_is_quoted_for_the_shell(tmp_path: Path, name: str) -> None:
    source = write_records(tmp_path / "r.jsonl", [{"id": f"r{n}", "text": 3} for n in range(30)])
    for command in (["build", source], ["retry"]):
        done = run_command(*command, "--graph", tmp_path / name)
        if "lists all of them" in done.stderr:
            assert suggested(done.stderr, "status") == [
                "graphkit",
                "status",
                "--graph",
                str(tmp_path / name),
                "--format",
                "json",
            ]
        else:
            assert command == ["retry"]
