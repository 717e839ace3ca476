"""Kind 18: fields at the beginning of Markdown files, as site generators and note programs write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphkit.model import Report
from tests.reading.kinds.article import DAY, PARAGRAPHS, PUBLISHER, TITLE, check, read_file

BODY = "\n\n".join(PARAGRAPHS)
FORMS = {
    "Hugo, TOML with a table and comments": f"""+++
# 石渡日报的稿件
title = "{TITLE}"
date = 2024-03-06T08:30:00+08:00 # 见报
draft = false
source = "{PUBLISHER}"
tags = ["调研", "春耕"]
[params]
  author = "林知远"
+++

{BODY}
""",
    "Hugo, time zone behind": f"---\ntitle: {TITLE}\ndate: 2024-03-05T18:30:00Z\nlastmod: 2024-05-01T00:00:00Z\nsource: {PUBLISHER}\n---\n\n{BODY}\n",
    "Hugo, JSON": f'{{\n  "title": "{TITLE}",\n  "date": "2024-03-06T08:00:00+08:00",\n  "source": "{PUBLISHER}"\n}}\n\n{BODY}\n',
    "Hexo": f"---\ntitle: {TITLE}\ndate: 2024-03-06 20:12:33\nupdated: 2024-05-01 08:00:00\ntags:\n- 调研\n- 春耕\ncategories: 时政\nsource: {PUBLISHER}\n---\n{BODY}\n",
    "Hexo, without the first line": f"title: {TITLE}\ndate: 2024-03-06 20:12:33\ntags: [调研]\nsource: {PUBLISHER}\n---\n{BODY}\n",
    "Hexo, JSON": f'"title": "{TITLE}",\n"date": "2024/03/06 20:12:33",\n"source": "{PUBLISHER}"\n;;;\n{BODY}\n',
    "Jekyll": f'---\nlayout: post\ntitle:  "{TITLE}"\ndate:   2024-03-06 20:00:00 +0800\ncategories: 时政 调研\npublisher: {PUBLISHER}\n---\n{BODY}\n',
    "Obsidian": f'---\naliases: []\ntags:\n  - 调研\ncssclass:\ntitle: {TITLE}\ncreated: 2024-05-01T10:00\ndate: 2024-03-06\nsource: "[[{PUBLISHER}]]"\n---\n\n{BODY}\n',
    "Obsidian, links": f"---\ntitle: {TITLE}\ndate: 2024-03-06\nsource: [[报纸/石渡|{PUBLISHER}]]\nrelated: [[春耕]]\n---\n\n{BODY}\n",
    "Obsidian, Chinese names": f"---\n标题: {TITLE}\n发布时间: 2024年3月6日 08:30\n媒体: {PUBLISHER}\n标签:\n  - 春耕\n---\n\n{BODY}\n",
    "full-width colons": f"---\n标题：{TITLE}\n日期：2024年3月6日\n来源：{PUBLISHER}\n---\n\n{BODY}\n",
    "no closing line": f"---\ntitle: {TITLE}\ndate: 2024-03-06\nsource: {PUBLISHER}\n\n{BODY}\n",
    "Windows and byte order mark": f"\ufeff---\r\ntitle: {TITLE}\r\ndate: 2024-03-06\r\nsource: {PUBLISHER}\r\n---\r\n\r\n{BODY}\r\n",
    "TOML, Windows": f"+++\r\ntitle = '{TITLE}'\r\ndate = 2024-03-06\r\nsource = '{PUBLISHER}'\r\n+++\r\n\r\n{BODY}\r\n",
    "comments": f"---\n# 稿件\ntitle: {TITLE} # 标题\ndate: 2024-03-06 # 见报日期\n#draft: true\nsource: {PUBLISHER}\n---\n{BODY}\n",
    "nested": f"---\nlayout: news\nmetadata:\n  title: {TITLE}\n  date: 2024-03-06\n  source:\n    name: {PUBLISHER}\n---\n{BODY}\n",
    "nested in an own name": f"---\ntitle: {TITLE}\ndate: 2024-03-06\nextra:\n  weight: 3\n  date: 2001-01-01\nsource: {PUBLISHER}\n---\n{BODY}\n",
    "upper case": f"---\nTitle: {TITLE}\nDate: 2024-03-06\nSource: {PUBLISHER}\n---\n{BODY}\n",
    "names with blanks and hyphens": f"---\nnews-title: {TITLE}\npub date: 2024-03-06\ncontent-source: {PUBLISHER}\n---\n{BODY}\n",
    "tabs": f"---\ntitle:\t{TITLE}\ndate:\t2024-03-06\n\tweight: 1\nsource:\t{PUBLISHER}\n---\n{BODY}\n",
    "lists of one": f"---\ntitle: {TITLE}\ndate: [2024-03-06]\nsource: [{PUBLISHER}]\nauthor: [林知远, 许言]\n---\n{BODY}\n",
    "literal text": f"---\ntitle: |\n  {TITLE}\ndate: 2024-03-06\nsource: >\n  {PUBLISHER}\nsummary: |-\n  甲：乙\n  丙\n---\n{BODY}\n",
    "tags and anchors": f"---\ntitle: &t {TITLE}\nslug: *t\ndate: !!timestamp 2024-03-06\nsource: !!str {PUBLISHER}\n---\n{BODY}\n",
    "the same name twice": f"---\ntitle: {TITLE}\ndate: 2024-03-06\nsource: {PUBLISHER}\ntags: 调研\ntags: 春耕\n---\n{BODY}\n",
    "unquoted colons": f"---\nsummary: 要闻: 春耕: 生产\ntitle: {TITLE}\ndate: 2024-03-06\nsource: {PUBLISHER}\n---\n{BODY}\n",
    "date of a mail": f"---\ntitle: {TITLE}\ndate: Wed, 06 Mar 2024 20:00:00 +0800\nsource: {PUBLISHER}\n---\n{BODY}\n",
    "date with dots": f"---\ntitle: {TITLE}\ndate: 2024.3.6\nsource: {PUBLISHER}\n---\n{BODY}\n",
    "missing values": f"---\ntitle: {TITLE}\nsubtitle:\ndate: 2024-03-06\nsource: {PUBLISHER}\nurl: ~\nregion: null\n---\n{BODY}\n",
    "blank lines around": f"\n\n---\n\ntitle: {TITLE}\n\ndate: 2024-03-06\n\nsource: {PUBLISHER}\n\n---\n\n\n{BODY}\n",
    "title again as a heading": f"---\ntitle: {TITLE}\ndate: 2024-03-06\nsource: {PUBLISHER}\n---\n\n# {TITLE}\n\n{BODY}\n",
    "blanks behind the marks": f"---  \ntitle: {TITLE}\ndate: 2024-03-06\nsource: {PUBLISHER}\n---\t\n{BODY}\n",
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_the_fields_are_read(tmp_path: Path, form: str, encoding: str) -> None:
    text = FORMS[form].lstrip("\ufeff") if encoding != "utf-8" else FORMS[form]
    (report,) = read_file(tmp_path, "r.md", text, encoding)
    check(report)
    assert isinstance(report, Report)
    assert report.text.split("\n").count(TITLE) <= 1
    assert "---" not in report.text
    assert "title" not in report.text


@pytest.mark.parametrize(
    "text",
    [
        f"---\n\n{BODY}\n",
        f"{TITLE}\n---\n\n{BODY}\n",
        f"{PARAGRAPHS[0]}\n\n---\n\n{PARAGRAPHS[1]}\n",
        f"要求：抓好春耕\n---\n{BODY}\n",
        f"{{甲}}\n\n{BODY}\n",
        f"---\n地点：云雾镇\n\n{BODY}\n",
        f"---\n来源：石渡日报\n{BODY}\n\n标题：甲\n",
        f'{{"甲": "乙"}}\n{BODY}\n',
    ],
    ids=range(8),
)
def test_lines_of_the_text_are_kept(tmp_path: Path, text: str) -> None:
    found = read_file(tmp_path, "r.md", text)
    whole = "".join(r.text for r in found if isinstance(r, Report))
    words = "".join(c for c in text if c.isalnum())
    assert [c for c in words if c not in whole] == []
    assert {r.date for r in found if isinstance(r, Report)} <= {"", DAY}
