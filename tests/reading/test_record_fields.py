"""The names of fields that public crawlers and data sets use, nested fields, and missing values."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.grammar.columns import column_names, missing_values
from graphkit.model import Failure, NoReport, Report
from graphkit.reading import read_paths
from graphkit.reading.records import read_jsonl
from graphkit.reading.tables import read_csv

TEXT = "4月5日，石渡县委书记何清嘉到云雾镇调研。"
TITLE = "何清嘉到云雾镇调研"
DAY = "2024-04-05"
WHOLE = (TITLE, DAY, "石渡日报", "http://a.cn/1")
URL = WHOLE[3]
CRAWLERS: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "AKShare, stock_news_em": (
        {"关键词": "x", "新闻标题": TITLE, "新闻内容": TEXT, "发布时间": f"{DAY} 08:30:00", "文章来源": "石渡日报", "新闻链接": URL},
        WHOLE,
    ),
    "AKShare, news_cctv": ({"date": "20240405", "title": TITLE, "content": TEXT}, (TITLE, DAY, "", "")),
    "GeneralNewsExtractor": (
        {"title": TITLE, "author": "林知远", "publish_time": f"{DAY} 08:30:00", "content": TEXT, "images": []},
        (TITLE, DAY, "", ""),
    ),
    "news-please": (
        {"title": TITLE, "maintext": TEXT, "date_publish": f"{DAY} 08:30:00", "source_domain": "a.cn", "url": URL,
         "date_download": "2025-01-01 00:00:00", "description": None, "authors": []},
        (TITLE, DAY, "", URL),
    ),
    "government_policy_crawler": (
        {"title": TITLE, "pub_date": DAY, "content_source": "石渡日报", "content": TEXT}, (TITLE, DAY, "石渡日报", ""),
    ),
    "news2016zh": (
        {"news_id": "7", "keywords": "x", "desc": "摘要。", "title": TITLE, "source": "石渡日报", "time": "2024-04-05 08:30",
         "content": TEXT},
        (TITLE, DAY, "石渡日报", ""),
    ),
    "scrapyuniversal": (
        {"title": TITLE, "url": URL, "text": TEXT, "datetime": f"{DAY} 08:30:00", "source": "石渡日报", "website": "石渡网"},
        WHOLE,
    ),
    "fun-rec": (
        {"title": TITLE, "ctime": "1712275200", "url": URL, "content": TEXT, "cate": "国内", "news_id": "7"},
        (TITLE, DAY, "", URL),
    ),
    "trafilatura": (
        {"title": TITLE, "author": None, "hostname": "a.cn", "date": DAY, "fingerprint": "591f7a554d35b73f", "id": None,
         "license": None, "comments": "", "raw_text": TEXT.replace("，", " "), "text": TEXT, "language": None, "image": None,
         "pagetype": None, "filedate": "2026-11-29", "source": URL, "source-hostname": "石渡日报", "excerpt": "摘要。",
         "categories": "", "tags": ""},
        (TITLE, DAY, "石渡日报", ""),
    ),
    "Tushare, news": (
        {"datetime": f"{DAY} 08:30:00", "content": TEXT, "title": TITLE, "channels": "要闻"}, (TITLE, DAY, "", ""),
    ),
    "Scrapy_Straitstimes": (
        {"title": TITLE, "article": TEXT, "pubdate": f"{DAY} 08:30", "author": "林知远", "link": URL,
         "title_related_to_China": "1", "article_related_to_China": "1"},
        (TITLE, DAY, "", URL),
    ),
    "news_spider": (
        {"source": "石渡日报", "title": TITLE, "author": "林知远", "publish_time": f"{DAY} 08:30:00", "content": TEXT,
         "rich_content": f"<p>{TEXT}</p>"},
        (TITLE, DAY, "石渡日报", ""),
    ),
    "JSON-LD": (
        {"@context": "https://schema.org", "@type": "NewsArticle", "headline": TITLE, "datePublished": "2024-04-05T08:30:00+08:00",
         "publisher": {"@type": "Organization", "name": "石渡日报"}, "url": URL, "articleBody": TEXT},
        WHOLE,
    ),
    "MongoDB": (
        {"_id": {"$oid": "5e31"}, "Title": TITLE, "Content": TEXT, "pubDate": {"$date": "2024-04-04T16:00:00Z"},
         "SOURCE": {"id": None, "name": "石渡日报"}, "Link": URL},
        WHOLE,
    ),
    "Elasticsearch": (
        {"_index": "news", "_id": "7", "_source": {"标题": TITLE, "正文": TEXT, "发布日期": DAY, "媒体": "石渡日报", "链接": URL}},
        WHOLE,
    ),
    "meta": ({"meta": {"title": TITLE, "pub-date": DAY, "Source": "石渡日报", "URL": URL}, "body": [TEXT]}, WHOLE),
}  # fmt: skip


def one(record: dict[str, Any]) -> Report | NoReport | Failure:
    (found,) = read_jsonl([json.dumps(record, ensure_ascii=False).encode()], "r.jsonl", "r")
    return found


@pytest.mark.parametrize("name", CRAWLERS)
def test_the_fields_of_crawlers_are_read(name: str) -> None:
    record, expected = CRAWLERS[name]
    report = one(record)
    assert isinstance(report, Report)
    assert report.text == TEXT
    assert (report.title, report.date, report.publisher, report.url) == expected


@pytest.mark.parametrize("name", [n for n, (r, _) in CRAWLERS.items() if all(isinstance(v, str) for v in r.values())])
def test_the_columns_of_crawlers_are_read(name: str) -> None:
    record, expected = CRAWLERS[name]
    file = io.StringIO()
    csv.writer(file).writerows([record.keys(), record.values()])
    (report,) = read_csv(file.getvalue().encode(), "r.csv", "r")
    assert isinstance(report, Report)
    assert (report.text, report.title, report.date, report.publisher, report.url) == (TEXT, *expected)


@given(st.sampled_from([(f, n) for f, names in column_names().items() for n in names]), st.randoms())
def test_names_are_compared_without_case_and_separators(entry: tuple[str, str], random: Any) -> None:
    field, name = entry
    varied = "".join(random.choice((c.upper(), c.lower())) for c in name.replace("_", random.choice("_- ")))
    value = {"text": TEXT, "url": URL}.get(field, DAY)
    report = one({varied: value} if field == "text" else {varied: value, "text": TEXT})
    assert isinstance(report, Report)
    assert getattr(report, field) == value


@pytest.mark.parametrize("value", [*sorted(missing_values()), "NaN", "None", "NULL", "NaT", " - ", "", "  ", None])
def test_missing_values(value: str | None) -> None:
    fields = {"id": value, "title": value, "date": value, "publisher": value, "place": value, "url": value}
    report = one({**fields, "text": f"2024-04-05\n石渡日报讯 {TEXT}"})
    assert isinstance(report, Report)
    assert (report.id, report.date, report.publisher, report.url) == ("r-1", DAY, "石渡日报", "")
    assert report.unread_date == ""
    assert isinstance(one({"text": value, "title": "x"}), NoReport)


def test_nan_of_json_is_missing() -> None:
    (report,) = read_jsonl([f'{{"id": NaN, "title": NaN, "content": "{TEXT}", "text": NaN}}'.encode()], "r.jsonl", "r")
    assert isinstance(report, Report)
    assert (report.id, report.text) == ("r-1", TEXT)


@pytest.mark.parametrize(("name", "texts"), [("31-nan.csv", 1), ("03-akshare.csv", 1), ("03-akshare.jsonl", 1)])
def test_the_cases_are_read(shared: Path, name: str, texts: int) -> None:
    path = shared / "cases" / "reading" / name
    if not path.exists():
        pytest.skip(f"there is no {path}")
    found = list(read_paths([path]))
    assert sum(isinstance(f, Report) for f in found) == texts
    assert all(isinstance(f, (Report, NoReport)) for f in found)


def test_an_empty_field_is_read_from_the_next_name() -> None:
    report = one({"text": "", "content": TEXT, "title": "-", "标题": TITLE})
    assert isinstance(report, Report)
    assert (report.text, report.title) == (TEXT, TITLE)


def test_paragraphs_in_a_list_are_lines() -> None:
    report = one({"content": ["何清嘉调研", TEXT]})
    assert isinstance(report, Report)
    assert report.text == f"何清嘉调研\n{TEXT}"


@pytest.mark.parametrize(
    "record",
    [
        {"text": TEXT, "author": {"title": "记者", "id": "9", "name": "林"}},
        {"text": TEXT, "related": [{"title": "x", "url": "http://b.cn"}]},
        {"text": TEXT, "source": "http://b.cn/"},
        {"text": TEXT, "source": {"logo": "x"}},
    ],
)
def test_fields_of_other_things_are_not_fields_of_the_report(record: dict[str, Any]) -> None:
    report = one(record)
    assert isinstance(report, Report)
    assert (report.id, report.title, report.publisher, report.url) == ("r-1", "", "", "")


def test_a_record_without_text_names_its_fields() -> None:
    failure = one({"name": "x", "summary": "y"})
    assert isinstance(failure, Failure)
    assert failure.reason.startswith("no `text`")
    assert failure.reason.endswith("found: name, summary")


def test_unused_names() -> None:
    report = one({"text": TEXT, "Pub_Date": DAY, "keywords": "x", "desc": "y"})
    assert isinstance(report, Report)
    assert report.origin is not None
    assert report.origin.unused == ("keywords", "desc")
