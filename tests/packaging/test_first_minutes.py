"""The README works as printed, the wheel works without the repository, and the page has the published files."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from graphkit.explorer import assets
from tests.conftest import ROOT
from tests.packaging.first_minutes import COMMANDS, replay_readme
from tests.packaging.readme import Step, same, steps


@pytest.mark.slow
def test_every_command_of_the_readme_gives_the_printed_output(tmp_path: Path) -> None:
    assert len(replay_readme(tmp_path)) >= 15


@pytest.mark.slow
def test_the_wheel_works_without_the_repository() -> None:
    """Runs in a separate process, because Playwright does not accept the event loop of pytest's browser plugin."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.packaging.first_minutes", "wheel"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("wheel: ")


def test_the_wheel_is_tried_with_every_command() -> None:
    from graphkit.cli import app

    tried = {line.split()[0] for line in COMMANDS.strip().splitlines()} | {"explore"}
    assert {c.name for c in app.registered_commands} <= tried


def test_the_readme_activates_the_environment_before_its_first_graphkit_command() -> None:
    commands = [s.command for s in steps(ROOT / "README.md")]
    assert commands[:2] == ["make demo", "source .venv/bin/activate"]
    assert sum(c.startswith("graphkit ") for c in commands) >= 10


def test_every_command_of_the_readme_is_in_a_block_that_is_run() -> None:
    text = re.sub(r"^```.*?^```$", "", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.M | re.S)
    assert re.findall(r"`((?:graphkit|make|pip|python3?) [^`]+)`", text) == []
    assert not re.search(r"^ {4}\S", text, re.M)


def test_output_is_compared_except_for_durations(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```sh\na\nb --x\n```\n\ntext\n\n```text\n1 in 2.5 s\n```\n```sh\nc\n```\n", encoding="utf-8")
    assert list(steps(page)) == [Step("a"), Step("b --x", "1 in 2.5 s\n"), Step("c")]
    assert same("1 in 2.5 s\n", "1 in 13 s  \n")
    assert not same("1 in 2.5 s\n", "2 in 2.5 s\n")


def test_the_files_of_the_page_are_complete() -> None:
    assert assets.problems() == []


@pytest.mark.parametrize("harm", ["missing", "changed", "no folder", "a folder"])
def test_a_file_of_the_page_that_is_missing_or_changed_is_reported(harm: str, tmp_path: Path) -> None:
    folder = tmp_path / "vendor"
    if harm != "no folder":
        folder.mkdir()
        for name in assets.DIGESTS:
            (folder / name).write_bytes((assets.FOLDER / name).read_bytes())
        (folder / "cytoscape.min.js").unlink()
        if harm == "changed":
            (folder / "cytoscape.min.js").write_text("x", encoding="utf-8")
        if harm == "a folder":
            (folder / "cytoscape.min.js").mkdir()
    found = assets.problems(folder)
    assert found
    assert "cytoscape.min.js" in found[0]


@pytest.mark.slow
def test_the_files_of_the_page_are_identical_to_the_npm_package() -> None:
    assert assets.main([]) == ""
