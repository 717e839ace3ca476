"""Saved pages, mails, feeds, books, archives and compressed files, as programs and people write them."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import quopri
import zipfile
from base64 import b64encode
from pathlib import Path

import pytest

from graphkit.model import NotRead, Report
from tests.reading.every_format import tar
from tests.reading.kinds.article import DAY, PARAGRAPHS, PUBLISHER, TEXT, TITLE, check, read_file, reports

BODY = "".join(f"<p>　　{words}</p>" for words in PARAGRAPHS)
PAGE = (
    f"<html><head><meta charset='{{charset}}'><title>{TITLE}_石渡县人民政府</title></head><body><div><a href='/'>首页</a></div><h1>{TITLE}</h1>"
    f"<div>发布时间：2024-03-06 08:30 来源：石渡日报</div><div id='zoom'>{BODY}</div></body></html>"
)
RFC = "Wed, 06 Mar 2024 08:30:00 +0800"


def encoded(words: str, charset: str = "utf-8") -> str:
    return f"=?{charset}?B?{b64encode(words.encode(charset)).decode()}?="


def base64(data: bytes) -> str:
    return "\r\n".join(b64encode(data).decode()[n : n + 76] for n in range(0, 4 * len(data), 76)).strip()


def quoted(data: bytes) -> str:
    return quopri.encodestring(data).decode()


def saved(
    page: str, charset: str = "utf-8", cte: str = "base64", header: str = "", kind: str = "text/html", extra: str = ""
) -> bytes:
    data = page.replace("{charset}", charset).encode(charset)
    content = base64(data) if cte == "base64" else quoted(data)
    return (
        f'{header}MIME-Version: 1.0\r\nContent-Type: multipart/related; type="text/html"; boundary="--b"\r\n\r\n----b\r\nContent-Type: {kind}; '
        f'charset="{charset}"\r\nContent-Transfer-Encoding: {cte}\r\nContent-Location: http://www.a.cn/xw/1.html\r\n\r\n{content}\r\n{extra}----b--\r\n'
    ).encode("ascii")


CHROME = (
    f"From: <Saved by Blink>\r\nSnapshot-Content-Location: http://www.a.cn/xw/1.html\r\nSubject: {encoded(TITLE)}\r\nDate: Sun, 29 Nov 2026 01:00:00 -0000\r\n"
)  # fmt: skip
EXPLORER = f"From: {encoded('由 Windows Internet Explorer 8 保存', 'gb2312')}\r\nSubject: {encoded(TITLE, 'gb2312')}\r\nDate: Sun, 29 Nov 2026 09:00:00 +0800\r\n"
PICTURE = "----b\r\nContent-Type: image/gif\r\nContent-Transfer-Encoding: base64\r\nContent-Location: http://www.a.cn/1.gif\r\n\r\nR0lGODlhAQABAAAAACw=\r\n"

SAVED = {
    "Chrome": saved(PAGE, cte="quoted-printable", header=CHROME),
    "Chrome base64": saved(PAGE, header=CHROME, extra=PICTURE),
    "Edge": saved(PAGE, cte="quoted-printable", header=CHROME.replace("Blink", "Microsoft Edge")),
    "Explorer": saved(PAGE, "gb2312", header=EXPLORER, extra=PICTURE),
    "Explorer quoted": saved(PAGE, "gb2312", "quoted-printable", header=EXPLORER),
    "Explorer UTF-8": saved(PAGE, "utf-8", "quoted-printable", header=EXPLORER),
    "GBK": saved(PAGE, "gbk", header=EXPLORER),
    "no header": saved(PAGE),
    "style first": saved(PAGE, header=CHROME, extra="----b\r\nContent-Type: text/css\r\nContent-Location: cid:c@m\r\n\r\np {color: red}\r\n"),
    "xhtml": saved(PAGE, header=CHROME, kind="application/xhtml+xml"),
    "WPS": saved(PAGE, "gb2312", header="From: =?utf-8?B?S2luZ3NvZnQ=?= <Saved by WPS>\r\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", ["p.mht", "p.mhtml"])
@pytest.mark.parametrize("kind", SAVED)
def test_pages_that_browsers_saved(tmp_path: Path, kind: str, name: str) -> None:
    (report,) = read_file(tmp_path, name, SAVED[kind])
    check(report)
    assert isinstance(report, Report)
    assert report.url == "http://www.a.cn/xw/1.html"


def mail(
    body: str, *, subject: str = TITLE, sender: str = PUBLISHER, charset: str = "utf-8", html: bool = False, date: str = RFC,
    cte: str = "base64", extra: str = ""
) -> bytes:  # fmt: skip
    kind = "html" if html else "plain"
    content = base64(body.encode(charset)) if cte == "base64" else quoted(body.encode(charset))
    part = f'Content-Type: text/{kind}; charset="{charset}"\r\nContent-Transfer-Encoding: {cte}\r\n\r\n{content}\r\n'
    start = (
        f'From: "{encoded(sender, charset)}" <news@a.cn>\r\nTo: <b@b.cn>\r\nSubject: {encoded(subject, charset)}\r\nDate: {date}\r\n'
        "X-Mailer: QQMail 2.x\r\nMIME-Version: 1.0\r\n"
    )
    if extra:
        return (
            f'{start}Content-Type: multipart/mixed; boundary="b1"\r\n\r\nThis is a multi-part message in MIME format.\r\n\r\n--b1\r\n{part}--b1\r\n{extra}--b1--\r\n'
        ).encode()  # fmt: skip
    return (start + part).encode()


QQ = (
    f"<div>{''.join(f'<div>{p}</div>' for p in PARAGRAPHS)}</div><div><includetail><!--<![endif]--></includetail></div>"
)
NETEASE = f'<div style="line-height:1.7;font-size:14px;font-family:Arial">{BODY}</div><br><br><span title="neteasefooter"><p>&nbsp;</p></span>'
ATTACHED = f'Content-Type: application/octet-stream; name="{encoded("附件.doc")}"\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n'
OTHER_DAY = "Fri, 29 Mar 2024 10:00:00 +0800"
MAILS = {
    "text": mail(TEXT),
    "quoted-printable": mail(TEXT, cte="quoted-printable"),
    "GB18030 of QQ": mail(QQ, charset="gb18030", html=True),
    "GBK of 163": mail(NETEASE, charset="gbk", html=True),
    "UTF-8 of QQ": mail(QQ, html=True),
    "forwarded subject": mail(TEXT, subject=f"转发：{TITLE}"),
    "Fw of 163": mail(TEXT, subject=f"Fw:{TITLE}"),
    "attachment": mail(TEXT, extra=ATTACHED),
    "indented": mail("　　" + "\n　　".join(PARAGRAPHS)),
    "title in the text": mail(f"{TITLE}\n{TEXT}"),
    "time zone": mail(TEXT, date="Tue, 05 Mar 2024 16:30:00 GMT"),
    "day of the text": mail(f"{TITLE}\n2024-03-06 来源：石渡日报\n{TEXT}", date=OTHER_DAY),
    "发布时间": mail(f"{TITLE}\n发布时间：2024年3月6日\n{TEXT}", date=OTHER_DAY),
    "day at the end": mail(f"{TEXT}\n2024年3月6日", date=OTHER_DAY),
    "day of the page": mail(f"<h1>{TITLE}</h1><p>发布时间：2024-03-06</p>{BODY}", html=True, date=OTHER_DAY),
    "day of the dateline": mail(f"{TITLE}\n石渡日报2024年3月6日讯 {TEXT}", date=OTHER_DAY),
    "original mail": mail(f"------------------ 原始邮件 ------------------\n发件人: \"{PUBLISHER}\" <news@a.cn>;\n发送时间: 2024年3月6日(星期三) 上午8:30\n收件人: \"b\" <b@b.cn>;\n主题: {TITLE}\n\n{TEXT}", sender="林知远", date=OTHER_DAY),
    "original mail of 163": mail(f"---- 转发的邮件 ----\n| 发件人 | {PUBLISHER} |\n| 发送日期 | 2024年03月06日 08:30 |\n| 收件人 | b |\n| 主题 | {TITLE} |\n{TEXT}", sender="林知远", date=OTHER_DAY),
}  # fmt: skip


@pytest.mark.parametrize("kind", MAILS)
def test_mails(tmp_path: Path, kind: str) -> None:
    found = read_file(tmp_path, "m.eml", MAILS[kind])
    (report,) = reports(found)
    check(report)
    assert [one.kind for one in found if isinstance(one, NotRead)] == ["attachment"] * (kind == "attachment")


CDATA = f"<description><![CDATA[{BODY}]]></description>"
PUBDATE = f"<pubDate>{RFC}</pubDate>"


def rss(inside: str, title: str = PUBLISHER, spaces: str = "", head: str = "") -> str:
    item = f"<item><title>{TITLE}</title><link>http://a.cn/1.html</link>{inside}</item>"
    return f'{head}<rss version="2.0" {spaces}><channel><title>{title}</title>{item}</channel></rss>'


def atom(inside: str) -> str:
    entry = f'<entry><title>{TITLE}</title><link href="http://a.cn/1.html"/>{inside}</entry>'
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>{PUBLISHER}</title>{entry}</feed>'


CONTENT = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
FEEDS = {
    "RSS": rss(PUBDATE + CDATA, head='<?xml version="1.0" encoding="UTF-8"?>\n'),
    "source": rss(f'{PUBDATE}<source url="http://a.cn">{PUBLISHER}</source>{CDATA}', title="要闻"),
    "encoded": rss(f"{PUBDATE}<description>摘要</description><content:encoded><![CDATA[{BODY}]]></content:encoded>", spaces=CONTENT),
    "escaped": rss(f"{PUBDATE}<description>{BODY.replace('<', '&lt;').replace('>', '&gt;')}</description>"),
    "dc": rss(f"<dc:date>2024-03-06T08:30:00+08:00</dc:date><dc:publisher>{PUBLISHER}</dc:publisher>{CDATA}", title="要闻", spaces=DC),
    "Chinese date": rss(f"<pubDate>2024-03-06 08:30:00</pubDate>{CDATA}"),
    "GBK": rss(PUBDATE + CDATA, head='<?xml version="1.0" encoding="gb2312"?>'),
    "RDF": rss(f"<dc:date>2024-03-06</dc:date>{CDATA}", spaces=DC)
    .replace('<rss version="2.0"', '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"').replace("</rss>", "</rdf:RDF>"),
    "Atom": atom(f'<published>2024-03-06T00:30:00Z</published><updated>2026-01-01T00:00:00Z</updated><content type="html"><![CDATA[{BODY}]]></content>'),
    "Atom XHTML": atom(f'<published>2024-03-06T08:30:00+08:00</published><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{BODY}</div></content>'),
    "Atom summary": atom(f'<updated>2024-03-06T08:30:00+08:00</updated><summary type="html"><![CDATA[{BODY}]]></summary>'),
    "read more": rss(f"{PUBDATE}<description><![CDATA[{BODY}<p>阅读全文</p>]]></description>"),
}  # fmt: skip


@pytest.mark.parametrize("name", ["f.xml", "f.rss", "f.atom"])
@pytest.mark.parametrize("kind", FEEDS)
def test_feeds(tmp_path: Path, kind: str, name: str) -> None:
    (report,) = read_file(tmp_path, name, FEEDS[kind], "gb2312" if kind == "GBK" else "utf-8")
    check(report)
    assert isinstance(report, Report)
    assert report.url == "http://a.cn/1.html"


PLAIN = f"{TITLE}\n2024-03-06 来源：石渡日报\n{TEXT}".encode()
LINE = json.dumps({"title": TITLE, "date": DAY, "source": PUBLISHER, "content": TEXT}, ensure_ascii=False).encode()


class _Named(zipfile.ZipInfo):
    """A member whose name is written in GBK and without a flag, as old programs do."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode("gbk"), self.flag_bits & ~0x800


