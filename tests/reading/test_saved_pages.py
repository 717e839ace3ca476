"""Pages saved with other extensions than .html, from a folder, an archive and standard input."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from graphkit.model import Report
from graphkit.reading import read_paths

TITLE = "何清嘉到云雾镇调研春茶生产"
LINES = (
    "4月5日，石渡县委书记何清嘉到云雾镇调研。他走进茶园，详细了解春茶采摘情况。",
    "他强调，要做好春茶加工和销售工作，促进农民增收。县领导林知远参加调研。",
)
PAGE = (
    f'<html xmlns="http://www.w3.org/1999/xhtml"><head><meta name="PubDate" content="2024-04-06 10:00"/>'
    f'<meta name="ContentSource" content="石渡日报"/><title>{TITLE}</title></head><body><h1>{TITLE}</h1>'
    + "".join(f"<p>{line}</p>" for line in LINES)
    + "</body></html>"
)
XHTML = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x.dtd">\n'
SELF_CLOSED = PAGE.replace("<title>", '<script src="a.js"/><style/><title>').replace("<h1>", '<div class="ad"/><h1>')


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.shtml", "<!--#include virtual='/head.html' -->\n" + PAGE),
        ("a.SHTML", PAGE),
        ("a.shtm", PAGE),
        ("a.htm", PAGE),
        ("a.jhtml", PAGE),
        ("a.php.html", PAGE),
        ("a.xhtml", XHTML + PAGE),
        ("a.xhtml", XHTML + SELF_CLOSED),
        ("a.xht", PAGE),
        ("a.xml", XHTML + PAGE),
        ("a.rss", "<!DOCTYPE html>\n" + PAGE),
        ("a.mht", PAGE),
        ("a.mhtml", "\ufeff<!-- saved from url=(0014)about:internet -->\n" + PAGE),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_saved_page_is_read_with_its_fields(tmp_path: Path, name: str, text: str, encoding: str) -> None:
    data = text.removeprefix("\ufeff" if encoding != "utf-8" else "").encode(encoding)
    (tmp_path / name).write_bytes(data)
    with zipfile.ZipFile(tmp_path / "r.zip", "w") as archive:
        archive.writestr(f"sub/{name}", data)
    for path in (tmp_path / name, tmp_path / "r.zip"):
        (report,) = read_paths([path])
        assert isinstance(report, Report), report
        assert report.text == "\n".join((TITLE, *LINES))
        assert (report.title, report.date, report.publisher) == (TITLE, "2024-04-06", "石渡日报")


def test_a_feed_from_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"<?xml version='1.0'?><rss><channel><title>石渡要闻</title><item><description>{LINES[0]}</description></item></channel></rss>"

    class Stream:
        buffer = io.BytesIO(text.encode())

    monkeypatch.setattr("sys.stdin", Stream())
    (report,) = read_paths(["-"])
    assert isinstance(report, Report)
    assert (report.id, report.text, report.publisher) == ("stdin-1", LINES[0], "石渡要闻")
