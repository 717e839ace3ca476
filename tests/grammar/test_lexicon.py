"""The lexicon has one line for each word, and every class is used by code or patterns."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from graphkit.errors import GrammarError
from graphkit.grammar import lexicon
from graphkit.grammar.patterns import _load, files

LINE = re.compile(r"[^\t]+\t[a-z_]+( [a-z_]+)*\t[a-z]+( [a-z]+)*")


def lines() -> list[str]:
    text = (lexicon.FOLDER / lexicon.FILE).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def test_every_line_has_a_word_classes_and_sources() -> None:
    assert [line for line in lines() if not LINE.fullmatch(line)] == []


def test_every_source_is_explained_at_the_head_of_the_file() -> None:
    head = (lexicon.FOLDER / lexicon.FILE).read_text(encoding="utf-8").split("\n", 20)
    explained = {m for line in head if line.startswith("#") for m in re.findall(r"(\w+) = ", line)}
    assert {source for line in lines() for source in line.split("\t")[2].split(" ")} <= explained


def test_every_class_is_used_by_code_or_a_pattern() -> None:
    package = Path(lexicon.FOLDER).parent
    text = "".join(p.read_text(encoding="utf-8") for p in package.rglob("*.py"))
    text += "".join(str(_load(file)) for file in files())
    computed = {name for name in lexicon.class_names() if name.startswith("end_")}
    unused = [name for name in lexicon.class_names() if f'"{name}"' not in text and f"%{name}" not in text]
    assert [name for name in unused if name not in computed] == []


def test_longer_words_come_first() -> None:
    assert lexicon.any_of(["到", "来到", "抵达"]) == "(?:抵达|来到|到)"
    sizes = [len(word) for word in lexicon.words("arrive")]
    assert sizes == sorted(sizes, reverse=True)


def test_an_unknown_class_is_reported_by_name() -> None:
    with pytest.raises(GrammarError, match=r"lexicon\.tsv has the class 'arive'"):
        lexicon.words("arive")


@pytest.mark.parametrize(("text", "problem"), [
    ("来到\tgo\tgenre\n来到\ttour\tgenre\n", "line 2: 来到 is in an earlier line"),
    ("来到 go genre\n", "line 1: expected WORD, CLASSES and SOURCES"),
    ("# words\n来到\tgo\n", "line 2: expected WORD"),
    ("\tgo\tgenre\n", "line 1: expected WORD"),
])  # fmt: skip
def test_an_invalid_line_is_reported_with_its_number(
    text: str, problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / lexicon.FILE).write_text(text, encoding="utf-8")
    monkeypatch.setattr(lexicon, "FOLDER", tmp_path)
    lexicon._classes.cache_clear()
    try:
        with pytest.raises(GrammarError, match=problem):
            lexicon.words("go")
    finally:
        lexicon._classes.cache_clear()


@pytest.mark.parametrize("name", ["王建国", "欧阳明", "欧阳建国", "艾尔肯·吐尼亚孜", "李明"])
def test_person_names_have_the_form_of_a_name(name: str) -> None:
    assert lexicon.looks_like_name(name)


@pytest.mark.parametrize("word", ["周书记", "王", "王建国们好", "·王", "王·", "王强调"])
def test_titles_and_fragments_do_not_have_the_form_of_a_name(word: str) -> None:
    assert not lexicon.looks_like_name(word)


def test_every_class_is_explained_in_the_documentation() -> None:
    page = Path(__file__).parents[2] / "docs" / "grammar.md"
    explained = re.findall(
        r"^\| `([a-z_]+)` \| ", page.read_text(encoding="utf-8").partition("## The pattern files")[0], re.M
    )
    assert tuple(explained) == lexicon.class_names()
