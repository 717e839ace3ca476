"""RSS and Atom feeds: each item with a text is a report; other items and other XML are listed with a reason."""

from __future__ import annotations

import time
import zipfile
from html import escape
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.model import Failure, NoReport, NotRead, Report
from graphkit.reading import read_paths
from graphkit.reading.feeds import read_xml
from graphkit.reading.markup import fragment_text
from graphkit.reading.stated import stated_day

BODY = "4月5日，石渡县委书记何清嘉到云雾镇调研。"
RSS = '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" {spaces}><channel><title>石渡要闻</title>\n{items}\n</channel></rss>'
SPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"'
)


def rss(*items: str) -> str:
    return RSS.format(spaces=SPACES, items="\n".join(f"<item>{item}</item>" for item in items))


def found_in(text: str | bytes) -> list[object]:
    return list(read_xml(text.encode() if isinstance(text, str) else text, "f.xml", "f"))


def one(text: str | bytes) -> Report:
    (report,) = found_in(text)
    assert isinstance(report, Report), report
    return report


def test_the_feed_of_the_collected_cases_is_read(shared: Path) -> None:
    (report,) = read_paths([shared / "cases" / "reading" / "18-rss.xml"])
    assert isinstance(report, Report)
    assert (report.title, report.date, report.publisher) == ("何清嘉到云雾镇调研", "2024-04-05", "石渡要闻")
    assert (report.url, report.text) == ("http://a.cn/1", BODY)


ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title type="html">石渡&amp;要闻</title>
<link href="https://a.cn/"/><entry><title>调研</title><link rel="self" href="https://a.cn/x.atom"/>
<link href="/1"/><id>urn:1</id><published>2024-04-04T23:30:00Z</published><updated>2024-05-01T00:00:00Z</updated>
<summary>摘要</summary><content type="{kind}">{content}</content></entry></feed>"""
RDF = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="http://a.cn/"><title>石渡&amp;要闻</title></channel>
<item rdf:about="https://a.cn/1"><title>调研</title><dc:date>2024-04-05T07:30:00+08:00</dc:date>
<description>{BODY}</description></item></rdf:RDF>"""


@pytest.mark.parametrize(
    "text",
    [
        ATOM.format(kind="html", content=escape(f"<p>{BODY}</p>")),
        ATOM.format(kind="xhtml", content=f'<div xmlns="http://www.w3.org/1999/xhtml"><p>{BODY}</p></div>'),
        ATOM.format(kind="text", content=BODY),
        ATOM.format(kind="text/html", content=f"<![CDATA[{BODY}<br/>]]>"),
        RDF,
        rss(
            f"<title>调研</title><guid>https://a.cn/1</guid><description>{BODY}</description>"
            "<pubDate>Thu, 04 Apr 2024 23:30:00 GMT</pubDate>"
        ).replace("石渡要闻", "石渡&amp;要闻"),
    ],
)
def test_each_kind_of_feed_gives_the_same_report(text: str) -> None:
    report = one(text)
    assert (report.title, report.date, report.publisher) == ("调研", "2024-04-05", "石渡&要闻")
    assert report.url == "https://a.cn/1"
    assert report.text == BODY


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>甲。</p><p>乙。<br>丙。</p>", "甲。\n乙。\n丙。"),
        ("&lt;p&gt;甲。&lt;/p&gt;&lt;p&gt;乙。&lt;/p&gt;", "甲。\n乙。"),
        ("甲。<script>x('乙')</script><style>p{}</style><p style='display: none'>丙</p>", "甲。"),
        ("甲“乙”&amp;丙&nbsp;丁&#x3002;", "甲“乙”&丙\xa0丁。"),
        ("甲\n乙。\n\n丙。", "甲\n乙。\n丙。"),
        ("<table><tr><td>甲</td><td>乙</td></tr><tr><td>丙</td></tr></table>", "甲\t乙\n丙"),
        ("增长<5%，<b>甲</b>\n  乙。<!-- 丙 --></div>丁。", "增长<5%，甲 乙。丁。"),
        ("<p>甲。<p>乙。<img alt='丙' src=x><p>\u3000\u3000丁。", "甲。\n乙。\n丁。"),
    ],
)
def test_html_in_a_text_is_removed(markup: str, text: str) -> None:
    assert fragment_text(markup) == text


def test_the_longest_text_of_an_item_is_read_and_its_link_is_not() -> None:
    report = one(
        rss(
            f"<title>何清嘉调研</title><media:title>图</media:title><description>4月5日…</description>"
            f"<content:encoded><![CDATA[<p>{BODY}</p><p><a href='x'>阅读全文</a></p>]]></content:encoded>"
        )
    )
    assert report.text == f"何清嘉调研\n{BODY}"


