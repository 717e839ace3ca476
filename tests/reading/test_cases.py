"""Every file of ../shared/cases/reading gives what its name implies."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

import graphkit
from graphkit.model import Failure, NoReport, NotRead, Report
from graphkit.reading.sources import read_paths

#: Path, number of reports, and the title, date and publisher of the first one.
READ = [
    ("01-same-stem", 2, "石渡县委书记何清嘉到雲霧鎮調研", "", "石渡日报"),
    ("02-entity-pua.html", 1, "何清嘉到青禾产业园调研", "2024-04-05", "石渡新闻网"),
    ("02-iconfont.html", 1, "何清嘉到青禾产业园调研", "2024-04-05", "石渡新闻网"),
    ("02-ok.html", 1, "何清嘉到青禾产业园调研", "2024-04-05", "石渡新闻网"),
    ("02-replacement-outside.html", 1, "何清嘉到青禾产业园调研", "2024-04-05", "石渡新闻网"),
    ("03-akshare.csv", 1, "何清嘉到青禾产业园调研", "2024-04-05", ""),
    ("03-akshare.jsonl", 1, "何清嘉到青禾产业园调研", "2024-04-05", ""),
    ("04-array-named.jsonl", 1, "", "2024-04-05", ""),
    ("04-array.json", 2, "", "2024-04-05", ""),
    ("05-gov-meta.html", 1, "石渡县举行产业推介会", "2019-09-18", "山西日报"),
    ("06-caption-emsp.txt", 1, "", "", ""),
    ("06-caption-nl.txt", 1, "", "", ""),
    ("06b-dateline-emsp2.txt", 1, "", "", "新华社"),
    ("07-xinhua-furniture.txt", 1, "何清嘉在县委集体学习时强调 健全网络治理长效机制", "", "石渡日报"),
    ("09b-posts.jsonl", 24, "", "2024-04-15", ""),
    ("10-refuse.txt", 1, "", "", ""),
    ("13b-dengdao.jsonl", 17, "", "2024-04-15", ""),
    ("14b-ethnic.jsonl", 17, "", "2024-04-15", ""),
    ("16-excel-gbk.csv", 1, "何清嘉到云雾镇调研", "2024-04-05", "石渡日报"),
    ("16-sep.csv", 1, "何清嘉到云雾镇调研", "2024-04-05", "石渡日报"),
    ("16-tab.csv", 1, "何清嘉到云雾镇调研", "2024-04-05", "石渡日报"),
    ("17-datefield.jsonl", 30, "", "2024-04-05", ""),
    ("18-rss.xml", 1, "何清嘉到云雾镇调研", "2024-04-05", "石渡要闻"),
    ("25-front-matter.md", 1, "石渡县委书记何清嘉到云雾镇调研", "2024-04-05", "石渡日报"),
    ("27-gbk-a3a0.txt", 1, "石渡县委书记何清嘉到云雾镇调研", "", "石渡日报"),
    ("27-gbk-cuttail.txt", 1, "石渡县委书记何清嘉到云雾镇调研", "", "石渡日报"),
    ("29-html-in-text.jsonl", 2, "", "2024-04-15", ""),
    ("31-nan.csv", 1, "", "", ""),
    ("35-ctrl-z.txt", 1, "石渡县委书记何清嘉到云雾镇调研", "", "石渡日报"),
    ("36-merged.docx", 1, "石渡县委书记何清嘉到云雾镇调研", "", ""),
    ("36-nested.docx", 1, "石渡县委书记何清嘉到云雾镇调研", "", ""),
    ("36-trackchange.docx", 1, "石渡县委书记何清嘉到云雾镇调研", "", ""),
    ("41-kangxi.jsonl", 2, "", "2024-04-05", ""),
]


def reports(path: Path) -> list[Report]:
    return [found for found in read_paths([path]) if isinstance(found, Report)]


@pytest.mark.parametrize(("name", "number", "title", "date", "publisher"), READ, ids=[row[0] for row in READ])
def test_the_file_is_read(shared: Path, name: str, number: int, title: str, date: str, publisher: str) -> None:
    found = reports(shared / "cases" / "reading" / name)
    assert len(found) == number
    assert (found[0].title, found[0].date, found[0].publisher) == (title, date, publisher)
    for report in found:
        assert "\ufffd" not in report.text
        assert "<p>" not in report.text
        assert "&nbsp;" not in report.text


@pytest.mark.parametrize("name", [row[0] for row in READ])
def test_quotes_are_exact_and_contain_no_words_of_the_page(shared: Path, name: str) -> None:
    for report in reports(shared / "cases" / "reading" / name):
        reading = graphkit.extract(report.text, title=report.title, date=report.date, place=report.place)
        for s in reading.statements:
            words = f"{report.text[s.start : s.end]} {s.subject.name} {s.object.name}"
            assert report.text[s.subject.start : s.subject.end]
            assert not any(word in words for word in ("摄", "纠错", "责任编辑", "下一篇", "谢明远", "供稿", "电　"))


def test_every_file_is_in_the_table(shared: Path) -> None:
    names = {path.name for path in (shared / "cases" / "reading").iterdir()}
    assert names == {row[0] for row in READ} | {"40-skip", "28-mojibake-utf8-as-gbk.txt"}


def test_dates_in_fields_are_read_or_kept_as_unread(shared: Path) -> None:
    found = reports(shared / "cases" / "reading" / "17-datefield.jsonl")
    assert Counter(r.date for r in found if r.id != "t05") == {"2024-04-05": 23, "": 6}
    assert next(r.date for r in found if r.id == "t05") == "2024-04-06"
    unread = ["05/04/2024", "24-04-05", "2024年4月", "2024", "4/5/2024", "民国一一三年四月五日"]
    assert [r.unread_date for r in found if not r.date] == unread


def test_files_that_are_not_read_have_a_reason(shared: Path) -> None:
    folder = shared / "cases" / "reading"
    (mojibake,) = read_paths([folder / "28-mojibake-utf8-as-gbk.txt"])
    assert isinstance(mojibake, Failure)
    assert "UTF-8 text that was read as GB18030" in mojibake.reason
    assert sum(isinstance(found, NoReport) for found in read_paths([folder / "31-nan.csv"])) == 3
    skipped = list(read_paths([folder / "40-skip"]))
    assert len([found for found in skipped if isinstance(found, Report)]) >= 6
    assert all(found.reason for found in skipped if isinstance(found, (NotRead, Failure)))