def zipped(files: dict[str, bytes], *, named: type[zipfile.ZipInfo] = zipfile.ZipInfo) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(named(name), data)
    return out.getvalue()


ARCHIVES: dict[str, tuple[str, bytes, list[str]]] = {
    "zip": ("a.zip", zipped({"1.txt": PLAIN}), ["1"]),
    "zip of folders": ("a.zip", zipped({"2024/1.txt": PLAIN, "2025/1.txt": PLAIN}), ["2024/1", "2025/1"]),
    "zip of a Mac": ("a.zip", zipped({"新闻/1.txt": PLAIN, "__MACOSX/新闻/._1.txt": b"\x00\x05", "新闻/.DS_Store": b"\x00"}), ["新闻/1"]),
    "zip of html": ("a.zip", zipped({"1.shtml": PAGE.replace("{charset}", "gbk").encode("gbk")}), ["1"]),
    "zip of lines": ("a.zip", zipped({"r.jsonl": LINE + b"\n" + LINE}), ["r-1", "r-2"]),
    "zip of a mail": ("a.zip", zipped({"m.eml": MAILS["text"]}), ["m"]),
    "zip of gz": ("a.zip", zipped({"r.jsonl.gz": gzip.compress(LINE)}), ["r-1"]),
    "tar": ("a.tar", tar({"2024/1.txt": PLAIN}), ["2024/1"]),
    "tar.gz": ("a.tar.gz", gzip.compress(tar({"新闻/1.txt": PLAIN})), ["新闻/1"]),
    "tgz": ("a.tgz", gzip.compress(tar({"1.html": PAGE.replace("{charset}", "utf-8").encode()})), ["1"]),
    "tar.bz2": ("a.tar.bz2", bz2.compress(tar({"1.txt": PLAIN})), ["1"]),
    "tar.xz": ("a.tar.xz", lzma.compress(tar({"1.txt": PLAIN})), ["1"]),
    "jsonl.gz": ("r.jsonl.gz", gzip.compress(LINE + b"\n" + LINE), ["r-1", "r-2"]),
    "json.gz": ("r.json.gz", gzip.compress(b"[" + LINE + b"," + LINE + b"]"), ["r-1", "r-2"]),
    "txt.gz": ("1.txt.gz", gzip.compress(PLAIN), ["1"]),
    "html.xz": ("1.html.xz", lzma.compress(PAGE.replace("{charset}", "utf-8").encode()), ["1"]),
    "csv.bz2": ("r.csv.bz2", bz2.compress(f"title,date,source,content\n{TITLE},{DAY},{PUBLISHER},\"{TEXT}\"\n".encode()), ["r-4"]),
    "two gzip members": ("r.jsonl.gz", gzip.compress(LINE + b"\n") + gzip.compress(LINE + b"\n"), ["r-1", "r-2"]),
}  # fmt: skip


