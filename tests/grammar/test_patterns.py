"""Pattern files: every example passes, every pattern is used, and errors are reported with file and pattern."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from graphkit.errors import GrammarError
from graphkit.grammar import examples, patterns


@pytest.mark.parametrize("file", patterns.files())
def test_all_examples_hold(file: str) -> None:
    assert list(examples.problems(file)) == []


def test_every_pattern_is_used() -> None:
    code = "".join(p.read_text(encoding="utf-8") for p in patterns.FOLDER.parent.rglob("*.py"))
    sources = {file: str(patterns._load(file)) for file in patterns.files()}
    unused = []
    for file in patterns.files():
        for name in patterns.definitions(file):
            referenced = f"{{{name}}}" in sources[file] or any(f"{{{file}.{name}}}" in s for s in sources.values())
            if f'"{file}.{name}"' not in code and not referenced:
                unused.append(f"{file}.{name}")
    assert unused == []


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that replaces the pattern folder of the package.

    The caches of the package are kept: `graphkit explain` recognizes compiled patterns by their identity.
    """
    (tmp_path / "patterns").mkdir()
    monkeypatch.setattr(patterns, "FOLDER", tmp_path)
    for name in ("pattern", "guarded", "definitions", "_load"):
        function = cache(getattr(patterns, name).__wrapped__)
        for module in (patterns, examples):
            monkeypatch.setattr(module, name, function, raising=module is patterns)
    return tmp_path / "patterns"


def written(folder: Path, text: str, name: str = "tours") -> None:
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")


def test_classes_fragments_and_spaces_are_expanded(folder: Path) -> None:
    written(
        folder,
        'fragment.done = "了 ?"\n[pattern.go]\nis = """\n%arrive {done}  # a stop\n (?P<place>[^，]{2,6}) '
        '{other.mark}\n"""',
    )
    written(folder, 'fragment.mark = "[，。]"', "other")
    m = patterns.pattern("tours.go").search("王建国来到了白云社区，看望居民。")
    assert m is not None
    assert m["place"] == "白云社区"


def test_a_guarded_pattern_is_tried_only_where_its_words_occur(folder: Path) -> None:
    written(folder, '[pattern.with]\nis = "[的]? %accompany"\nneeds = "陪同"')
    found = patterns.guarded("tours.with")
    assert [m.group() for m in found.finditer("在甲的陪同下", 0, 6)] == ["的陪同"]
    assert list(found.finditer("在甲的带领下", 0, 6)) == []
    assert found.search("在甲的陪同下", 0, 4) is None


@pytest.mark.parametrize(("text", "problem"), [
    ("[pattern.go]\nis = '%arrives'", "'arrives'"),
    ("[pattern.go]\nis = '{team}'", "no fragment or pattern 'team'"),
    ("[pattern.go]\nis = '{other.team}'", "there is no pattern file other.toml"),
    ("[pattern.go]\nis = '(来到'", "pattern go: not a valid regular expression"),
    ("[pattern.go]\nis = '{go}'", "leads back to itself"),
    ("fragment.a = '{b}'\nfragment.b = '{a}'\n[pattern.go]\nis = '{a}'", "leads back to itself"),
    ("[pattern.go]\nabout = 'x'", "`is` is missing"),
    ("[pattern.go]\nis = 'x'\nsay = ['x']", "unknown keys say"),
    ("[pattern.go]\nis = 'x'\nflags = ['ignorecase']", "unknown flag 'ignorecase'"),
    ("[pattern.go", "not valid TOML"),
    ("[pattern.come]\nis = 'x'", "no pattern 'go'"),
    ("[pattern.go]\nis = 'x'\nneeds = 'x'", "call guarded"),
])  # fmt: skip
def test_mistakes_are_reported_with_file_and_pattern(text: str, problem: str, folder: Path) -> None:
    written(folder, text)
    with pytest.raises(GrammarError, match=problem):
        patterns.pattern("tours.go")


@pytest.mark.parametrize(("line", "problem"), [
    ("says = ['来到青石县。', '王建国来到。']\nnever = ['王建国来。']", None),
    ("says = ['王建国[来到]青石县。', '来到。']\nnever = ['来。']", None),
    ("says = [{ text = '来到甲，来到乙', at = '来到乙', place = '' }, '来到']\nnever = ['来']", "there is no capture place"),
    ("says = ['来到']\nnever = ['来']", "at least two examples"),
    ("says = ['来到', '来到了']", "at least two examples"),
    ("says = ['来了', '来到']\nnever = ['来']", "does not match 来了"),
    ("says = ['[王建国来到]', '来到']\nnever = ['来']", "matches '来到'"),
    ("says = ['来到', '来到了']\nnever = ['来到了']", "matches 来到了"),
    ("says = ['来到', '来到了']\nnever = ['来']\nuse = 'find'", "use"),
    ("says = ['来到', '来到了']\nnever = ['来']\nneeds = '前往'", "`needs` does not occur"),
])  # fmt: skip
def test_examples_that_do_not_hold_are_reported(line: str, problem: str | None, folder: Path) -> None:
    written(folder, f"[pattern.go]\nabout = 'Arrives.'\nis = '来到'\n{line}")
    found = list(examples.problems("tours"))
    assert (found == []) == (problem is None), found
    if problem:
        assert problem in " ".join(found)
