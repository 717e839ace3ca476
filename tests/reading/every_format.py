"""Writes a report into every format that graphkit reads.

`python -m tests.reading.every_format FOLDER [NUMBER]` writes NUMBER files of mixed formats with invented reports, and
`expected.jsonl` with what is read from them.
"""

from __future__ import annotations

import bz2
import calendar
import csv
import gzip
import io
import json
import lzma
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from email.message import EmailMessage
from html import escape
from pathlib import Path

from backports import zstd

from graphkit.reading.formats import FORMATS
from tests.conftest import ROOT
from tests.reading.old_workbooks import xls
from tests.reading.workbooks import ods, xlsx

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_ODF = "urn:oasis:names:tc:opendocument:xmlns"
#: Publishers and their places. The division is that whose name begins the name of the publisher.
_PUBLISHERS = {"临汾新闻网": "山西省临汾市", "宣城日报": "安徽省宣城市", "人民日报": "", "新华网": ""}


@dataclass(frozen=True)
class Sample:
    """What is written: the text of a report and what is known of it."""

    title: str
    date: str
    publisher: str
    place: str
    paragraphs: tuple[str, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """The text of a document, which states the fields in its first lines."""
        return (self.title, f"{self.date} 来源：{self.publisher}", *self.paragraphs)

    @property
    def record(self) -> dict[str, str]:
        """The fields of a record."""
        text = "\n".join((self.title, *self.paragraphs))
        fields = {"title": self.title, "date": self.date, "publisher": self.publisher, "place": self.place}
        return {"id": "r", **{name: words for name, words in fields.items() if words}, "text": text}


def _text(sample: Sample) -> bytes:
    return "\n".join(sample.lines).encode("utf-8")


def _markdown(sample: Sample) -> bytes:
    return "\n\n".join((f"# {sample.title}", *sample.lines[1:])).encode("utf-8")


def _page(sample: Sample) -> str:
    body = "".join(f"<p>{escape(words)}</p>\n" for words in sample.paragraphs)
    return (
        f'<!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><head><meta charset="utf-8"/><title>{escape(sample.title)}</title>'
        f'<meta name="PubDate" content="{sample.date} 08:30"/><meta name="ContentSource" content="{sample.publisher}"/></head>'
        f'<body><h1>{escape(sample.title)}</h1><div class="content">{body}</div></body></html>'
    )


def _html(sample: Sample) -> bytes:
    return _page(sample).encode("utf-8")


def _saved_page(sample: Sample) -> bytes:
    return _mail(sample, html=True)


def _mail(sample: Sample, *, html: bool = False) -> bytes:
    message = EmailMessage()
    message["Subject"] = sample.title
    message["From"] = f"{sample.publisher} <news@example.org>"
    message["Date"] = f"{_english(sample.date)} 08:30:00 +0800"
    if html:
        message.set_content(_page(sample), subtype="html", cte="base64")
    else:
        message.set_content("\n".join(sample.paragraphs), cte="base64")
    return bytes(message)


def _english(date: str) -> str:
    months = calendar.month_abbr
    year, month, day = date.split("-")
    return f"{int(day)} {months[int(month)]} {year}"


def _feed(sample: Sample) -> bytes:
    body = escape("".join(f"<p>{escape(words)}</p>" for words in sample.paragraphs))
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>要闻</title><item>'
        f"<title>{escape(sample.title)}</title><pubDate>{_english(sample.date)} 08:30:00 +0800</pubDate>"
        f"<source>{sample.publisher}</source><description>{body}</description></item></channel></rss>"
    ).encode()


def _book(sample: Sample) -> bytes:
    body = "".join(f"<p>{escape(words)}</p>" for words in sample.lines[1:])
    chapter = (
        f'<html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body><h2>{escape(sample.title)}</h2>{body}'
        "</body></html>"
    )
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf"><metadata/><manifest><item id="a" href="a.xhtml" '
        'media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/></spine></package>'
    )
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="content.opf"/></rootfiles></container>'
    )
    return _zip(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": container,
            "content.opf": package,
            "a.xhtml": chapter,
        }
    )