@pytest.mark.parametrize("kind", ARCHIVES)
def test_archives_and_compressed_files(tmp_path: Path, kind: str) -> None:
    name, data, ids = ARCHIVES[kind]
    found = reports(read_file(tmp_path, name, data))
    assert [report.id for report in found] == ids
    for report in found:
        check(report)


@pytest.mark.parametrize(
    "names",
    [["新闻/石渡.txt"], ["石渡日报.txt", "2024年/三月.txt"], ["云雾镇/1.txt", "云雾镇/2.txt"], ["何清嘉调研.html"]],
)
def test_names_in_gbk_in_an_archive(tmp_path: Path, names: list[str]) -> None:
    page = PAGE.replace("{charset}", "utf-8").encode()
    data = zipped({name: page if name.endswith("html") else PLAIN for name in names}, named=_Named)
    found = reports(read_file(tmp_path, "a.zip", data))
    assert sorted(report.id for report in found) == sorted(name.rpartition(".")[0] for name in names)
    for report in found:
        check(report)


@pytest.mark.parametrize("inner", ["b.zip", "b.tar", "b.tar.gz", "x/b.zip", "b.7z", "b.rar"])
def test_an_archive_in_an_archive_is_listed_with_a_reason(tmp_path: Path, inner: str) -> None:
    found = read_file(tmp_path, "a.zip", zipped({"1.txt": PLAIN, inner: zipped({"2.txt": PLAIN})}))
    (report,) = reports(found)
    check(report)
    (other,) = [one for one in found if isinstance(one, NotRead)]
    assert inner in other.source
    assert other.reason