def test_the_publisher_of_an_item_and_of_its_text_come_before_that_of_the_feed() -> None:
    item = f"<title>调研</title><description>{BODY}{{}}</description>"
    found = found_in(
        rss(
            item.format("") + '<source url="http://b.cn">临江日报</source>',
            item.format("（来源：青石日报）"),
            item.format("") + "<dc:publisher>石渡网</dc:publisher>",
            item.format("") + "<atom:source><atom:title>云岭网</atom:title></atom:source>",
            item.format(""),
        )
    )
    publishers = [r.publisher for r in found if isinstance(r, Report)]
    assert publishers == ["临江日报", "青石日报", "石渡网", "云岭网", "石渡要闻"]


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ("<title>甲</title>", "no text: 甲"),
        ("<title>甲</title><description/>", "no text: 甲"),
        ("<title>甲</title><description><![CDATA[<img src='a'>]]></description>", "no text: 甲"),
        ("<title>甲乙</title><description>甲乙</description>", "only a title"),
        ("<description>……</description>", "no text"),
        ("<atom:content src='http://a.cn/1' type='text/html'/>", "its text is at http://a.cn/1"),
    ],
)
def test_an_item_without_text_is_listed_with_its_line(item: str, words: str) -> None:
    nothing, report = found_in(rss(item, f"<description>{BODY}</description>"))
    assert isinstance(nothing, NoReport)
    assert nothing.source == "f.xml:3"
    assert words in nothing.reason
    assert isinstance(report, Report)
    assert (report.id, report.source) == ("f-2", "f.xml:4")


def test_items_on_one_line_have_different_sources() -> None:
    found = found_in(rss("<title>甲</title>", "<title>乙</title>").replace("\n", ""))
    assert [n.source for n in found if isinstance(n, NoReport)] == ["f.xml:1 item 1", "f.xml:1 item 2"]


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "gb2312", "utf-16", "utf-8-sig"])
def test_the_encoding_of_a_feed_is_recognized(encoding: str) -> None:
    text = rss(f"<title>调研</title><description>{BODY}</description>").replace("UTF-8", encoding.removesuffix("-sig"))
    assert one(text.encode(encoding)).text == BODY


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("甲&nbsp;乙。", "甲\xa0乙。"),
        ("甲 & 乙。", "甲 & 乙。"),
        ("甲&乙;。", "甲&乙;。"),
        ("甲&#11;乙。&hellip;", "甲 乙。…"),
    ],
)
def test_frequent_errors_in_feeds_are_tolerated(words: str, text: str) -> None:
    assert one("\n\n  " + rss(f"<description>{words}</description><link>http://a.cn/?a=1&b=2</link>")).text == text


def test_a_feed_that_is_cut_off_is_read_up_to_there() -> None:
    text = rss(f"<description>{BODY}</description>", f"<title>甲</title><description>{BODY}</description>")
    report, failure = read_items(text[: text.rindex("</description>")])
    assert isinstance(report, Report)
    assert isinstance(failure, Failure)
    assert failure.source.startswith("f.xml:")
    assert "not well-formed" in failure.reason


def read_items(text: str, folder: Path | None = None) -> list[object]:
    """What a file with this text gives, with the errors that end its reading."""
    from graphkit.errors import ReadingError

    found: list[object] = []
    try:
        for item in read_xml(text.encode(), "f.xml", "f"):
            found.append(item)
    except ReadingError as error:
        found.append(Failure(error.source, error.reason))
    return found


def test_external_and_expanding_entities_are_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("秘密", encoding="utf-8")
    lol = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(1, 12))
    for declaration, name in (
        (f'<!ENTITY x SYSTEM "{secret.as_uri()}">', "x"),
        (f'<!ENTITY l1 "哈">{lol}', "l12"),
        (f'<!ENTITY % p SYSTEM "{secret.as_uri()}"> %p;', "x"),
    ):
        text = rss(f"<description>{BODY}&{name};</description>")
        path = tmp_path / "f.xml"
        path.write_text(text.replace("<rss", f"<!DOCTYPE rss [{declaration}]>\n<rss"), encoding="utf-8")
        started = time.process_time()
        (failure,) = read_paths([path])
        assert time.process_time() - started < 1
        assert isinstance(failure, Failure)
        assert failure.source == f"{path}:2"
        assert "declares entities" in failure.reason