def _docx(sample: Sample) -> bytes:
    body = "".join(f"<w:p><w:r><w:t xml:space='preserve'>{escape(words)}</w:t></w:r></w:p>" for words in sample.lines)
    return _zip(
        {
            "[Content_Types].xml": "<Types/>",
            "word/document.xml": f'<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>',
        }
    )


def _odt(sample: Sample) -> bytes:
    body = "".join(f"<text:p>{escape(words)}</text:p>" for words in sample.lines)
    spaces = "".join(f' xmlns:{name}="{_ODF}:{name}:1.0"' for name in ("office", "text"))
    return _zip(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"<office:document-content{spaces}><office:body><office:text>{body}</office:text></office:body>"
            "</office:document-content>",
        }
    )


def _rtf(sample: Sample) -> bytes:
    lines = ("".join(_rtf_character(c) for c in words) for words in sample.lines)
    return ("{\\rtf1\\ansi\\ansicpg936\\uc1 " + "\\par\n".join(lines) + "}").encode("ascii")


def _rtf_character(char: str) -> str:
    if char in "\\{}":
        return f"\\{char}"
    return char if ord(char) < 128 else f"\\u{(ord(char) + 0x8000) % 0x10000 - 0x8000}?"


def _pdf(sample: Sample) -> bytes:
    return pdf_pages(sample)


