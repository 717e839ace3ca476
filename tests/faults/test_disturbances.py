"""A sample of the matrix of commands and disturbances; `python -m tests.faults.disturbances` runs all of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.faults.disturbances import COMMANDS, DISTURBANCES, check, make_graph

pytestmark = pytest.mark.skipif(os.name != "posix", reason="limits, signals and links of POSIX")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_graph(tmp_path_factory.mktemp("disturbed"))


SAMPLE = [
    ("extract table", "ascii terminal"),
    ("export", "closed pipe"),
    ("export to a file", "full disk"),
    ("export to a folder", "missing folder"),
    ("review", "link loop"),
    ("build in two", "Ctrl-C midway"),
    ("extract", "Ctrl-C early"),
    ("build", "clock"),
    ("export to a file", "two at once"),
    ("show", "no HOME, no TTY"),
]


@pytest.mark.parametrize(("name", "how"), SAMPLE)
def test_a_disturbed_command_reports_one_sentence_and_leaves_no_partial_file(built: Path, name: str, how: str) -> None:
    assert check(name, how, built) == []


@pytest.mark.soak
@pytest.mark.parametrize("how", [d for d in DISTURBANCES if d != "read-only disk"])
@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_tolerates_every_disturbance(built: Path, name: str, how: str) -> None:
    assert check(name, how, built) == []
