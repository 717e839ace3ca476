"""Books (.epub): chapters in the order of reading; what is not a chapter is listed with a reason."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.errors import ReadingError
from graphkit.model import Failure, Ignored, NoReport, NotRead, Report
from graphkit.reading import epub, read_paths
from graphkit.reading.epub import read_epub

TEXT = "4月5日，石渡县委书记何清嘉到云雾镇调研。"
CONTAINER = '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="{}"/></rootfiles></container>'
TABLE = '<html xmlns="http://www.w3.org/1999/xhtml"><body><h1>目录</h1><ol><li><a href="1.xhtml">何清嘉到云雾镇调研</a></li><li><a href="2.xhtml">春茶开采仪式举行</a></li><li><a href="3.xhtml">全县会议召开</a></li></ol></body></html>'


def chapter(title: str, *lines: str, head: str = "<title/>") -> str:
    heading = f"<h2>{title}</h2>" if title else ""
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml" '
        f'xmlns:epub="http://www.idpf.org/2007/ops"><head>{head}<link href="s.css"/></head><body><section>{heading}'
        + "".join(f"<p>{line}</p>" for line in lines)
        + "</section></body></html>"
    )


def book(
    documents: dict[str, str | bytes],
    *,
    spine: list[str] | None = None,
    metadata: str = "",
    properties: dict[str, str] | None = None,
    guide: str = "",
    folder: str = "OEBPS/",
    extra: dict[str, str | bytes] | None = None,
) -> bytes:
    items = "".join(
        f'<item id="i{n}" href="{name}" media-type="application/xhtml+xml" properties="{(properties or {}).get(name, "")}"/>'
        for n, name in enumerate(documents)
    )
    names = list(documents)
    order = "".join(f'<itemref idref="i{names.index(name)}"/>' for name in (spine if spine is not None else names))
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>'
        f"<dc:title>石渡新闻选</dc:title>{metadata}</metadata><manifest>{items}"
        f'<item id="css" href="s.css" media-type="text/css"/></manifest><spine>{order}</spine><guide>{guide}</guide></package>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        archive.writestr("META-INF/container.xml", CONTAINER.format(f"{folder}content.opf"))
        archive.writestr(f"{folder}content.opf", package)
        for name, text in documents.items():
            archive.writestr(folder + name, text)
        for name, text in (extra or {}).items():
            archive.writestr(name, text)
    return out.getvalue()


def found_in(data: bytes) -> list[object]:
    return list(read_epub(data, "b.epub", "b"))


def test_chapters_are_read_in_the_order_of_the_spine() -> None:
    found = found_in(
        book({"z.xhtml": chapter("甲", TEXT), "a.xhtml": chapter("乙", TEXT)}, spine=["a.xhtml", "z.xhtml"])
    )
    assert [(r.id, r.title, r.text) for r in found if isinstance(r, Report)] == [
        ("b-01", "乙", f"乙\n{TEXT}"),
        ("b-02", "甲", f"甲\n{TEXT}"),
    ]
    assert [r.source for r in found if isinstance(r, Report)] == ["b.epub!OEBPS/a.xhtml", "b.epub!OEBPS/z.xhtml"]


def test_the_cover_and_the_tables_of_contents_are_ignored_with_a_reason() -> None:
    documents: dict[str, str | bytes] = {
        "cover.xhtml": "<html xmlns='http://www.w3.org/1999/xhtml'><body><svg xmlns='http://www.w3.org/2000/svg'/></body></html>",
        "titlepage.xhtml": chapter("", "石渡新闻选，编者某某").replace("<section>", '<section epub:type="titlepage">'),
        "nav.xhtml": TABLE,
        "inline.xhtml": TABLE,
        "g.xhtml": chapter("", TEXT),
        "1.xhtml": chapter("甲", TEXT),
    }
    guide = '<reference type="toc" href="g.xhtml#top"/>'
    found = found_in(book(documents, properties={"nav.xhtml": "nav"}, guide=guide))
    reasons = [(f.source.rpartition("/")[2], f.reason) for f in found if isinstance(f, Ignored)]
    table = "the table of contents of the book"
    assert reasons == [
        ("cover.xhtml", "the cover of the book"),
        ("titlepage.xhtml", "the cover of the book"),
        ("nav.xhtml", table),
        ("inline.xhtml", table),
        ("g.xhtml", table),
    ]
    assert [r.title for r in found if isinstance(r, Report)] == ["甲"]


def test_documents_without_text_or_outside_of_the_order_are_listed() -> None:
    documents: dict[str, str | bytes] = {
        "1.xhtml": chapter("甲", TEXT),
        "picture.xhtml": chapter("", "<img src='x.png'/>"),
        "part.xhtml": chapter("第二部分"),
        "loose.xhtml": chapter("丙", TEXT),
        "nav.xhtml": TABLE,
    }
    found = found_in(book(documents, spine=["1.xhtml", "picture.xhtml", "part.xhtml"], properties={"nav.xhtml": "nav"}))
    assert [type(f) for f in found] == [Report, NoReport, NoReport, NoReport, Ignored]
    words = ["no words", "heading without text: 第二部分", "reading order"]
    assert all(w in f.reason for w, f in zip(words, found[1:], strict=False) if isinstance(f, NoReport))


@pytest.mark.parametrize(
    ("metadata", "date", "publisher"),
    [
        ("<dc:date>2024-04-06T00:00:00+08:00</dc:date><dc:publisher>石渡日报</dc:publisher>", "2024-04-06", "石渡日报"),
        ("<dc:date>2024</dc:date>", "", ""),
        ("<dc:date>0101-01-01T00:00:00+00:00</dc:date>", "", ""),
        ("", "", ""),
    ],
)
def test_the_date_and_publisher_of_a_book_fill_gaps(metadata: str, date: str, publisher: str) -> None:
    own = chapter("乙", "发布时间：2024-03-01 来源：青石日报", TEXT)
    found = found_in(book({"1.xhtml": chapter("甲", TEXT), "2.xhtml": own}, metadata=metadata))
    fields = [(r.date, r.publisher) for r in found if isinstance(r, Report)]
    assert fields == [(date, publisher), ("2024-03-01", "青石日报")]


@pytest.mark.parametrize(
    "text",
    [
        chapter("甲", TEXT),
        chapter("甲", TEXT).replace("<p>", "<p>&nbsp;"),
        chapter("甲", TEXT).replace("</p>", ""),
        chapter("甲", TEXT).encode("gb18030"),
        chapter("甲", TEXT).encode("utf-16"),
        chapter("甲", TEXT, head="<title>石渡新闻选</title>"),
        chapter("", TEXT, head="<title>甲</title>"),
        f"<html><body><h1>甲</h1>{TEXT}<script>x</script></body></html>",
    ],
)
def test_documents_in_any_form_are_read(text: str | bytes) -> None:
    (report,) = found_in(book({"1.xhtml": text}))
    assert isinstance(report, Report), report
    assert (report.title, report.text) == ("甲", f"甲\n{TEXT}")


@pytest.mark.parametrize(
    ("folder", "name"), [("", "一.xhtml"), ("a/b/", "../c/1.xhtml"), ("OEBPS/", "Text/1%202.xhtml")]
)
def test_paths_in_a_book_are_resolved(folder: str, name: str) -> None:
    data = book({name: ""}, folder=folder)
    from posixpath import normpath
    from urllib.parse import unquote

    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(normpath(folder + unquote(name)).upper(), chapter("甲", TEXT))
    with zipfile.ZipFile(out) as old, zipfile.ZipFile(clean := io.BytesIO(), "w") as new:
        for info in old.infolist():
            if info.file_size:
                new.writestr(info.filename, old.read(info))
    (report,) = found_in(clean.getvalue())
    assert isinstance(report, Report), report


def test_a_broken_document_does_not_affect_the_others() -> None:
    encryption = '<encryption xmlns:e="http://www.w3.org/2001/04/xmlenc#"><e:CipherReference URI="OEBPS/locked.xhtml"/><e:CipherReference URI="OEBPS/f.otf"/></encryption>'
    documents: dict[str, str | bytes] = {
        "binary.xhtml": b"\xff\xff\xff",
        "locked.xhtml": chapter("甲", TEXT),
        "bomb.xhtml": b"<p>" + b" " * 60_000_000,
        "lol.xhtml": '<!DOCTYPE html [<!ENTITY a "甲"><!ENTITY b "&a;&a;">]><html><body>&b;</body></html>',
        "1.xhtml": chapter("甲", TEXT),
        "missing.xhtml": "",
    }
    data = book(documents, extra={"META-INF/encryption.xml": encryption})
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for info in old.infolist():
            if "missing" not in info.filename:
                new.writestr(info.filename, old.read(info))
    found = found_in(out.getvalue())
    assert [r.id for r in found if isinstance(r, Report)] == ["b-05"]
    reasons = {f.source.rpartition("/")[2].split(":")[0]: f.reason for f in found if isinstance(f, Failure)}
    words = {"binary": "UTF-8", "locked": "encrypted", "bomb": "bomb", "lol": "entities", "missing": "does not contain"}
    assert len(reasons) == 5
    assert all(word in reasons[f"{name}.xhtml"] for name, word in words.items())


def test_a_document_that_is_listed_many_times_is_read_once() -> None:
    found = found_in(book({"1.xhtml": chapter("甲", TEXT)}, spine=["1.xhtml"] * 1000))
    assert len(found) == 1


def test_a_book_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(epub, "MAX_BOOK", 100)
    with pytest.raises(ReadingError, match="at most 100"):
        found_in(book({"1.xhtml": chapter("甲", TEXT)}))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"PK\x03\x04 broken", "not a whole .epub"),
        (b"<html></html>", "not a whole .epub"),
        (book({"1.xhtml": TEXT})[:-30], "not a whole .epub"),
    ],
)
def test_a_file_that_is_no_book_is_a_failure(tmp_path: Path, data: bytes, words: str) -> None:
    (tmp_path / "b.epub").write_bytes(data)
    (failure,) = read_paths([tmp_path / "b.epub"])
    assert isinstance(failure, Failure)
    assert words in failure.reason


def test_an_archive_that_is_no_book_and_a_book_without_documents(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.epub", "w") as archive:
        archive.writestr("1.txt", TEXT)
    (failure,) = read_paths([tmp_path / "a.epub"])
    assert isinstance(failure, Failure)
    assert "no list of its documents" in failure.reason
    (nothing,) = found_in(book({}))
    assert isinstance(nothing, NoReport)


def test_books_in_archives_are_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "r.zip", "w") as archive:
        archive.writestr("in/b.epub", book({"1.xhtml": chapter("甲", TEXT)}))
    (report,) = read_paths([tmp_path / "r.zip"])
    assert isinstance(report, Report)
    assert report.source == f"{tmp_path / 'r.zip'}!in/b.epub!OEBPS/1.xhtml"


def test_a_picture_in_the_order_is_listed() -> None:
    data = book({"1.xhtml": chapter("甲", TEXT)})
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out := io.BytesIO(), "w") as new:
        for info in old.infolist():
            text = old.read(info)
            if info.filename.endswith(".opf"):
                item = b'<item id="p" href="p.svg" media-type="image/svg+xml"/></manifest>'
                text = text.replace(b"</manifest>", item).replace(b"</spine>", b'<itemref idref="p"/></spine>')
            new.writestr(info.filename, text)
    report, picture = found_in(out.getvalue())
    assert isinstance(report, Report)
    assert isinstance(picture, NotRead)
    assert "image/svg+xml" in picture.reason


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=30),
        min_size=1,
        max_size=8,
    )
)
def test_each_chapter_is_one_report_with_its_exact_text(texts: list[str]) -> None:
    documents: dict[str, str | bytes] = {
        f"{n}.xhtml": chapter(f"第{n}篇", f"{t}。", "结束。") for n, t in enumerate(texts)
    }
    found = found_in(book(documents))
    assert [r.text for r in found if isinstance(r, Report)] == [f"第{n}篇\n{t}。\n结束。" for n, t in enumerate(texts)]
    assert len(found) == len(texts)
