"""The tutorials work as printed, and both languages have the same commands, outputs and pictures."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from tests.commands import RUNNER
from tests.conftest import ROOT
from tests.docs_site.pictures import LARGEST
from tests.docs_site.replay import explore_in, is_installation, replay, shows
from tests.packaging.readme import Step, steps

FOLDER = ROOT / "docs" / "tutorials"
#: The language of the messages that each tutorial shows.
MESSAGES = {"analyst.md": "en", "analyst.zh.md": "en"}
_BLOCK = re.compile(r"^```\w+\n.*?^```$", re.M | re.S)
_HAN = "[\u4e00-\u9fff]"


def run_here(command: str) -> tuple[int, str]:
    """Run a command of graphkit in this process. The tests do not run the commands of the installation."""
    if is_installation(Step(command)):
        return 0, ""
    from graphkit.cli import app

    result = RUNNER.invoke(app, shlex.split(command)[1:], env={"COLUMNS": "80"})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def text(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def prose(name: str) -> str:
    return re.sub(r"\]\([^)]*\)", "]", re.sub(r"`[^`\n]+`", "Code", _BLOCK.sub("", text(name))))


def test_every_tutorial_is_replayed() -> None:
    assert {p.name for p in FOLDER.glob("analyst*.md")} == set(MESSAGES)


@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_the_analyst_gets_the_printed_output_and_a_table(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GRAPHKIT_EXTRACTOR", raising=False)
    monkeypatch.setenv("GRAPHKIT_LANG", MESSAGES[name])
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    assert len(replay(FOLDER / name, run_here, explore_in(tmp_path, environment))) >= 15
    rows = CalamineWorkbook.from_path("visits-2024-10.xlsx").get_sheet_by_index(0).to_python()
    assert {"人物", "地点", "地点类型", "日期", "引文", "置信度", "报道标题", "媒体", "报道日期"} <= set(rows[0])
    assert {row[rows[0].index("人物")] for row in rows[1:]} == {"陈若川", "林知远", "赵明溪"}


def test_both_languages_have_the_same_commands_and_outputs() -> None:
    assert len(_BLOCK.findall(text("analyst.md"))) > 20
    assert _BLOCK.findall(text("analyst.md")) == _BLOCK.findall(text("analyst.zh.md"))


def test_both_languages_have_the_same_links_and_parts() -> None:
    for pattern in (r"\]\((?!analyst)([^)]+)\)", r"^(#+) ", r"<(https[^>]+)>"):
        found = [re.findall(pattern, _BLOCK.sub("", text(n)), re.M) for n in ("analyst.md", "analyst.zh.md")]
        assert found[0] == found[1]
        assert found[0]


def test_the_installation_on_windows_is_that_of_the_readme() -> None:
    windows = re.compile(r"^```powershell\n.*?^```$", re.M | re.S)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert windows.findall(text("analyst.md"))[0] == windows.findall(readme)[0]


def test_commands_work_in_powershell_too() -> None:
    """PowerShell takes single quotation marks, but neither `@FILE` nor double quotation marks in an argument."""
    for step in steps(FOLDER / "analyst.md"):
        if not is_installation(step):
            assert '"' not in step.command
            assert not re.search(r"\s@", step.command)


def test_the_pictures_are_small_and_exist() -> None:
    pictures = [FOLDER / p for p in re.findall(r"\]\((\S+\.png)\)", text("analyst.zh.md"))]
    assert len(pictures) == 3
    assert all(p.stat().st_size <= LARGEST for p in pictures)


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("half-width punctuation next to a character", rf"{_HAN}[,;:!?()]|[,;!?()]{_HAN}"),
        ("a half-width full stop", rf"{_HAN}\.(\s|$)"),
        ("straight quotation marks", rf"[\"']{_HAN}|{_HAN}[\"']"),
        ("spaces between characters", rf"{_HAN} +{_HAN}"),
        ("no space between a character and a Latin word", rf"{_HAN}[A-Za-z0-9]|[A-Za-z0-9]{_HAN}"),
        ("a space next to full-width punctuation", r"[，。；：、（）“”] | [，。；：、）”]"),
    ],
)
@pytest.mark.parametrize("name", [n for n in MESSAGES if ".zh." in n])
def test_the_chinese_tutorial_is_set_as_chinese_is(what: str, pattern: str, name: str) -> None:
    lines = [line for line in prose(name).splitlines() if not line.startswith(("#", "- ", "|", "!", "[English]"))]
    # Quotations keep the characters of the report.
    words = re.sub("“[0-9月日年]+”", "“”", "\n".join(lines))
    assert re.findall(pattern, words) == [], what


@pytest.mark.parametrize(
    ("printed", "real", "expected"),
    [
        ("a\nb\n", "a\nb\n", True),
        ("a\n…\nd\n", "a\nb\nc\nd\n", True),
        ("a\n…\nc\n…\n", "a\nb\nc\nd\n", True),
        ("a\n…\nd\n", "x\na\nb\nd\n", False),
        ("a\n…\nc\n", "a\nb\nc\nd\n", False),
        ("a\n…\nd\n…\nc\n", "a\nc\nd\n", False),
        ("a\n…\nc 2.0 s\n", "a\nb\nc 1.7 s\n", True),
        ("a\n…\na\n", "a\n", False),
    ],
)
def test_omitted_lines_are_recognized(printed: str, real: str, expected: bool) -> None:
    assert shows(printed, real) is expected