def pdf_pages(sample: Sample, *, columns: int = 1, header: str = "", lines: int = 40, width: int = 0) -> bytes:
    """Return a PDF with the text in columns, and a header and a page number on each page.

    lines: number of lines of a page. width: number of characters of a line, 0 for the usual one.
    """
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    out = io.BytesIO()
    canvas = Canvas(out, pageCompression=1, invariant=1)
    width = width or (44 if columns == 1 else 40 // columns)
    rows = [row for words in sample.paragraphs for row in _broken(f"\u3000\u3000{words}", width)]
    canvas.setFont("STSong-Light", 16)
    canvas.drawString(60, 780, sample.title)
    canvas.setFont("STSong-Light", 9)
    canvas.drawString(60, 755, sample.lines[1])
    page = at = 0
    while at < len(rows):
        page += 1
        canvas.setFont("STSong-Light", 9)
        if header:
            canvas.drawString(60, 815, header)
            canvas.drawString(290, 20, f"- {page} -")
        canvas.setFont("STSong-Light", 10)
        for column in range(columns):
            for n, words in enumerate(rows[at : at + lines]):
                canvas.drawString(60 + column * (width + 3) * 10, 730 - 16 * n, words)
            at += lines
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _broken(words: str, width: int) -> Iterator[str]:
    """Break a paragraph into lines of at most `width` Chinese characters; no line begins with a closing mark."""
    line, used = "", 0.0
    for char in words:
        size = 0.5 if ord(char) < 128 else 1
        if used + size > width and char not in "，。；：！？、”）》":
            yield line
            line, used = "", 0.0
        line, used = line + char, used + size
    yield line


def _lines(sample: Sample) -> bytes:
    return f"{json.dumps(sample.record, ensure_ascii=False)}\n".encode()


def _json(sample: Sample) -> bytes:
    return json.dumps({"code": 0, "data": {"list": [sample.record]}}, ensure_ascii=False, indent=1).encode()


def _table(sample: Sample, delimiter: str = ",") -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(sample.record)
    writer.writerow(sample.record.values())
    return out.getvalue().encode("utf-8-sig")


def _sheets(sample: Sample) -> dict[str, list[list[object]]]:
    return {"Sheet1": [list(sample.record), list(sample.record.values())]}


def _zip(parts: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, words in parts.items():
            package.writestr(name, words)
    return out.getvalue()


#: Reader of the table of formats → writer.
_WRITERS: dict[str, Callable[[Sample], bytes]] = {
    "text": _text,
    "markdown": _markdown,
    "html": _html,
    "mail": _mail,
    "feed": _feed,
    "book": _book,
    "word": _docx,
    "odt": _odt,
    "rtf": _rtf,
    "old_word": _rtf,
    "pdf": _pdf,
    "lines": _lines,
    "json": _json,
    "csv": _table,
    "tsv": lambda sample: _table(sample, "\t"),
    "workbook": lambda sample: xlsx(_sheets(sample)),
    "old_workbook": lambda sample: xls(_sheets(sample)),
}
_COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    ".gz": lambda data: gzip.compress(data, mtime=0),
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstd.compress,
}
_TARS = {".tar": "", ".tgz": ".gz", ".tbz": ".bz2", ".tbz2": ".bz2", ".txz": ".xz", ".tzst": ".zst"}
_IN_ARCHIVES = ".docx"


def tar(files: dict[str, bytes]) -> bytes:
    """Return an archive with the files."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def compressed(data: bytes, ending: str) -> bytes:
    """Return the data compressed with the method of an ending, "" for none."""
    return _COMPRESS[ending](data) if ending else data


def endings() -> list[str]:
    """Return the extensions of all files that are read; those of compressed files with the format in them."""
    plain = [ending for found in FORMATS if found.reader or found.shape == "archive" for ending in found.endings]
    packed = [f"{inner}{ending}" for ending in _COMPRESS for inner in (".jsonl", ".json", ".csv", ".txt", ".tar")]
    return plain + packed


def written(sample: Sample, ending: str) -> bytes:
    """Return a file with the report, of the format of an extension."""
    for packed in _COMPRESS:
        if ending.endswith(packed):
            return compressed(written(sample, ending.removesuffix(packed)), packed)
    if ending == ".zip":
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"2024/r{_IN_ARCHIVES}", written(sample, _IN_ARCHIVES))
        return out.getvalue()
    if ending in _TARS:
        return compressed(tar({f"2024/r{_IN_ARCHIVES}": written(sample, _IN_ARCHIVES)}), _TARS[ending])
    if ending in (".mht", ".mhtml"):
        return _saved_page(sample)
    if ending == ".ods":
        return ods(_sheets(sample))
    reader = next(found.reader for found in FORMATS if ending in found.endings)
    return _WRITERS[reader](sample)


def samples(number: int) -> Iterator[Sample]:
    """Yield invented reports with a title, in the order of `gold`."""
    publishers = list(_PUBLISHERS.items())
    found = 0
    for name in ("train", "writers", "dev"):
        rows = (ROOT / "gold" / f"{name}.reports.jsonl").read_text(encoding="utf-8").splitlines()
        for row in map(json.loads, rows):
            title, *paragraphs = (line.strip() for line in (row["title"], *row["text"].split("\n")) if line.strip())
            if paragraphs and paragraphs[0] == title:
                paragraphs = paragraphs[1:]
            if len(row["date"]) != 10 or not row["title"] or not _is_usable(title, paragraphs):
                continue
            publisher, place = publishers[found % len(publishers)]
            yield Sample(title, row["date"], publisher, place, tuple(paragraphs))
            found += 1
            if found == number:
                return


def _is_usable(title: str, paragraphs: list[str]) -> bool:
    """Tell whether a report states no other fields than those that are written, and has enough text for a page."""
    return (
        6 <= len(title) <= 40
        and len("".join(paragraphs)) > 120
        and not any(mark in words[:40] for words in paragraphs for mark in (*"讯电报网)）(（", "发布"))
        and not any(words.startswith(("19", "20")) or (len(words) < 20 and "：" in words) for words in paragraphs)
        and not any(mark in words for words in paragraphs for mark in ("来源", "记者", "发布时间", "日期", "编辑"))
        and not title.endswith(("。", "；"))
    )


def main(folder: Path, number: int) -> None:
    """Write files of mixed formats and what they contain."""
    folder.mkdir(parents=True, exist_ok=True)
    names = endings()
    with (folder / "expected.jsonl").open("w", encoding="utf-8") as out:
        for n, sample in enumerate(samples(number)):
            name = f"{n:04d}{names[n % len(names)]}"
            (folder / name).write_bytes(written(sample, names[n % len(names)]))
            out.write(f"{json.dumps({'file': name, **asdict(sample)}, ensure_ascii=False)}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 300)
