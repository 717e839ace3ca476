"""Site rules: a file of selectors for the pages of a host, a folder or a glob pattern."""

from __future__ import annotations

import pickle
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.errors import UsageError
from graphkit.model import Failure, Report
from graphkit.reading import Found, read_paths, reading_options
from graphkit.reading.site_rule_files import path_pattern, read_site_rules

TITLE = "何清嘉到云雾镇调研春茶生产"
LINES = ("4月5日，石渡县委书记何清嘉到云雾镇调研春耕生产。", "她强调，要推动高质量发展。", "县长周远航参加调研。")
BODY = "\n".join(LINES)
ADDRESS = '<link rel="canonical" href="http://www.news.example.cn/2024/a.html">'
PAGE = f"""<!DOCTYPE html><html><head><title>{TITLE}_石渡网</title><meta name="PubDate" content="2024-01-01">{ADDRESS}
</head><body><div class="nav">首页</div><h4 class="t">{TITLE}</h4>
<span class="info">来源：石渡日报 时间：2024年4月6日</span>
<div class="con"><p>{LINES[0]}</p><div class="ad">广告：买一送一。</div>后话<p>{LINES[1]}</p></div>
<div class="more"><p>{LINES[2]}</p></div><div class="place">甲省石渡县</div></body></html>"""
ALL = """
title = "h4.t"
body = ["div.con p", "//div[@class='more']"]
date = "span.info"
publisher = "//span[@class='info']"
place = ".place"
"""


