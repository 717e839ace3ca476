"""The tutorial for political scientists: its code prints what the page shows, and the estimate is near the truth."""

from __future__ import annotations

import re
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from tests.conftest import ROOT
from tests.docs_site.pictures import LARGEST
from tests.docs_site.python_pages import outputs, prepare

PAGE = ROOT / "docs" / "tutorials" / "political-scientist.md"
CHINESE = PAGE.with_suffix(".zh.md")
_SCRIPT = ROOT / "examples" / "research" / "make_reports.py"
_BLOCK = re.compile(r"^```\w+\n.*?^```$", re.M | re.S)


def _loaded() -> ModuleType:
    spec = spec_from_file_location("make_reports", _SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


make_reports = _loaded()


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple[str, str, str]]]:
    """The folder in which the code ran, and each block with its output and that of the page."""
    folder = tmp_path_factory.mktemp("tutorial")
    page = PAGE.read_text(encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("GRAPHKIT_EXTRACTOR", raising=False)
        prepare(page, folder)
        return folder, list(outputs(page, folder))


def test_the_code_prints_what_the_page_shows(printed: tuple[Path, list[tuple[str, str, str]]]) -> None:
    """`python -m tests.docs_site.python_pages docs/tutorials/political-scientist.md` writes the outputs again."""
    assert len(printed[1]) == 9
    for _, real, shown in printed[1]:
        assert real == shown


def test_the_estimate_is_near_the_effect_of_the_invented_reports(
    printed: tuple[Path, list[tuple[str, str, str]]],
) -> None:
    table = next(real for code, real, _ in printed[1] if "models" in code)
    rows = {line.rsplit(None, 2)[0]: [float(v) for v in line.rsplit(None, 2)[1:]] for line in table.splitlines()[1:]}
    for lower, upper, ratio in zip(rows["ratio, lower"], rows["ratio, upper"], rows["ratio"], strict=True):
        assert lower < make_reports.EFFECT < upper
        assert lower < ratio < upper
        assert lower > 1


def test_the_plots_are_written_and_shown(printed: tuple[Path, list[tuple[str, str, str]]]) -> None:
    page = PAGE.read_text(encoding="utf-8")
    written = re.findall(r'savefig\("([^"]+)"', page)
    shown = re.findall(r"\]\((\S+\.png)\)", page)
    assert len(written) == len(shown) == 3
    for name, picture in zip(written, shown, strict=True):
        assert (printed[0] / name).read_bytes().startswith(b"\x89PNG")
        assert 0 < (PAGE.parent / picture).stat().st_size <= LARGEST


def test_both_languages_have_the_same_code_outputs_links_and_parts() -> None:
    texts = [p.read_text(encoding="utf-8") for p in (PAGE, CHINESE)]
    assert len(_BLOCK.findall(texts[0])) > 10
    assert _BLOCK.findall(texts[0]) == _BLOCK.findall(texts[1])
    for pattern in (r"\]\((?!political)([^)]+)\)", r"^(#+) "):
        found = [re.findall(pattern, _BLOCK.sub("", t), re.M) for t in texts]
        assert found[0] == found[1]
        assert found[0]


def test_the_invented_reports_do_not_change(tmp_path: Path) -> None:
    for name in ("a.jsonl", "b.jsonl"):
        make_reports.main(tmp_path / name)
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()
    rows = list(make_reports.reports())
    assert len({r["text"] for r in rows}) > len(rows) * 0.9
    assert {r["place"][3:6] for r in rows} == set(make_reports.COUNTIES)
