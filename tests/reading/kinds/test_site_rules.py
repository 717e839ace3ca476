"""Site rules for the page templates of official sites, and files of rules with mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphkit.errors import UsageError
from graphkit.model import Report
from graphkit.reading import Found, read_paths, reading_options
from graphkit.reading.site_rule_files import read_site_rules
from tests.reading.kinds.article import PARAGRAPHS, PUBLISHER, TITLE, check

P = "".join(f"<p>　　{words}</p>" for words in PARAGRAPHS)
INFO = f'<div class="info"><span class="day">发布时间：2024-03-06 08:30</span> <span class="src">来源：{PUBLISHER}</span></div>'
FIELDS = 'title = "h1"\ndate = ".day"\npublisher = ".src"\n'


def page(body: str, head: str = "", info: str = INFO, title: str = f"<h1>{TITLE}</h1>") -> str:
    return (
        f"<html><head><title>石渡网</title>{head}</head><body><div class='nav'>首页 要闻</div>{title}{info}{body}"
        "<div class='foot'>主办：石渡县人民政府</div></body></html>"
    )


def read(folder: Path, rules: str, markup: str, name: str = "pages/a.html", encoding: str = "utf-8") -> list[Found]:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(markup.encode(encoding))
    file = folder / "rules.toml"
    file.write_bytes(rules.encode("utf-8"))
    return list(read_paths([path], reading_options(site_rules=file)))


BODIES = {
    "editor of TRS": ("div.TRS_Editor p", f"<div class='view TRS_UEDITOR TRS_Editor'>{P}</div>"),
    "class among others": ("//div[contains(concat(' ', @class, ' '), ' con ')]/p", f"<div class='main con left'>{P}</div><div class='con2'><p>甲</p></div>"),
    "table": ("td.content", f"<table><tr><td class='side'>栏目</td><td class='content'>{P}</td></tr></table>"),
    "line breaks": ("#zoom", f"<div id='zoom'>{'<br><br>'.join(PARAGRAPHS)}</div>"),
    "id in Chinese": ("#正文 > p", f"<div id='正文'>{P}</div><div><p>甲</p></div>"),
    "an inner match again": ('["div.con", "div.con div.inner", "p"]', f"<div class='con'><div class='inner'>{P}</div></div>"),
    "without advertisements": ("div.con p:not(.ad)", f"<div class='con'><p class='ad'>买一送一。</p>{P}<p class='ad'>广告。</p></div>"),
    "beginning of a class": ("div[class^=detail] > p", f"<div class='detail-20240306'>{P}<div><p>责任编辑：林知远</p></div></div>"),
    "without the editor": ("//div[@id='c']/p[not(contains(., '责任编辑'))]", f"<div id='c'>{P}<p>责任编辑：林知远</p></div>"),
    "after a heading": ("//h3[.='正文']/following-sibling::p", f"<div><p>导读</p><h3>正文</h3>{P}</div>"),
    "regular expression": (r"//div[re:test(@id, '^art\d+$')]", f"<div id='art'>甲</div><div id='art128'>{P}</div>"),
    "second of two": ("(//div[@class='con'])[2]", f"<div class='con'><p>导读：甲。</p></div><div class='con'>{P}</div>"),
    "from the third on": ("p:nth-of-type(n+3)", f"<div><p>甲</p><p>乙</p>{P}</div>"),
    "texts": ("//div[@id='c']//text()", f"<div id='c'>{''.join(f'<span>{w}</span><br>' for w in PARAGRAPHS)}</div>"),
    "two columns": ("div.left, div.right", f"<div class='left'><p>{PARAGRAPHS[0]}</p></div><div class='right'>{''.join(f'<p>{w}</p>' for w in PARAGRAPHS[1:])}</div>"),
    "element of the site": ("article-body", f"<article-body>{P}</article-body>"),
}  # fmt: skip


@pytest.mark.parametrize("form", BODIES)
@pytest.mark.parametrize("table", ['["pages/"]', '["news.example.cn"]'], ids=["folder", "host"])
def test_the_body_of_a_template_is_read(tmp_path: Path, form: str, table: str) -> None:
    selector, body = BODIES[form]
    selector = selector if selector.startswith("[") else f"'''{selector}'''"
    head = '<meta property="og:url" content="https://news.example.cn/2024/a.shtml">'
    (report,) = read(tmp_path, f"{table}\nbody = {selector}\n{FIELDS}", page(body, head))
    check(report)
    assert isinstance(report, Report)
    assert report.text.removeprefix(f"{TITLE}\n") == "\n".join(PARAGRAPHS)


CON = f"<div class='con'>{P}</div>"
OTHER = {
    "title in an attribute": ('title = "meta[property=\'og:title\']::attr(content)"\ndate = ".day"\npublisher = ".src"', page(CON, f'<meta property="og:title" content="{TITLE}">', title="")),
    "date in an attribute": ('title = "h1"\ndate = "time::attr(datetime)"\npublisher = ".src"', page(CON, info=f"<time datetime='2024-03-06T08:30:00+08:00'>昨天</time><span class='src'>来源：{PUBLISHER}</span>")),
    "date of two": ('title = "h1"\ndate = ["#none", ".day"]\npublisher = ".src"', page(CON + "<span class='day'>2001-01-01</span>")),
    "date without a label": ('title = "h1"\ndate = "//i"\npublisher = "//b"', page(CON, info=f"<i>2024年3月6日</i><b>{PUBLISHER}</b>")),
    "cut title": ("title = \"substring-before(//title, '_')\"\ndate = '.day'\npublisher = '.src'", page(CON, title="").replace("<title>石渡网", f"<title>{TITLE}_石渡网")),
    "publisher of the site": (f"title = 'h1'\ndate = '.day'\npublisher = \"string('{PUBLISHER}')\"", page(CON, info="<span class='day'>2024-03-06</span>")),
    "furniture removed": (FIELDS + "remove = ['.ad', '//script']", page(f"<div class='con'><p class='ad'>广告</p>{P}<script>var a = '甲';</script></div>")),
}  # fmt: skip


@pytest.mark.parametrize("form", OTHER)
def test_the_other_fields_are_read(tmp_path: Path, form: str) -> None:
    fields, markup = OTHER[form]
    (report,) = read(tmp_path, f'["pages/"]\nbody = "div.con"\n{fields}\n', markup)
    check(report)


RULES = f'["pages/"]\nbody = "div.con"\n{FIELDS}'
FILES = {
    "byte order mark and line breaks of Windows": ("\ufeff# 规则\n" + RULES).replace("\n", "\r\n"),
    "folder of Windows": RULES.replace('"pages/"', r"'.\pages\'"),
    "glob pattern": RULES.replace("pages/", "**/*.html"),
    "rules for other hosts before": f'["a.example.cn"]\nbody = "#a"\n[b.example.cn]\nbody = "#b"\n{RULES}',
    "multi-line list": RULES.replace('"div.con"', '[\n  "#none", # 旧版\n  "div.con",\n]'),
    "comments": RULES.replace("\n", " # 石渡网\n"),
}


@pytest.mark.parametrize("form", FILES)
def test_forms_of_the_file(tmp_path: Path, form: str) -> None:
    (report,) = read(tmp_path, FILES[form], page(CON))
    check(report)


@pytest.mark.parametrize("name", ["pages/a.shtml", "pages/a.htm", "pages/a.xhtml", "pages/要闻/何清嘉.html"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_kinds_of_pages(tmp_path: Path, name: str, encoding: str) -> None:
    charset = f"<meta charset='{encoding}'>"
    (report,) = read(tmp_path, RULES, page(CON, charset), name, encoding)
    check(report)


def test_missing_elements_leave_the_fields_of_the_page(tmp_path: Path) -> None:
    rules = '["pages/"]\nbody = "div.con"\ntitle = "h6"\ndate = ".none"\npublisher = "#none"\nplace = ".none"\n'
    (report,) = read(tmp_path, rules, page(CON))
    assert isinstance(report, Report)
    assert (report.date, report.publisher, report.place) == ("2024-03-06", PUBLISHER, "")
    assert report.origin is not None
    assert (report.origin.rule, report.origin.has_body) == ("pages/", True)


@pytest.mark.parametrize(
    ("rules", "part"),
    [
        ('["a.cn"]\n"正文" = "p"', r"\[a.cn\]: unknown key `正文`"),
        ('["a.cn"]\n正文 = "p"', r'not valid TOML: .* line 2.*in quotation marks, for example \["pages/"\]'),
        ('[pages/]\nbody = "p"', r'not valid TOML: .* line 1.*in quotation marks, for example \["pages/"\]'),
        ('[石渡]\nbody = "p"', r'not valid TOML: .* line 1.*in quotation marks, for example \["pages/"\]'),
        ('["a.cn"]\nbody = p', r"not valid TOML: [^;]*$"),
        ('["a.cn"]\nBody = "p"', r"\[a.cn\]: unknown key `Body`; did you mean body\?"),
        ('["a.cn"]\nbody = true', r"\[a.cn\] body: expected a selector"),
        ('["a.cn"]\nbody = [["p"]]', r"\[a.cn\] body: expected a selector"),
        ('["a.cn"]\nbody = "  "', r"\[a.cn\] body: expected a selector"),
        ('["a.cn".body]\ncss = "p"', r"\[a.cn.body\]: unknown key `css`"),
        ('["a.cn"]\nbody = "p,"', r"\[a.cn\] body: invalid CSS selector 'p,'"),
        ('["a.cn"]\nbody = "p::text"', r"\[a.cn\] body: invalid CSS selector 'p::text'"),
        ('["a.cn"]\nbody = "p >"', r"\[a.cn\] body: invalid CSS selector"),
        ('["a.cn"]\nbody = "//p[$x]"', r"\[a.cn\] body: invalid XPath"),
        ('["a.cn"]\nbody = "//p/upward::div"', r"\[a.cn\] body: invalid XPath"),
        ('["a.cn"]\nbody = "//p[@class=\'x]"', r"\[a.cn\] body: invalid XPath"),
        ('["a.cn"]\nbody = "//p = 1"', r"\[a.cn\] body: the XPath .* does not select"),
        ('["a.cn"]\nbody = p', "not valid TOML"),
        ('["a.cn"]\nbody = "p"\nbody = "div"', "not valid TOML"),
        ("a.cn: p\n", "not valid TOML"),
        ('[" "]\nbody = "p"', "the name of a table is a host"),
        ('[[rules]]\nbody = "p"', "`rules` is not in a table"),
    ],
)
def test_mistakes_in_the_file(tmp_path: Path, rules: str, part: str) -> None:
    file = tmp_path / "r.toml"
    file.write_text(rules, encoding="utf-8")
    with pytest.raises(UsageError, match=part) as error:
        read_site_rules(file)
    assert str(error.value).startswith(str(file))
    assert "Traceback" not in str(error.value)


@pytest.mark.parametrize("name", ["pages[]/", "[]/", "[", "a]/", "[a/b]/"])
def test_brackets_without_a_choice_are_characters(tmp_path: Path, name: str) -> None:
    rules = RULES.replace("pages/", name if "/" in name else f"{name}/")
    (report,) = read(tmp_path, rules, page(CON), f"{name}/a.html")
    check(report)


def test_a_folder_or_a_large_file_is_no_file_of_rules(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_site_rules(tmp_path)
    file = tmp_path / "r.toml"
    file.write_text('["a.cn"]\nbody = "p"\n' + "#" * 1_100_000, encoding="utf-8")
    with pytest.raises(UsageError, match="has at most"):
        read_site_rules(file)
