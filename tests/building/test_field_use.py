"""Unused fields, options without effect and the use of site rules are counted once, with any number of workers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import graphkit
from graphkit.building import Outcome, read_in_chunks
from graphkit.building.field_use import MOST_NAMES, FieldUse
from graphkit.errors import UsageError
from graphkit.extractors import load_extractor
from graphkit.model import Origin
from graphkit.reading import reading_options

TEXT = "4月{}日，石渡县委书记何清嘉到云雾镇调研。"
PAGE = (
    '<html><head><link rel="canonical" href="http://news.example.cn/{n}"></head><body><h1>何清嘉到云雾镇调研</h1>'
    "<div class={kind}><p>4月{n}日，石渡县委书记何清嘉到云雾镇调研。她走进茶园，了解春茶采摘情况，要求做好加工。</p>"
    "<p>她强调，要推动高质量发展，促进农民增收。县长周远航参加调研。</p></div></body></html>"
)
RULES = '["news.example.cn"]\nbody = "div.con"\n["other.cn"]\nbody = "p"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Records in three formats with unused fields, and pages of one host."""
    root = tmp_path / "reports"
    root.mkdir()
    records: list[dict[str, Any]] = [
        {"id": f"a{n}", "data": {"html": TEXT.format(n), "author": "林"}, **({"tags": []} if n > 90 else {})}
        for n in range(1, 101)
    ]
    (root / "a.jsonl").write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8")
    rows = "".join(f"c{n},{TEXT.format(n)},x,石渡日报\n" for n in range(1, 30))
    (root / "b.csv").write_text(f"id,text,keywords,source\n{rows}", encoding="utf-8")
    for n in range(3):
        kind = "con" if n else "other"
        (root / f"p{n}.html").write_text(PAGE.format(n=n + 1, kind=kind), encoding="utf-8")
    (tmp_path / "rules.toml").write_text(RULES, encoding="utf-8")
    return root


def built(folder: Path, workers: int) -> Outcome:
    with graphkit.open(folder.parent / f"g{workers}", create=True) as graph:
        return graph.build(
            folder,
            workers=workers,
            fields={"text": "data.html", "title": ["headline"]},
            site_rules=folder.parent / "rules.toml",
        )


def test_the_use_of_fields_is_the_same_for_every_number_of_workers(folder: Path) -> None:
    one, two = built(folder, 1), built(folder, 2)
    assert one.field_use == two.field_use
    assert one.warnings == two.warnings
    again = built(folder, 1)
    assert again.skipped == one.added
    assert again.field_use == one.field_use


def test_what_was_not_used_is_reported_once_for_each_kind(folder: Path) -> None:
    outcome = built(folder, 1)
    assert outcome.added == 132
    assert outcome.field_use.unused() == {".jsonl": ["data.author", "tags"], ".csv": ["keywords"]}
    lines = outcome.field_use.unused_lines()
    assert [line.split(";")[0] for line in lines] == [
        ".jsonl: 2 fields were not used: data.author, tags",
        ".csv: 1 field was not used: keywords",
    ]
    rules = folder.parent / "rules.toml"
    assert outcome.warnings == [
        "fields={'title': 'headline'} had no effect: no record has this field; the fields are id, data.html, data.author, "
        "tags, text, keywords, source",
        f"{rules}: no page belongs to the rule [other.cn]",
        f"{rules}: the rule [news.example.cn] found no body in 1 of 3 pages, which was read without it; it is "
        f"{folder / 'p0.html'}",
    ]


def test_extraction_without_a_graph_counts_the_same(folder: Path) -> None:
    outcome = Outcome()
    options = reading_options({"text": "data.html", "title": "headline"}, folder.parent / "rules.toml")
    assert len(list(read_in_chunks([folder], load_extractor("fast"), outcome, options))) == 132
    built_outcome = built(folder, 1)
    assert outcome.field_use == built_outcome.field_use
    assert outcome.warnings == built_outcome.warnings


def test_the_graph_has_the_text_at_the_path_with_every_number_of_workers(folder: Path) -> None:
    built(folder, 1)
    built(folder, 2)
    texts = []
    for workers in (1, 2):
        with graphkit.open(folder.parent / f"g{workers}") as graph:
            texts.append([(r.id, r.text) for r in graph.reports()])
    assert texts[0] == texts[1]
    assert dict(texts[0])["a1"] == TEXT.format(1)


def test_other_options_read_a_report_again(folder: Path) -> None:
    built(folder, 1)
    with graphkit.open(folder.parent / "g1") as graph:
        rules = folder.parent / "rules.toml"
        rules.write_text(RULES.replace("div.con", "div.con p"), encoding="utf-8")
        same = graph.build(folder, fields={"text": "data.html"}, site_rules=rules)
        assert (same.added, same.skipped) == (0, 132)
        rules.write_text(RULES.replace("div.con", "//p[2]"), encoding="utf-8")
        other = graph.build(folder, fields={"text": "data.html"}, site_rules=rules)
        assert (other.added, other.skipped) == (3, 129)


def test_retry_needs_the_options_again(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"html": TEXT.format(1)}), encoding="utf-8")
    with graphkit.open(tmp_path / "g", create=True) as graph:
        assert len(graph.build(path, fields={"text": "htm"}).failures) == 1
        assert len(graph.retry().failures) == 1
        assert graph.retry(fields={"text": "html"}).added == 1
        assert graph.failed_files() == []


def test_invalid_options_are_errors_before_anything_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(TEXT.format(1), encoding="utf-8")
    with graphkit.open(tmp_path / "g", create=True) as graph:
        with pytest.raises(UsageError, match="'body' is not a field"):
            graph.build(path, fields={"body": "x"})
        with pytest.raises(UsageError, match="rules"):
            graph.build(path, site_rules=tmp_path / "none.toml")
        assert graph.status()["reports"] == 0


def test_a_path_has_no_effect_without_records(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(TEXT.format(1), encoding="utf-8")
    with graphkit.open(tmp_path / "g", create=True) as graph:
        outcome = graph.build(path, fields={"text": "x"})
    assert outcome.warnings == ["fields={'text': 'x'} had no effect: no record (JSON, CSV or workbook) was read"]


def test_names_of_failed_records_are_suggested(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"data": {"article": {"html": TEXT}}}) + "\n", encoding="utf-8")
    with graphkit.open(tmp_path / "g", create=True) as graph:
        (warning,) = graph.build(path, fields={"text": "data.artcle.html"}).warnings
    assert "did you mean data.article.html?" in warning


def test_an_unlimited_number_of_names_needs_limited_memory() -> None:
    use = FieldUse()
    for n in range(3 * MOST_NAMES):
        use.add("a.jsonl:1", Origin(names=(f"x{n}",), unused=(f"x{n}",)), is_report=True)
        use.add("a.jsonl:1", Origin(names=(f"y{n}",)), is_report=False)
    assert len(use.names[".jsonl"]) == len(use.other_names) == MOST_NAMES
    (line,) = use.unused_lines()
    assert len(line) < 300


@pytest.mark.parametrize("used_first", [True, False])
def test_a_field_is_used_if_one_record_uses_it(used_first: bool) -> None:
    use = FieldUse()
    for used in (used_first, not used_first):
        use.add("a.json", Origin(names=("a",), unused=() if used else ("a",)), is_report=True)
    assert use.unused() == {}