def read(folder: Path, rules: str, name: str = "a.html", page: str = PAGE) -> list[Found]:
    """What is read from a page under these rules."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8")
    return read_under(folder, rules, path)


def read_under(folder: Path, rules: str, path: Path) -> list[Found]:
    file = folder / "rules.toml"
    file.write_text(rules, encoding="utf-8")
    return list(read_paths([path], reading_options(site_rules=file)))


def body_of(folder: Path, selectors: str, page: str = PAGE) -> str:
    """The text of the page without its title, under a rule with these selectors."""
    (report,) = read(folder, f'["news.example.cn"]\n{selectors}', page=page)
    assert isinstance(report, Report), report
    return report.text.removeprefix(f"{report.title}\n")


@pytest.mark.parametrize(
    "table",
    [
        '["news.example.cn"]',
        "[news.example.cn]",
        '["example.cn"]',
        '["NEWS.example.CN"]',
        '["www.news.example.cn"]',
        '["pages/"]',
        '["**/2024/"]',
        '["pages/*/a.html"]',
        '["pages/20??/[a-c].html"]',
        '["*.html"]',
        '["./pages/**"]',
        '["[!b]*.html"]',
    ],
)
def test_every_field_is_read_with_the_rule(tmp_path: Path, table: str) -> None:
    (report,) = read(tmp_path, table + ALL, "pages/2024/a.html")
    assert isinstance(report, Report)
    assert report.text == f"{TITLE}\n{BODY}"
    assert (report.title, report.date, report.publisher, report.place) == (
        TITLE, "2024-04-06", "石渡日报", "甲省石渡县",
    )  # fmt: skip
    assert report.origin is not None
    assert report.origin.has_body


@pytest.mark.parametrize(
    "table",
    [
        '["ews.example.cn"]',
        '["other.cn"]',
        '["page/"]',
        '["pages/*.html"]',
        '["b*.html"]',
        '["/pages/"]',
        '["[b-d].html"]',
    ],
)
def test_a_rule_for_other_pages_changes_nothing(tmp_path: Path, table: str) -> None:
    (found,) = read(tmp_path, table + ALL, "pages/2024/a.html")
    assert getattr(found, "origin", None) is None or not found.origin.rule  # type: ignore[union-attr]


def test_an_absolute_folder(tmp_path: Path) -> None:
    (report,) = read(tmp_path, f"['{tmp_path}/pages/']{ALL}", "pages/2024/a.html")
    assert isinstance(report, Report)
    assert report.text.endswith(BODY)


def test_the_first_rule_that_matches_applies(tmp_path: Path) -> None:
    rules = f'["b/"]\nbody="h4"\n["pages/"]\nbody = "div.more"\n["news.example.cn"]{ALL}'
    (report,) = read(tmp_path, rules, "pages/a.html")
    assert isinstance(report, Report)
    assert report.origin is not None
    assert report.origin.rule == "pages/"
    assert report.text.endswith(LINES[2])


@pytest.mark.parametrize(
    ("selectors", "expected"),
    [
        ('body = "div.con"\nremove = ".ad"', f"{LINES[0]}\n后话\n{LINES[1]}"),
        ('body = "div.con"\nremove = ["//div[@class=\'ad\']"]', f"{LINES[0]}\n后话\n{LINES[1]}"),
        ('body = ["div.more", "div.con p"]', BODY),
        ('body = ["p", "div.con > p", "//p"]', BODY),
        ('body = ["div.con", "div.con p"]\nremove = ".ad"', f"{LINES[0]}\n后话\n{LINES[1]}"),
        ('body = "//p/text()"', BODY),
        ("body = [\"//div[@class='more']//text()\", \"//div[@class='con']/p[1]\"]", f"{LINES[0]}\n{LINES[2]}"),
        ("body = \"//div[@class='con']/text()\"", "后话"),
        ('body = "css: div.con > p:first-child"', LINES[0]),
        ('body = "xpath:descendant::p[2]"', LINES[1]),
        ("body = \"string(//div[@class='more'])\"", LINES[2]),
        ('body = "(//p)[last()]"', LINES[2]),
        ("body = \".//p[re:test(., '县长.远')]\"", LINES[2]),
        ('body = "p"\nremove = ["p:nth-child(1)", ".ad"]', LINES[1]),
    ],
)
def test_bodies(tmp_path: Path, selectors: str, expected: str) -> None:
    assert body_of(tmp_path, selectors) == expected


def test_equal_paragraphs_are_all_kept(tmp_path: Path) -> None:
    page = PAGE.replace(LINES[1], LINES[0])
    for selector in ("//p/text()", "p"):
        assert body_of(tmp_path, f'body = "{selector}"', page) == "\n".join((LINES[0], LINES[0], LINES[2]))


@pytest.mark.parametrize(
    ("key", "selector", "expected"),
    [
        ("date", "meta[name=PubDate]", "2024-01-01"),
        ("date", "meta[name=PubDate]::attr(content)", "2024-01-01"),
        ("date", "//meta[@name='PubDate']/@content", "2024-01-01"),
        ("date", "time", "2024-03-04"),
        ("title", "title", f"{TITLE}_石渡网"),
        ("title", "substring-before(//title, '_')", TITLE),
        ("publisher", "i.src", "甲网"),
        ("publisher", "b.src", "乙报"),
        ("place", "string('乙市')", "乙市"),
        ("place", ".none", ""),
    ],
)
def test_values_of_fields(tmp_path: Path, key: str, selector: str, expected: str) -> None:
    page = PAGE.replace(
        "</body>",
        '<time datetime="2024-03-04T10:00:00+08:00"></time><i class=src>甲网</i><b class=src>来源: 乙报</b></body>',
    )
    (report,) = read(tmp_path, f'["*.html"]\nbody = "p"\n{key} = "{selector}"', page=page)
    assert isinstance(report, Report)
    assert getattr(report, key) == expected


def test_fields_that_the_rule_does_not_find_are_read_as_without_it(tmp_path: Path) -> None:
    (report,) = read(tmp_path, '["*.html"]\nbody = "p"\ndate = ".none"')
    assert isinstance(report, Report)
    assert report.date == "2024-04-06" or report.date == "2024-01-01"


ARTICLE = (
    f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1><div class='x'>"
    f"<p>{LINES[0]}他走进茶园，了解春茶采摘情况。</p><p>{LINES[1]}要做好加工。</p></div></body></html>"
)


def test_a_page_without_the_body_is_read_as_without_the_rule(tmp_path: Path) -> None:
    (before,) = read(tmp_path, '["other.cn"]\nbody = "p"', page=ARTICLE)
    (report,) = read(tmp_path, '["*.html"]\nbody = ".gone"\ntitle = "p"\nremove = "h1"', page=ARTICLE)
    assert report == before
    assert isinstance(report, Report)
    assert report.origin is not None
    assert (report.origin.rule, report.origin.has_body) == ("*.html", False)


def test_a_rule_without_a_body_only_changes_fields(tmp_path: Path) -> None:
    (before,) = read(tmp_path, '["other.cn"]\nbody = "p"', page=ARTICLE)
    (report,) = read(tmp_path, '["*.html"]\nplace = "string(\'乙市\')"', page=ARTICLE)
    assert isinstance(report, Report)
    assert isinstance(before, Report)
    assert (report.text, report.title, report.place) == (before.text, before.title, "乙市")


@pytest.mark.parametrize(
    "head",
    [
        '<link rel="canonical" href="https://news.example.cn/a">',
        '<base href="http://news.example.cn/">',
        '<meta property="og:url" content="http://news.example.cn:8080/x">',
        "<!-- saved from url=(0030)http://www.news.example.cn/a.html -->",
    ],
)
def test_the_host_of_a_page(tmp_path: Path, head: str) -> None:
    (report,) = read(tmp_path, f'["news.example.cn"]{ALL}', page=PAGE.replace(ADDRESS, head))
    assert isinstance(report, Report)
    assert report.text.endswith(BODY)


def test_the_host_of_a_saved_page_is_in_its_header(tmp_path: Path) -> None:
    path = tmp_path / "a.mht"
    path.write_text(
        "From: <Saved by Blink>\nSnapshot-Content-Location: http://news.example.cn/a.html\nMIME-Version: 1.0\n"
        f"Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{PAGE.replace(ADDRESS, '')}",
        encoding="utf-8",
    )
    (report,) = read_under(tmp_path, f'["news.example.cn"]{ALL}', path)
    assert isinstance(report, Report)
    assert report.text.endswith(BODY)


def test_folders_in_an_archive(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("pages/a.html", PAGE)
    (report,) = read_under(tmp_path, f'["pages/"]{ALL}', path)
    assert isinstance(report, Report)
    assert report.text.endswith(BODY)


@pytest.mark.parametrize(
    ("rules", "part"),
    [
        ("", "the file has no rule"),
        ("# only a comment", "the file has no rule"),
        ('body = "p"', "`body` is not in a table"),
        ('["a.cn"]\nbdy = "p"', r"\[a.cn\]: unknown key `bdy`; did you mean body\?"),
        ('["a.cn"]\nbody = 3', r"\[a.cn\] body: expected a selector"),
        ('["a.cn"]\nbody = []', r"\[a.cn\] body: expected a selector"),
        ('["a.cn"]\nbody = ["p", ""]', r"\[a.cn\] body: expected a selector"),
        ('["a.cn"]\nbody = "//p["', r"\[a.cn\] body: invalid XPath '//p\['"),
        ('["a.cn"]\nbody = "//p[foo(.)]"', r"\[a.cn\] body: invalid XPath"),
        ('["a.cn"]\nbody = "//h6[contain(., 1)]"', r"there is no function contain\(\); did you mean contains\?"),
        ('["a.cn"]\nbody = "//p[re:test(., \'[\')]"', r"\[a.cn\] body: invalid XPath"),
        ('["a.cn"]\nbody = "//x:p"', r"\[a.cn\] body: invalid XPath"),
        ('["a.cn"]\nbody = "div..p"', r"\[a.cn\] body: invalid CSS selector 'div..p'"),
        ('["a.cn"]\nbody = "p:foo"', r"\[a.cn\] body: invalid CSS selector"),
        ('["a.cn"]\ntitle = "count(//p)"', r"\[a.cn\] title: the XPath 'count\(//p\)' does not select"),
        ('["a.cn"]\nremove = "string(//p)"', r"\[a.cn\] remove: the XPath .* does not select elements"),
        ('["a.cn"]', r"\[a.cn\]: the table is empty"),
        ('["a b"]\nbody = "p"', "the name of a table is a host"),
        ('["pages/[z-a].html"]\nbody = "p"', "not a folder or glob pattern"),
        ('["a.cn"\nbody = "p"', "not valid TOML"),
        ('["a.cn"]\nbody = "p"\n["a.cn"]\nbody = "p"', "not valid TOML"),
    ],
)
def test_invalid_rules(tmp_path: Path, rules: str, part: str) -> None:
    file = tmp_path / "r.toml"
    file.write_text(rules, encoding="utf-8")
    with pytest.raises(UsageError, match=part) as error:
        read_site_rules(file)
    assert str(error.value).startswith(f"{file}")


def test_a_file_of_rules_that_does_not_exist_or_is_not_utf_8(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        reading_options(site_rules=tmp_path / "none.toml")
    file = tmp_path / "r.toml"
    file.write_bytes('["石渡/"]\nbody = "p"'.encode("gb18030"))
    with pytest.raises(UsageError, match="byte 4 is not UTF-8"):
        reading_options(site_rules=file)


def test_an_error_of_a_selector_on_a_page_names_the_rule(tmp_path: Path) -> None:
    page = PAGE.replace("<h4", "<h5>[</h5><h4")
    (failure,) = read(tmp_path, '["*.html"]\nbody = "//p[re:test(., string(//h5))]"', page=page)
    assert isinstance(failure, Failure)
    assert failure.reason.startswith("the site rule [*.html] cannot be applied: ")


def test_rules_can_be_sent_to_other_processes(tmp_path: Path) -> None:
    file = tmp_path / "r.toml"
    file.write_text(f'["news.example.cn"]{ALL}', encoding="utf-8")
    options = reading_options({"text": "a.b"}, file)
    assert pickle.loads(pickle.dumps(options)) == options


@given(st.lists(st.sampled_from(["a", "b.html", "c d", "石渡", "x[1]", "y*"]), min_size=1, max_size=5))
def test_a_folder_matches_all_paths_below_it(parts: list[str]) -> None:
    form = path_pattern("石渡/")
    path = "/".join([*parts, "n.html"])
    assert (form.fullmatch(path) is not None) == ("石渡" in parts)


@given(
    st.text(st.sampled_from("ab/.*?[]!-石"), min_size=1, max_size=12), st.text(st.sampled_from("ab/.石"), max_size=12)
)
def test_every_pattern_either_compiles_or_is_an_error_of_the_file(name: str, path: str) -> None:
    import re

    try:
        form = path_pattern(name)
    except re.error:
        return
    form.fullmatch(path)


@given(
    st.lists(
        st.sampled_from(["<p>甲。</p>", "<div class=ad>乙。</div>", "<div class=con>", "</div>", "丙", "<b>丁</b>"]),
        max_size=12,
    )
)
def test_the_body_consists_of_characters_of_the_page_in_their_order(parts: list[str]) -> None:
    import lxml.html

    from graphkit.reading.site_rules import _body

    tree = lxml.html.fromstring(f"<html><body>{''.join(parts)}戊</body></html>")
    shown = "".join(tree.itertext())
    found = _body(tree, ("//p", "//div[@class='con']", "//b/text()", "descendant-or-self::b")).replace("\n", "")
    rest = iter(shown)
    assert all(char in rest for char in found)
