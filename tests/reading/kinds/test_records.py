"""JSON, JSON Lines and tables as crawlers, data sets, Excel and databases write them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from graphkit.model import Failure, NoReport, Report
from tests.reading.kinds.article import DAY, PARAGRAPHS, PUBLISHER, TEXT, TITLE, check, read_file, reports
from tests.reading.workbooks import ods, xlsx

HTML = "".join(f"<p>　　{words}</p>" for words in PARAGRAPHS)

#: One record as public crawlers, interfaces and data sets write it. Publishers that they do not state are "".
RECORDS: dict[str, tuple[Any, str]] = {
    "akshare news_cctv": ({"date": "20240306", "title": TITLE, "content": TEXT}, ""),
    "akshare stock_news_em": ({"关键词": "春耕", "新闻标题": TITLE, "新闻内容": TEXT, "发布时间": "2024-03-06 08:30:00", "文章来源": PUBLISHER, "新闻链接": "http://a.cn/1.html"}, PUBLISHER),
    "akshare stock_info_global": ({"标题": TITLE, "摘要": "摘要", "内容": TEXT, "发布日期": "2024-03-06", "发布时间": "08:30:00", "链接": "http://a.cn"}, ""),
    "CLUE news2016zh": ({"news_id": "610130831", "keywords": "春耕,调研", "title": TITLE, "desc": "何清嘉调研", "source": PUBLISHER, "time": "03-06 08:30", "content": TEXT}, PUBLISHER),
    "THUCNews": ({"label": "时政", "text": f"{TITLE}\n{TEXT}", "date": DAY}, ""),
    "newspaper3k": ({"url": "http://a.cn/1", "title": TITLE, "text": TEXT, "authors": ["林知远"], "publish_date": "2024-03-06T00:00:00", "top_image": "", "source_url": "http://a.cn"}, ""),
    "gne": ({"title": TITLE, "author": "林知远", "publish_time": "2024-03-06 08:30:00", "content": TEXT, "images": [], "meta": {"keywords": "春耕"}}, ""),
    "news-please": ({"authors": [], "date_publish": "2024-03-06 08:30:00", "date_download": "2026-01-01 00:00:00", "date_modify": None, "description": "摘要", "language": "zh", "maintext": TEXT, "source_domain": "a.cn", "title": TITLE, "url": "http://a.cn/1"}, ""),
    "trafilatura": ({"title": TITLE, "author": None, "hostname": "a.cn", "date": DAY, "fingerprint": "x", "id": None, "raw_text": "…", "source": "http://a.cn/1", "source-hostname": PUBLISHER, "excerpt": "摘要", "categories": "", "tags": "", "text": TEXT}, PUBLISHER),
    "scrapy": ({"url": ["http://a.cn/1"], "title": [TITLE], "content": list(PARAGRAPHS), "pub_time": ["2024-03-06 08:30"], "source": [PUBLISHER]}, PUBLISHER),
    "scrapy html": ({"link": "http://a.cn/1", "headline": TITLE, "body": HTML, "datetime": "2024-03-06 08:30", "media": PUBLISHER}, PUBLISHER),
    "mongoexport": ({"_id": {"$oid": "65e7"}, "title": TITLE, "content": TEXT, "time": {"$date": "2024-03-06T00:30:00Z"}, "source": PUBLISHER, "__v": 0}, PUBLISHER),
    "mongoexport canonical": ({"_id": {"$oid": "65e7"}, "title": TITLE, "content": TEXT, "time": {"$date": {"$numberLong": "1709685000000"}}, "source": PUBLISHER}, PUBLISHER),
    "elasticsearch": ({"_index": "news", "_type": "_doc", "_id": "1", "_score": 1, "_source": {"title": TITLE, "content": TEXT, "publish_time": 1709685000, "source": PUBLISHER}}, PUBLISHER),
    "interface": ({"code": 200, "msg": "ok", "data": {"article": {"title": TITLE, "body": HTML, "pubDate": "2024-03-06 08:30:00", "source": {"name": PUBLISHER, "url": "http://a.cn"}}}}, PUBLISHER),
    "JSON-LD": ({"@context": "https://schema.org", "@type": "NewsArticle", "headline": TITLE, "datePublished": "2024-03-06T08:30:00+08:00", "publisher": {"@type": "Organization", "name": PUBLISHER}, "articleBody": TEXT}, PUBLISHER),
    "government site": ({"TITLE": TITLE, "PUBDATE": "2024-03-06 08:30:00", "CONTENT": HTML, "SOURCE": PUBLISHER, "CHANNEL": "要闻"}, PUBLISHER),
    "TRS": ({"DOCTITLE": TITLE, "DOCPUBTIME": "2024-03-06 08:30:00", "DOCHTMLCON": HTML, "DOCSOURCENAME": PUBLISHER, "DOCPUBURL": "http://a.cn/t20240306_1.html"}, PUBLISHER),
    "Chinese": ({"编号": "7", "标题": TITLE, "日期": "2024年3月6日", "来源": PUBLISHER, "正文": TEXT, "作者": "林知远"}, PUBLISHER),
    "Chinese of a crawler": ({"文章标题": TITLE, "文章内容": TEXT, "发布时间": "2024/3/6 8:30", "来源媒体": PUBLISHER, "文章链接": "http://a.cn"}, PUBLISHER),
    "camel case": ({"articleTitle": TITLE, "articleContent": TEXT, "publishTime": "2024-03-06", "sourceName": PUBLISHER, "articleUrl": "http://a.cn"}, PUBLISHER),
    "upper case with blanks": ({"Title": TITLE, "Full Text": TEXT, "Publication Date": "March 6, 2024", "Publisher": PUBLISHER}, PUBLISHER),
    "feedparser": ({"title": TITLE, "link": "http://a.cn", "published": "Wed, 06 Mar 2024 08:30:00 +0800", "summary": "摘要", "content": [{"type": "text/html", "value": HTML}], "source": {"title": PUBLISHER}}, PUBLISHER),
    "wechat": ({"title": TITLE, "digest": "摘要", "content_text": TEXT, "publish_time": 1709685000, "nickname": PUBLISHER, "content_url": "http://mp.a.cn"}, PUBLISHER),
    "toutiao": ({"title": TITLE, "article_content": HTML, "publish_time": 1709685000, "media_name": PUBLISHER, "article_url": "http://a.cn"}, PUBLISHER),
    "paragraphs": ({"title": TITLE, "paragraphs": list(PARAGRAPHS), "date": DAY, "source": PUBLISHER}, PUBLISHER),
    "list of objects": ({"title": TITLE, "content": [{"type": "text", "text": words} for words in PARAGRAPHS], "date": DAY, "source": PUBLISHER}, PUBLISHER),
}  # fmt: skip


@pytest.mark.parametrize("name", ["r.json", "r.jsonl"])
@pytest.mark.parametrize("kind", RECORDS)
def test_records_of_crawlers_and_data_sets(tmp_path: Path, kind: str, name: str) -> None:
    record, publisher = RECORDS[kind]
    (report,) = read_file(tmp_path, name, json.dumps(record, ensure_ascii=False))
    assert isinstance(report, Report), report
    check(report, publisher=publisher, date="" if kind == "CLUE news2016zh" else DAY)


RECORD = {"id": "7", "title": TITLE, "date": DAY, "source": PUBLISHER, "content": TEXT}
AROUND: dict[str, Any] = {
    "array": [RECORD, {**RECORD, "id": "8"}],
    "list": {"list": [RECORD, {**RECORD, "id": "8"}]},
    "rows": {"total": 2, "rows": [RECORD, {**RECORD, "id": "8"}]},
    "data.list": {"code": 0, "data": {"page": 1, "list": [RECORD, {**RECORD, "id": "8"}]}},
    "content of a page": {"content": [RECORD, {**RECORD, "id": "8"}], "totalElements": 2, "number": 0},
    "hits": {"took": 1, "hits": {"total": 2, "hits": [{"_id": "7", "_source": RECORD}, {"_id": "8", "_source": {**RECORD, "id": "8"}}]}},
    "by id": {"7": RECORD, "8": {**RECORD, "id": "8"}},
    "by date": {"2024-03-06": [RECORD], "2024-03-07": [{**RECORD, "id": "8"}]},
    "pages": [{"page": 1, "items": [RECORD]}, {"page": 2, "items": [{**RECORD, "id": "8"}]}],
    "JSON-LD graph": {"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": "x"}, {**RECORD}, {**RECORD, "id": "8"}]},
    "feed": {"version": "https://jsonfeed.org/version/1.1", "title": "要闻", "items": [
        {"id": "7", "url": "http://a.cn", "title": TITLE, "content_html": HTML, "date_published": "2024-03-06T08:30:00+08:00", "source": PUBLISHER},
        {**RECORD, "id": "8"}]},
    "arrays of arrays": [[RECORD], [{**RECORD, "id": "8"}]],
    "attributes": {"data": [{"type": "article", "id": "7", "attributes": {k: v for k, v in RECORD.items() if k != "id"}}, {"type": "article", "id": "8", "attributes": {k: v for k, v in RECORD.items() if k != "id"}}]},
}  # fmt: skip


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("name", ["r.json", "r.jsonl"])
@pytest.mark.parametrize("kind", AROUND)
def test_reports_within_arrays_and_objects(tmp_path: Path, kind: str, name: str, indent: int | None) -> None:
    found = read_file(tmp_path, name, json.dumps(AROUND[kind], ensure_ascii=False, indent=indent))
    assert [r.id for r in reports(found)] == ["7", "8"]
    for report in reports(found):
        check(report)


MISSING = [
    "nan",
    "NaN",
    "None",
    "null",
    "NULL",
    "NaT",
    "<NA>",
    "-",
    "--",
    "",
    "   ",
    "N/A",
    "n/a",
    "#N/A",
    "无",
    "暂无",
    "\\N",
    "undefined",
    "—",
    "（无）",
    "空",
]


@pytest.mark.parametrize("value", MISSING)
def test_values_that_state_that_a_field_is_missing(tmp_path: Path, value: str) -> None:
    record = {
        "title": value,
        "date": value,
        "source": value,
        "place": value,
        "url": value,
        "content": f"{TITLE}\n{TEXT}",
    }
    (report,) = read_file(tmp_path, "r.json", json.dumps(record))
    check(report, date="", publisher="")
    assert isinstance(report, Report)
    assert (report.url, report.unread_date) == ("", "")
    (found,) = read_file(tmp_path, "n.json", json.dumps({"title": TITLE, "content": value}))
    assert isinstance(found, NoReport)


MARKUP = {
    "paragraphs": HTML,
    "entities": HTML.replace("<p>　　", "<p>&nbsp;&nbsp;&nbsp;&nbsp;").replace("，", "&#65292;"),
    "escaped twice": HTML.replace("<", "&lt;").replace(">", "&gt;"),
    "breaks": "<br/>".join(PARAGRAPHS),
    "spans": "".join(f'<p style="text-indent: 2em;"><span style="font-size:16px;">{p}</span></p>' for p in PARAGRAPHS),
    "pictures": f'<p><img src="1.jpg" onload="if(this.width>600)this.width=600" /></p>{HTML}',
    "style": f"<style>.a{{color:red}}</style>{HTML}<script>var a='<p>';</script>",
    "comments": f"<!-- 正文开始 -->{HTML}<!-- 正文结束 -->",
    "word": f'<?xml:namespace prefix = o ns = "urn:x" /><p class=MsoNormal><o:p></o:p></p>{HTML}',
    "divs": "".join(f"<div>{p}</div>" for p in PARAGRAPHS),
    "escapes": TEXT.replace("\n", "\\n"),
    "escapes of CRLF": TEXT.replace("\n", "\\r\\n"),
    "unicode escapes": TEXT.replace("何清嘉", "\\u4f55\\u6e05\\u5609"),
    "wide blanks": "　　" + "　　".join(PARAGRAPHS),
    "xa0": "\xa0\xa0\xa0\xa0" + "\n\xa0\xa0\xa0\xa0".join(PARAGRAPHS),
    "cdata": f"<![CDATA[{HTML}]]>",
    "section": f"<section data-role='outer'>{HTML}</section>",
    "upper case": HTML.replace("<p>", "<P>").replace("</p>", "</P>"),
    "furniture": f"{HTML}<p>【纠错】 【责任编辑:林知远】</p>",
}


@pytest.mark.parametrize("kind", MARKUP)
def test_html_in_the_text_of_records(tmp_path: Path, kind: str) -> None:
    (report,) = read_file(tmp_path, "r.jsonl", json.dumps({**RECORD, "content": MARKUP[kind]}, ensure_ascii=False))
    check(report)


DATES: list[Any] = [
    "2024-03-06", "2024/3/6", "2024.03.06", "20240306", "2024年3月6日", "2024年03月06日 08:30", "二〇二四年三月六日", "2024-03-06T08:30:00+08:00", "2024-03-05T16:30:00Z",
    "2024-03-06 08:30:00.000", "Wed, 06 Mar 2024 08:30:00 +0800", "Wed Mar 06 08:30:00 CST 2024", "6 March 2024", "Mar 6, 2024", 1709685000, 1709685000000, "1709685000", 45357,
    "45357", 45357.354, "20240306083000", "2024-03-06 星期三", "2024-3-6 8:30", "２０２４－０３－０６", {"$date": "2024-03-06T00:30:00Z"}, ["2024-03-06"], "发布时间：2024-03-06 08:30",
    "2024-03-06 08:30 来源：石渡日报", "(2024-03-06)", "2024年3月6日08时30分", "2024-03-06T08:30:00.000Z", "Date(1709685000000)", "/Date(1709685000000+0800)/", "2024 年 3 月 6 日",
]  # fmt: skip


@pytest.mark.parametrize("value", DATES)
def test_dates_of_records(tmp_path: Path, value: Any) -> None:
    (report,) = read_file(tmp_path, "r.json", json.dumps({**RECORD, "date": value}))
    check(report)


@pytest.mark.parametrize("value", ["24-03-06", "03/06/2024", "2024", "2024-03", "三月六日", "昨天", "2024-02-30", "3小时前", "98年3月6日", 6, "2024年3月"])  # fmt: skip
def test_dates_that_are_not_days_are_kept_and_not_completed(tmp_path: Path, value: Any) -> None:
    (report,) = read_file(tmp_path, "r.json", json.dumps({**RECORD, "date": value}))
    check(report, date="")
    assert isinstance(report, Report)
    assert report.unread_date == str(value)


HEADER = ["标题", "时间", "来源", "正文"]
ROW = [TITLE, "2024-03-06 08:30", PUBLISHER, TEXT]


def table(delimiter: str = ",", rows: list[list[str]] | None = None, before: str = "", end: str = "\r\n") -> str:
    out = io.StringIO()
    quoting: Any = csv.QUOTE_ALL if end == "\r" else csv.QUOTE_MINIMAL
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(rows or [HEADER, ROW])
    return before + out.getvalue()


TABLES: dict[str, tuple[str, bytes]] = {
    **{
        f"comma {e}": ("r.csv", table().encode(e)) for e in ("utf-8", "utf-8-sig", "utf-16", "gbk", "gb18030", "gb2312")
    },
    **{
        f"{name} {e}": ("r.csv", table(d).encode(e))
        for name, d in (("tab", "\t"), ("semicolon", ";"), ("bar", "|"))
        for e in ("utf-8", "gbk")
    },
    "full-width comma": ("r.csv", table("，", [HEADER, [TITLE, "2024-03-06", PUBLISHER, TEXT]]).encode()),
    "sep semicolon": ("r.csv", table(";", before="sep=;\r\n").encode("gbk")),
    "sep tab": ("r.csv", table("\t", before="sep=\t\r\n").encode("utf-8-sig")),
    "sep caret": ("r.csv", table("^", before='"sep=^"\n').encode("utf-8-sig")),
    "Unicode text": ("r.txt", table("\t").encode("utf-16")),
    "Unicode text of a Mac": ("r.txt", table("\t", end="\r").encode("utf-16")),
    "tsv": ("r.tsv", table("\t", end="\n").encode()),
    "tab": ("r.tab", table("\t").encode("gbk")),
    "title above": ("r.csv", table(rows=[["石渡县新闻汇总表", "", "", ""], ["", "", "", ""], HEADER, ROW]).encode()),
    "index of pandas": ("r.csv", table(rows=[["", *HEADER], ["0", *ROW]]).encode()),
    "Unnamed: 0": ("r.csv", table(rows=[["Unnamed: 0", *HEADER], ["0", *ROW]]).encode()),
    "blank rows": ("r.csv", table(rows=[HEADER, ["", "", "", ""], ROW, ["", "", "", ""]]).encode()),
    "blanks in the header": ("r.csv", table(rows=[[f" {name} " for name in HEADER], ROW]).encode()),
    "html": ("r.csv", table(rows=[HEADER, [*ROW[:3], HTML]]).encode()),
    "quotation marks": ("r.csv", table(rows=[[*HEADER, "备注"], [*ROW, '他说"好"']]).encode()),
    "old lines": ("r.csv", table(end="\r").encode()),
    "Ctrl-Z": ("r.csv", table().encode("gbk") + b"\x1a"),
    "short rows": ("r.csv", (table(rows=[[*HEADER, "备注", "关键词"], ROW])).encode()),
    "xlsx": ("r.xlsx", xlsx({"Sheet1": [HEADER, ROW]})),
    "xlsx title": ("r.xlsx", xlsx({"Sheet1": [["石渡县新闻汇总表"], HEADER, ROW]})),
    "xlsx serial": ("r.xlsx", xlsx({"Sheet1": [HEADER, [TITLE, 45357, PUBLISHER, TEXT]]})),
    "xlsx serial with time": ("r.xlsx", xlsx({"Sheet1": [HEADER, [TITLE, 45357.354, PUBLISHER, TEXT]]})),
    "xlsx compact date": ("r.xlsx", xlsx({"Sheet1": [HEADER, [TITLE, 20240306, PUBLISHER, TEXT]]})),
    "xlsx html": ("r.xlsx", xlsx({"Sheet1": [HEADER, [*ROW[:3], HTML]]})),
    "xlsx second sheet": ("r.xlsx", xlsx({"说明": [["本表由石渡县整理"]], "新闻": [HEADER, ROW]})),
    "ods": ("r.ods", ods({"Sheet1": [HEADER, ROW]})),
    "ods English": ("r.ods", ods({"Sheet1": [["title", "date", "source", "content"], ROW]})),
}


@pytest.mark.parametrize("kind", TABLES)
def test_tables_of_excel_and_databases(tmp_path: Path, kind: str) -> None:
    name, data = TABLES[kind]
    found = read_file(tmp_path, name, data)
    (report,) = reports(found)
    check(report)
    assert sum(isinstance(one, Failure) for one in found) == (kind == "xlsx second sheet")
