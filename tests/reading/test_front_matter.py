"""Fields at the beginning of Markdown files: YAML and TOML, also malformed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.model import Report
from graphkit.reading.front_matter import read_front_matter
from graphkit.reading.plain import read_markdown

TITLE = "石渡县委书记何清嘉到云雾镇调研"
BODY = "4月5日，县委书记何清嘉到云雾镇调研春耕生产。"
DAY = "2024-04-05"


def read(text: str) -> Report:
    (found,) = read_markdown(text.encode(), "r.md", "r")
    assert isinstance(found, Report)
    return found


FORMS = {
    "YAML": f'---\ntitle: "{TITLE}"\ndate: 2024-04-05T20:00:00+08:00\nsource: 石渡日报\nurl: http://a.cn/1\ntags: [调研, 春耕]\n---\n',
    "single quotes": f"---\ntitle: '{TITLE}'\ndate: '2024-04-05'\npublisher: 石渡日报\nlink: http://a.cn/1\n---\n",
    "Chinese names": f"---\n标题: {TITLE}\n日期: 2024年4月5日\n来源: 石渡日报\n链接: http://a.cn/1\n---\n",
    "lists": f"---\ntitle: {TITLE}\ndate: 2024-04-05\nsource:\n  - 石渡日报\nurl: http://a.cn/1\ntags:\n  - 调研\n---\n",
    "objects": f"---\ntitle: {TITLE}\ndate: 2024-04-05\nsource:\n  name: 石渡日报\nurl: http://a.cn/1\n---\n",
    "folded": f"---\ntitle: >-\n  {TITLE}\ndate: 2024-04-05\nsource: 石渡日报\nurl: http://a.cn/1\n---\n",
    "TOML": f'+++\ntitle = "{TITLE}"\ndate = 2024-04-05T20:00:00+08:00\nsource = "石渡日报"\nurl = "http://a.cn/1"\n+++\n',
    "day of TOML": f"+++\ntitle = '{TITLE}'\ndate = 2024-04-05\nsource = '石渡日报'\nurl = 'http://a.cn/1'\n+++\n",
    "malformed YAML": f"---\ntitle: {TITLE}\nsummary: 甲: 乙: [丙\ndate: 2024-04-05\nsource: 石渡日报\nurl: http://a.cn/1\n---\n",
    "malformed TOML": f"+++\ntitle = {TITLE}\ndate = 2024-04-05\nsource = 石渡日报\nurl = http://a.cn/1\n+++\n",
    "dots at the end": f"---\ntitle: {TITLE}\ndate: 2024-04-05\nsource: 石渡日报\nurl: http://a.cn/1\n...\n",
    "byte order mark": f"\ufeff---\ntitle: {TITLE}\ndate: 2024-04-05\nsource: 石渡日报\nurl: http://a.cn/1\n---\n",
    "line breaks of Windows": f"---\r\ntitle: {TITLE}\r\ndate: 2024-04-05\r\nsource: 石渡日报\r\nurl: http://a.cn/1\r\n---\r\n",
    "inside meta": f"---\nmeta:\n  title: {TITLE}\n  date: 2024-04-05\n  source: 石渡日报\n  url: http://a.cn/1\n---\n",
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_the_fields_of_front_matter_are_read(form: str) -> None:
    found = read(f"{FORMS[form]}\n{BODY}\n")
    assert (found.title, found.date, found.publisher, found.url) == (TITLE, DAY, "石渡日报", "http://a.cn/1")
    assert found.text == f"{TITLE}\n{BODY}"


@pytest.mark.parametrize(
    "text",
    [
        f"---\n{BODY}\n---\n{BODY}\n",
        f"---\n{BODY}\n",
        f"{BODY}\n---\ntitle: 甲\n---\n",
        f"----\ntitle: 甲\n----\n{BODY}\n",
        f"--- title: 甲\n---\n{BODY}\n",
        f"---\n- 甲\n- 乙\n---\n{BODY}\n",
        f"+++\n{BODY}\n+++\n{BODY}\n",
        f"---\ntitle: 甲\n{BODY}\n",
        "---\n",
        "---",
        "",
    ],
    ids=range(11),
)
def test_other_text_is_not_front_matter(text: str) -> None:
    assert read_front_matter(text, "r.md") == ({}, text, None)


def test_the_fields_hold_for_all_sections_and_the_lines_are_counted() -> None:
    text = f"---\ndate: 2024-04-05\nsource: 石渡日报\n---\n\n# 要闻\n\n## 甲县召开会议\n{BODY}\n\n## 乙县召开会议\n{BODY}\n"
    found = [r for r in read_markdown(text.encode(), "r.md", "r") if isinstance(r, Report)]
    assert [(r.title, r.date, r.publisher) for r in found] == [
        ("甲县召开会议", DAY, "石渡日报"),
        ("乙县召开会议", DAY, "石渡日报"),
    ]
    assert [r.source for r in found] == ["r.md:8", "r.md:11"]


def test_an_incomplete_date_is_kept_as_unread() -> None:
    found = read(f"---\ntitle: {TITLE}\ndate: 2024-04\n---\n{BODY}\n")
    assert (found.date, found.unread_date) == ("", "2024-04")


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (f"> {BODY}", BODY), (f">> {BODY}", BODY), (f">{BODY}", BODY), ("![图为何清嘉在调研](a.jpg)", "图为何清嘉在调研"),
        (f"{BODY}![](a.jpg)", BODY), (f"{BODY}![IMG_1](a.jpg)", BODY), (f"[{BODY}](http://a.cn)。", f"{BODY}。"), (f"**{BODY}**", BODY),
        (f"> ![图为云雾镇](a.jpg){BODY}", f"图为云雾镇{BODY}"), (f"{BODY}<br>", BODY),
    ],
)  # fmt: skip
def test_marks_of_markdown_are_no_text(line: str, shown: str) -> None:
    assert read(f"{TITLE}\n\n{line}\n").text == f"{TITLE}\n{shown}"


def test_the_case_is_read(shared: Path) -> None:
    (found,) = read_markdown((shared / "cases" / "reading" / "25-front-matter.md").read_bytes(), "r.md", "r")
    assert isinstance(found, Report)
    assert (found.title, found.date, found.publisher) == (TITLE, DAY, "石渡日报")
    assert "tags" not in found.text
    assert "!" not in found.text
    assert "县长周远航参加调研。" in found.text.split("\n")


@given(st.text(alphabet="-+:=\n 甲a[]{}&*!|>'\"", max_size=60))
def test_no_text_is_lost(text: str) -> None:
    fields, rest, _ = read_front_matter(f"---\n{text}", "r.md")
    assert fields or rest == f"---\n{text}" or text.endswith(rest)
