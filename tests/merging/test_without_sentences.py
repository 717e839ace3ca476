"""The encoder reads every character of a text; its proposals outside the sentences of a report are no statements."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import graphkit

#: Lines that state nothing themselves, although most of them name persons, places and organizations.
FURNITURE = [
    "3月2日，市委书记王建国到青石县调研。首页 网站地图 首页 网站地图",
    "首页 > 政务 > 市领导活动 > 市长李志强到白云产业园调研",
    "上一篇：市委书记王建国到青石县调研",
    "下一篇：市长李志强出席青石县重点项目开工仪式",
    "责任编辑：李志强　来源：青石县人民政府办公室　作者：王建国",
    "（青石日报记者 李志强 通讯员 王建国）",
    "图为市长李志强在白云产业园调研。青石日报记者 陈若川 摄",
    "分享到：微信 微博 打印 字号：大 中 小",
    "来源：白云经济技术开发区 发布日期：2024-03-02 浏览次数：12",
    "主办单位：青石县人民政府　承办单位：青石县人民政府办公室　地址：青石县建设路1号",
    "【纠错】 青石县委书记王建国主持召开常委会会议",
    "友情链接：中国政府网 青石市人民政府 白云产业园管委会",
]
SENTENCE = "3月2日，市长李志强到白云产业园调研。"


def reading(text: str) -> graphkit.Reading:
    return graphkit.extract(text, date="2024-03-02", extractor="offline")


@pytest.mark.parametrize("line", FURNITURE)
@pytest.mark.parametrize("times", [1, 12])
def test_text_of_one_kind_of_line_is_read_without_an_error(line: str, times: int) -> None:
    text = "\n".join([line] * times)
    assert all(0 <= s.start < s.end <= len(text) for s in reading(text).statements)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([*FURNITURE, SENTENCE, ""]), min_size=1, max_size=8), st.sampled_from("\n　 "))
def test_any_order_of_lines_is_read_without_an_error(lines: list[str], gap: str) -> None:
    assume(any(lines))  # A text without a letter is refused.
    text = gap.join(lines)
    found = reading(text)
    for s in found.statements:
        assert s.end <= len(text)
        assert any(p.start <= s.start < p.end for p in found.passages)
