"""The documentation is complete and its code runs."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from graphkit.cli.reference import reference
from graphkit.export.formats import FORMATS
from tests.commands import run_command
from tests.conftest import ROOT
from tests.packaging.readme import steps

PAGES = [
    ROOT / "README.md",
    ROOT / "README.zh-CN.md",
    ROOT / "examples" / "README.md",
    *sorted((ROOT / "docs").glob("**/*.md")),
]
#: Pages whose code tests/docs_site runs, because it needs data and its output is compared.
_ELSEWHERE = {"political-scientist.md", "political-scientist.zh.md"}
CODE = [
    (p, n, m[1])
    for p in PAGES
    if p.name not in _ELSEWHERE
    for n, m in enumerate(re.finditer(r"^```python\n(.*?)^```", p.read_text(encoding="utf-8"), re.M | re.S))
]
#: Commands that are fast and terminate. (The replay in tests/packaging runs all commands.)
COMMANDS = list(
    dict.fromkeys(
        step.command
        for p in (ROOT / "README.md", ROOT / "examples" / "README.md")
        for step in steps(p)
        if step.command.startswith("graphkit ") and not step.command.startswith(("graphkit explore", "graphkit doctor"))
    )
)


@pytest.fixture(autouse=True)
def default_extractor(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages show what users get: the results of the default extractor."""
    monkeypatch.delenv("GRAPHKIT_EXTRACTOR", raising=False)


def test_the_command_reference_is_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert (ROOT / "docs" / "cli.md").read_text(encoding="utf-8") == reference(), "run `make docs`"


def test_every_command_is_in_the_reference() -> None:
    from graphkit.cli import app

    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    names = [c.name for c in app.registered_commands]
    assert len(names) >= 12
    assert all(f"## graphkit {name}" in page for name in names)


def test_every_format_is_described() -> None:
    page = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in page for name in FORMATS)


def test_the_architecture_page_names_every_package_and_top_level_module() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    members = [
        p.name + ("/" if p.is_dir() else "") for p in (ROOT / "graphkit").iterdir() if p.is_dir() or p.suffix == ".py"
    ]
    assert [m for m in members if not m.startswith("__") and f"`{m}`" not in page] == []


def test_links_between_pages_have_existing_targets() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            if not target.startswith("http"):
                assert (page.parent / target).exists(), f"{page.name}: {target}"


@pytest.mark.parametrize("page", sorted({p for p, _, _ in CODE}), ids=lambda p: p.name)
def test_the_code_of_a_page_runs(page: Path, tmp_path: Path) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    code = "\n".join(c for p, _, c in CODE if p == page)
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_commands_of_the_tour_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    assert len(COMMANDS) >= 10
    for command in sorted(COMMANDS, key=lambda c: "build" not in c):
        done = run_command(*shlex.split(command)[1:])
        assert done.returncode == 0, f"{command}\n{done.stderr}"


def test_the_notebook_runs(tmp_path: Path) -> None:
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(ROOT / "examples" / "tour.ipynb", as_version=4)
    done = NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(ROOT / "examples")}}).execute()
    shown = "".join(str(c.get("outputs", "")) for c in done.cells)
    assert "白鹭洲社区" in shown
    assert "同" in shown or "same full name" in shown


def test_the_demo_ends_with_a_query_result(tmp_path: Path) -> None:
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    done = subprocess.run(
        ["sh", str(ROOT / "examples" / "demo.sh"), str(tmp_path / "g")],
        env={"PATH": path},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "石渡县白鹭洲社区" in done.stdout.partition("A question in Cypher")[2]
    assert "04-flood-inspection" in done.stdout
