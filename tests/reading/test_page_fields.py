"""Date and publisher come from the displayed text and the head of a page, not from attributes or scripts."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphkit.model import Report
from graphkit.reading import read_paths

BODY = (
    "<p>9月16日下午，石渡县产业推介会在县会议中心举行。县委书记何清嘉出席并致辞。何清嘉指出，要优化营商环境，推动高质量发展。</p>"
    * 2
)


def report(folder: Path, head: str, line: str) -> Report:
    page = (
        "<html><head><title>石渡县举行产业推介会 - "
        f"石渡县人民政府</title>{head}</head><body><h1>石渡县举行产业推介会</h1><div>{line}</div><div>{BODY}</div></body></html>"
    )
    (folder / "p.html").write_text(page, encoding="utf-8")
    (found,) = read_paths([folder / "p.html"])
    assert isinstance(found, Report)
    return found


SHOWN = "<span>时间：2019-09-18 06:23</span>"
META = '<meta name="PubDate" content="2019-09-18 06:23">'


@pytest.mark.parametrize(
    ("head", "line"),
    [
        ("", f'<span alt="时间：2017-11-08">{SHOWN}</span>'),
        (META, '<span alt="时间：2017-11-08">山西</span>'),
        ("", f'<img title="发布时间：2017-11-08">{SHOWN}'),
        ("", f"<!-- 发布时间：2017-11-08 -->{SHOWN}"),
        ("", f"<script>var t = '时间：2017-11-08';</script>{SHOWN}"),
        ("", f'<div style="display: none">时间：2017-11-08</div>{SHOWN}'),
        ("", f"<div hidden>发布时间：2017-11-08</div>{SHOWN}"),
        ("", f'<input value="日期：2017-11-08">{SHOWN}'),
        ("", f"<template>时间：2017-11-08</template>{SHOWN}"),
        ("", "<span><i>时间：</i>2019-09-18</span>"),
        ("", "<b>发布时间</b><em>：</em>2019年9月18日"),
        (META, "活动时间：2019-08-01"),
        (META.replace("PubDate", "pubdate"), ""),
        ('<meta property="article:published_time" content="2019-09-18T06:23:00+08:00">', ""),
        ('<meta name="publishdate" content="20190918062300">', ""),
        (META.replace("09-18", "08-01"), "发布时间：2019-09-18"),
        ('<meta name="PubDate" content="unknown">', SHOWN),
    ],
)
def test_the_date_comes_from_the_displayed_text_or_the_head(tmp_path: Path, head: str, line: str) -> None:
    assert report(tmp_path, head, line).date == "2019-09-18"


@pytest.mark.parametrize(
    ("head", "publisher"),
    [
        ('<meta name="ContentSource" content="山西日报">', "山西日报"),
        ('<META NAME="contentsource" CONTENT=" 来源：山西日报 ">', "山西日报"),
        ('<meta property="article:source" content="山西日报">', "山西日报"),
        ('<meta name="SiteName" content="石渡网"><meta name="ContentSource" content="山西日报">', "山西日报"),
        ('<meta content="山西日报" name="ContentSource">', "山西日报"),
    ],
)
def test_the_publisher_comes_from_the_stated_source(tmp_path: Path, head: str, publisher: str) -> None:
    assert report(tmp_path, head, SHOWN).publisher == publisher


@pytest.mark.parametrize("content", ["", "本站", "未知", "互联网", "12345", "http://a.cn", "很长的名字" * 10])
def test_an_invalid_name_is_not_a_publisher(tmp_path: Path, content: str) -> None:
    assert (
        report(tmp_path, f'<meta name="ContentSource" content="{content}">', SHOWN).publisher
        == report(tmp_path, "", SHOWN).publisher
    )