def test_a_document_type_without_entities_is_read_without_network() -> None:
    text = rss(f"<description>{BODY}&copy;</description>")
    doctype = '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://127.0.0.1:9/rss.dtd">'
    assert one(text.replace("<rss", f"{doctype}\n<rss")).text == f"{BODY}©"


@pytest.mark.parametrize(
    "text",
    [
        "<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'/>",
        "<?xml version='1.0'?><opml version='2.0'><body/></opml>",
        "<w:wordDocument xmlns:w='urn:w'><w:body/></w:wordDocument>",
        "<articles><item><title>甲</title></item></articles>",
        "<!-- x -->\n<svg xmlns='http://www.w3.org/2000/svg'/>",
    ],
)
def test_other_xml_is_not_read(text: str) -> None:
    (found,) = found_in(text)
    assert isinstance(found, NotRead)
    assert found.kind == "unknown type"
    assert "only feeds (RSS, Atom) are read" in found.reason
    assert ".jsonl" in found.reason


@pytest.mark.parametrize("text", ["plain words", "<rss", '{"a": 1}', "<a><b></a>"])
def test_a_file_that_is_no_xml_is_a_failure(text: str) -> None:
    found = read_items(text)
    assert len(found) == 1
    assert isinstance(found[0], Failure)


def test_a_feed_without_items_is_no_report() -> None:
    (found,) = found_in(rss())
    assert isinstance(found, NoReport)
    assert "no items" in found.reason


def test_feeds_in_archives_and_with_each_extension_are_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "r.zip", "w") as archive:
        for name in ("a.xml", "b.rss", "c.atom", "d.rdf", "e.XML"):
            archive.writestr(name, rss(f"<description>{BODY}</description>"))
    found = list(read_paths([tmp_path / "r.zip"]))
    assert [r.id for r in found if isinstance(r, Report)] == ["a-1", "b-1", "c-1", "d-1", "e-1"]
    assert len(found) == 5


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Fri, 05 Apr 2024 08:00:00 +0800", "2024-04-05"),
        ("5 Apr 24 08:00 CST", "2024-04-05"),
        ("Fri, 05 Apr 2024 23:59:59 CST", "2024-04-05"),
        ("Fri,05 Apr 2024 00:00:00 GMT", "2024-04-05"),
        ("2024-04-05T00:10:00+08:00", "2024-04-05"),
        ("2024-04-04T16:10:00.000Z", "2024-04-05"),
        ("2024-04-05 08:00:00", "2024-04-05"),
        ("2024-04-05", "2024-04-05"),
        ("2024年4月5日 8时", "2024-04-05"),
        ("Fri, 31 Feb 2024 08:00:00 +0800", "Fri, 31 Feb 2024 08:00:00 +0800"),
        ("昨天", "昨天"),
        ("0101-01-01T00:00:00+00:00", ""),
        ("", ""),
    ],
)
def test_days_of_feeds_are_those_of_china(text: str, day: str) -> None:
    assert stated_day(text) == day


def test_an_invalid_date_is_kept_as_unread() -> None:
    report = one(rss(f"<description>{BODY}</description><pubDate>昨天</pubDate>"))
    assert (report.date, report.unread_date) == ("", "昨天")


WORDS = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Co", "Cn", "Zs", "Zl", "Zp", "Cf")), min_size=1, max_size=20
)


@settings(deadline=None, max_examples=60)
@given(st.lists(WORDS, min_size=1, max_size=5), st.sampled_from(["cdata", "escaped", "content"]))
def test_each_paragraph_of_an_item_is_kept_exactly(paragraphs: list[str], form: str) -> None:
    lines = [f"甲{words}乙。" for words in paragraphs]
    markup = "".join(f"<p>{escape(line)}</p>" for line in lines)
    shown = escape(markup) if form == "escaped" else f"<![CDATA[{markup.replace(']]>', ']]&gt;')}]]>"
    name = "content:encoded" if form == "content" else "description"
    report = one(rss(f"<{name}>{shown}</{name}>"))
    assert report.text.split("\n") == lines


@settings(deadline=None, max_examples=100)
@given(
    st.lists(
        st.sampled_from(
            [
                "<item>",
                "</item>",
                "<rss>",
                "<channel>",
                "&",
                "<![CDATA[",
                "<!--",
                "]]>",
                "甲",
                "<!DOCTYPE",
                "&#0;",
                "\n",
                '"',
                "<title>",
            ]
        ),
        max_size=12,
    )
)
def test_any_xml_gives_reports_or_a_clear_error(parts: list[str]) -> None:
    for item in read_items("<rss>" + "".join(parts)):
        assert isinstance(item, (Report, NoReport, Failure))
