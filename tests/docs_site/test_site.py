"""The documentation site is built without a warning, its links have targets, and it loads nothing from other hosts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.docs_site.site import Site, parsed

pytest.importorskip("mkdocs", reason="the extra `docs` is not installed")

from docs_site.repository_pages import in_one_language, site_links, site_name


def test_every_page_of_the_documentation_is_in_both_languages_of_the_site(site: Site) -> None:
    pages = {in_one_language(p.relative_to(ROOT / "docs").as_posix()) for p in (ROOT / "docs").glob("**/*.md")}
    assert len(pages) >= 44
    for page in pages:
        html = page.removesuffix(".md").replace("README", "index") + ".html"
        assert site.folder / html in site.pages
        assert site.folder / "zh" / html in site.pages


def test_every_link_and_anchor_of_the_site_has_a_target(site: Site) -> None:
    assert site.number_of_links() > 5000
    assert site.dead_links() == []


def test_no_page_loads_anything_from_another_host(site: Site) -> None:
    assert site.loaded_elsewhere() == []


def test_lists_and_tables_are_shown_as_such(site: Site) -> None:
    for file, page in site.pages.items():
        raw = [p for p in page.paragraphs if re.search(r"^\s*(\||- )", p, re.M)]
        assert raw == [], file


def test_each_language_of_a_page_links_to_the_other_one(site: Site) -> None:
    assert "zh/index.html" in site.pages[site.folder / "index.html"].links
    assert "../index.html" in site.pages[site.folder / "zh" / "index.html"].links


def test_english_pages_of_the_chinese_site_say_so(site: Site) -> None:
    assert "本页暂时只有英文版" in (site.folder / "zh" / "review.html").read_text(encoding="utf-8")
    assert "本页暂时只有英文版" not in (site.folder / "zh" / "index.html").read_text(encoding="utf-8")
    assert "本页暂时只有英文版" not in (site.folder / "review.html").read_text(encoding="utf-8")


def test_the_page_of_python_classes_has_every_public_class_and_function(site: Site) -> None:
    import graphkit

    names = {f"graphkit.{name}" for name in graphkit.__all__ if not name.startswith("_")}
    assert names <= site.pages[site.folder / "api.html"].anchors


def test_a_dead_link_and_a_file_of_another_host_are_found(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        '<p id="one">x</p><a href="b.html">b</a><a href="#two">2</a><a href="#one">1</a><a href="https://x.org/">x</a>'
        '<script src="//cdn.org/x.js"></script><p style="background: url(https://x.org/y.png)">z</p>',
        encoding="utf-8",
    )
    (tmp_path / "a.css").write_text("@import 'https://fonts.org/f.css'; p { background: url(a.png) }", encoding="utf-8")
    site = Site(tmp_path)
    assert site.dead_links() == ["a.html: b.html", "a.html: #two"]
    assert site.loaded_elsewhere() == [
        "a.html: //cdn.org/x.js",
        "a.html: https://x.org/y.png",
        "a.css: https://fonts.org/f.css",
    ]


def test_the_parser_of_pages_reads_what_the_browser_loads(tmp_path: Path) -> None:
    file = tmp_path / "a.html"
    file.write_text('<link rel="canonical" href="c"><link rel="stylesheet" href="s"><img src="i">', encoding="utf-8")
    assert parsed(file).loaded == ["s", "i"]


@pytest.mark.parametrize(
    ("link", "path", "expected"),
    [
        ("[a](docs/concepts.md#x)", "README.md", "[a](concepts.md#x)"),
        ("[a](docs/decisions)", "README.md", "[a](decisions/README.md)"),
        ("[a](../README.md)", "docs/concepts.md", "[a](index.md)"),
        ("[a](../../CONTRIBUTING.md)", "docs/decisions/README.md", "[a](../contributing.md)"),
        ("[a](../examples/library/stream.py)", "docs/python.md", "[a](repository/examples/library/stream-py.md)"),
        ("[a](README.zh-CN.md)", "README.md", '<a href="zh/index.html">a</a>'),
        ("[a](README.md)", "README.zh-CN.md", '<a href="../index.html">a</a>'),
        ("[a](https://x.org/a.md)", "README.md", "[a](https://x.org/a.md)"),
        ("[a](#x)", "README.md", "[a](#x)"),
        ("```sh\n[a](docs/concepts.md)\n```", "README.md", "```sh\n[a](docs/concepts.md)\n```"),
    ],
)
def test_links_of_the_repository_become_links_of_the_site(link: str, path: str, expected: str) -> None:
    assert site_links(link, path, site_name(path)) == expected
