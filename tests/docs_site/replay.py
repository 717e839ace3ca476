"""Replays a tutorial: its commands in order, compared with the output that the page shows."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

from tests.packaging.first_minutes import check_page, page
from tests.packaging.readme import Step, same, steps

#: A line of a page that stands for omitted lines.
OMITTED = "…"
#: Commands that end with exit code 1, because one file of the tutorial holds no report.
_WITH_FAILURE = ("graphkit inspect examples/monthly/2024-09", "graphkit build examples/monthly/2024-09")


def shows(printed: str, real: str) -> bool:
    """Whether the real output is the printed one, in which a line `…` stands for any lines."""
    parts = [part.strip("\n") for part in re.split(rf"^{OMITTED}$", printed, flags=re.M)]
    if len(parts) == 1:
        return same(printed, real)
    lines = real.strip("\n").splitlines()
    at = 0
    for number, part in enumerate(parts):
        size = len(part.splitlines())
        last = len(lines) - size
        # The first part is at the beginning, and the last part at the end.
        places = range(at, last + 1) if number else range(0, 1)
        if number == len(parts) - 1:
            places = range(max(at, last), last + 1)
        found = next((n for n in places if same(part, "\n".join(lines[n : n + size]))), None)
        if found is None:
            return False
        at = found + size
    return True


def is_installation(step: Step) -> bool:
    """Whether a command installs graphkit; `make packaging` runs these commands."""
    return not step.command.startswith("graphkit ")


def check(step: Step, code: int, output: str) -> None:
    """Fail unless the command ended as the tutorial says."""
    expected = 1 if step.command in _WITH_FAILURE else 0
    assert code == expected, f"{step.command}: exit code {code}\n{output}"
    assert "Traceback" not in output, output
    assert not step.output or shows(step.output, output), (
        f"{step.command} printed:\n{output}\nthe tutorial says:\n{step.output}"
    )


def replay(tutorial: Path, run: Callable[[str], tuple[int, str]], explore: Callable[[list[str]], None]) -> list[str]:
    """Run the commands of a tutorial with `run`, and open the page with `explore`. Returns the commands."""
    ran = []
    for step in steps(tutorial):
        if step.command.startswith("graphkit explore"):
            explore(shlex.split(step.command)[1:])
        else:
            check(step, *run(step.command))
        ran.append(step.command)
    return ran


def explore_in(folder: Path, environment: dict[str, str]) -> Callable[[list[str]], None]:
    """Return a function that opens the explorer in a folder and loads its page."""

    def explore(arguments: list[str]) -> None:
        command = [sys.executable, "-m", "graphkit", *arguments, "--port", "0", "--no-browser"]
        with page(command, folder, environment) as link:
            check_page(link)

    return explore
