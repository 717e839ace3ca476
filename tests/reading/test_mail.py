"""Saved pages (.mht, .mhtml) and mails (.eml): text, fields of the header, attachments."""

from __future__ import annotations

import base64
import email.policy
import quopri
import zipfile
from collections.abc import Callable
from email.header import Header
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.errors import ReadingError
from graphkit.model import Failure, NoReport, NotRead, Report
from graphkit.reading import read_paths
from graphkit.reading.mail import read_mail

TITLE = "何清嘉到云雾镇调研春茶生产"
LINES = (
    "4月5日，石渡县委书记何清嘉到云雾镇调研。他走进茶园，详细了解春茶采摘情况。",
    "他强调，要做好春茶加工和销售工作，促进农民增收。县领导林知远参加调研。",
)
ARTICLE = f"<h1>{TITLE}</h1>" + "".join(f"<p>{line}</p>" for line in LINES)
PAGE = f"<html><head><title>{TITLE}</title></head><body>{ARTICLE}</body></html>"


def found_in(data: bytes | str) -> list[object]:
    return list(read_mail(data.encode() if isinstance(data, str) else data, "m.eml", "m"))


def one(data: bytes | str) -> Report:
    (report,) = found_in(data)
    assert isinstance(report, Report), report
    return report


def web_archive(
    page: str = PAGE,
    charset: str = "utf-8",
    encoding: str = "quoted-printable",
    sender: str = "<Saved by Blink>",
    declared: str | None = None,
) -> bytes:
    data = page.encode(charset)
    body = {"quoted-printable": quopri.encodestring, "base64": base64.encodebytes}.get(encoding, bytes)(data)
    kind = f"; charset={declared or charset}" if declared != "" else ""
    head = (
        f"From: {sender}\r\nSnapshot-Content-Location: https://a.cn/1.html\r\n"
        f"Subject: {Header(TITLE, 'utf-8').encode()}\r\nDate: Sun, 1 Jun 2025 08:00:00 -0000\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="--b"\r\n\r\n\r\n'
        f"----b\r\nContent-Type: text/html{kind}\r\nContent-Transfer-Encoding: {encoding}\r\n"
        "Content-Location: https://a.cn/1.html\r\n\r\n"
    )
    image = (
        "\r\n----b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n"
        "Content-Location: https://a.cn/x.png\r\n\r\niVBORw0KGgo=\r\n----b--\r\n"
    )
    return head.encode() + body + image.encode()


@pytest.mark.parametrize("encoding", ["quoted-printable", "base64", "8bit", "binary"])
@pytest.mark.parametrize(
    ("charset", "declared"),
    [("utf-8", None), ("gbk", "gb2312"), ("gb18030", "GBK"), ("utf-8", ""), ("gbk", ""), ("gbk", "iso-8859-1")],
)
def test_a_saved_page_is_read_in_each_encoding(charset: str, declared: str | None, encoding: str) -> None:
    report = one(web_archive(charset=charset, encoding=encoding, declared=declared))
    assert report.title == TITLE
    assert all(line in report.text.split("\n") for line in LINES)
    assert report.url == "https://a.cn/1.html"


@pytest.mark.parametrize(("charset", "words"), [("big5", "王建國調研"), ("hz", "王建国调研"), ("utf-16", "王建国调研")])
def test_a_page_in_a_rare_charset_is_read_as_declared(charset: str, words: str) -> None:
    page = PAGE.replace(TITLE, f"{words}，到青石").replace(LINES[0], "").replace(LINES[1], f"{words}。" * 20)
    if charset == "big5":
        page = page.encode("big5", "ignore").decode("big5")
    assert words in one(web_archive(page, charset, "base64")).text


def test_the_day_of_saving_and_the_browser_are_no_fields_of_the_report() -> None:
    for sender in ("<Saved by Blink>", "=?utf-8?Q?Saved_by_Windows_Internet_Explorer_11?=", '"Saved by Mozilla" <x@y>'):
        report = one(web_archive(sender=sender))
        assert (report.date, report.publisher) == ("", "")


def test_fields_of_the_page_come_before_those_of_the_header() -> None:
    page = PAGE.replace(
        "<head>",
        '<head><meta name="PubDate" content="2024-04-06"><meta name="ContentSource" content="石渡日报">'
        '<link rel="canonical" href="https://www.shidu.gov.cn/real.html">',
    )
    report = one(web_archive(page, sender="云岭网 <news@a.cn>").replace(b"Snapshot-Content", b"X-Content"))
    assert (report.date, report.publisher, report.url) == (
        "2024-04-06",
        "石渡日报",
        "https://www.shidu.gov.cn/real.html",
    )
    report = one(web_archive(sender="云岭网 <news@a.cn>").replace(b"Snapshot-Content", b"X-Content"))
    assert (report.date, report.publisher, report.url) == ("2025-06-01", "云岭网", "https://a.cn/1.html")


def test_the_article_can_be_in_a_frame() -> None:
    frame = web_archive("<html><frameset><frame src='cid:f'></frameset></html>")
    part = b"----b\r\nContent-Type: text/html\r\nContent-Location: https://a.cn/f.html\r\n\r\n" + PAGE.encode()
    report = one(
        frame.replace(b"\r\n----b\r\nContent-Type: image", b"\r\n" + part + b"\r\n----b\r\nContent-Type: image")
    )
    assert report.title == TITLE
    assert report.url == "https://a.cn/f.html"


def test_a_page_without_an_article_and_a_page_with_the_wrong_extension() -> None:
    (nothing,) = found_in(web_archive("<html><body><p>短</p></body></html>"))
    assert isinstance(nothing, NoReport)
    assert one(PAGE).title == TITLE


def letter(**options: str) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = options.get("subject", TITLE)
    message["From"] = options.get("sender", "石渡日报 <news@a.cn>")
    message["Date"] = options.get("date", "Fri, 05 Apr 2024 08:00:00 +0800")
    return message


def plain(m: EmailMessage) -> None:
    m.set_content("\n\n".join(LINES))


def html(m: EmailMessage) -> None:
    m.set_content(PAGE, subtype="html")


def gbk(m: EmailMessage) -> None:
    m.set_content(PAGE, subtype="html", charset="gb2312")


def both(m: EmailMessage) -> None:
    m.set_content("请用支持网页的软件阅读。")
    m.add_alternative(PAGE, subtype="html")


def images(m: EmailMessage) -> None:
    html(m)
    m.add_related(b"\x89PNG", "image", "png", cid="<x@y>", filename="x.png", disposition="inline")


def empty_html(m: EmailMessage) -> None:
    plain(m)
    m.add_alternative("<html><body><img src='cid:x'></body></html>", subtype="html")


@pytest.mark.parametrize("write", [plain, html, gbk, both, images, empty_html])
def test_the_text_of_a_mail_is_read(write: Callable[[EmailMessage], None]) -> None:
    message = letter()
    write(message)
    report = one(message.as_bytes())
    assert report.text == "\n".join((TITLE, *LINES))
    assert (report.title, report.date, report.publisher) == (TITLE, "2024-04-05", "石渡日报")


def test_attachments_are_listed_as_not_read() -> None:
    message = letter()
    html(message)
    for name in ("名单.docx", "名单.docx", "a.txt"):
        message.add_attachment(b"x", "application", "octet-stream", filename=name)
    inner = letter(subject="附件中的邮件")
    plain(inner)
    inner.add_attachment(b"x", "image", "png", filename="inner.png")
    message.add_attachment(inner)
    report, *others = found_in(message.as_bytes())
    assert isinstance(report, Report)
    assert report.text == "\n".join((TITLE, *LINES))
    assert all(isinstance(o, NotRead) and o.kind == "attachment" for o in others)
    sources = [o.source for o in others if isinstance(o, NotRead)]
    assert sources == ["m.eml!名单.docx", "m.eml!名单.docx (2)", "m.eml!a.txt", "m.eml!attachment (message/rfc822)"]


def test_text_around_an_attachment_is_read_completely() -> None:
    data = (
        "Subject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
        f"Content-Type: text/plain; charset=utf-8\n\n{LINES[0]}\n--b\nContent-Type: application/pdf; name=a.pdf\n\nx\n--b\n"
        f"Content-Type: text/plain; charset=utf-8\n\n{LINES[1]}\n--b--\n"
    )
    report, attachment = found_in(data)
    assert isinstance(report, Report)
    assert report.text == "\n".join(("x", *LINES))
    assert isinstance(attachment, NotRead)
    assert attachment.source == "m.eml!a.pdf"


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        (Header(TITLE, "gb2312").encode().encode(), TITLE),
        (Header(TITLE * 5, "utf-8").encode().encode(), TITLE * 5),
        (TITLE.encode(), TITLE),
        (TITLE.encode("gbk"), TITLE),
        (b"=?gbk?B?" + base64.b64encode("转发：".encode("gbk")) + b"?= =?utf-8?B?" + base64.b64encode(TITLE.encode()) + b"?=", TITLE),
        (b"Re: Fwd: =?UTF-8?B?" + base64.b64encode(TITLE.encode())[:12] + b"?=\r\n =?UTF-8?B?" + base64.b64encode(TITLE.encode())[12:] + b"?=", TITLE),
        (b"=?utf-8?B?!!!?= x", ""),
        (b"", ""),
    ],
)  # fmt: skip
def test_the_subject_is_decoded(subject: bytes, title: str) -> None:
    data = b"Subject: " + subject + b"\r\nContent-Type: text/plain\r\n\r\n" + "\r\n".join(LINES).encode()
    report = one(data)
    assert "\ufffd" not in report.text
    if title:
        assert report.title == title
    assert report.text.endswith("\n".join(LINES))


@pytest.mark.parametrize(
    ("sender", "publisher"),
    [
        ("石渡日报 <a@b.cn>", "石渡日报"),
        ("a@b.cn", ""),
        ("<a@b.cn>", ""),
        ('"a@b.cn" <a@b.cn>', ""),
        ("石渡网", "石渡网"),
    ],
)
def test_an_address_is_no_publisher(sender: str, publisher: str) -> None:
    data = f"From: {sender}\nContent-Type: text/plain; charset=utf-8\n\n{LINES[0]}"
    assert one(data).publisher == publisher


def test_flowed_lines_are_joined() -> None:
    data = f"Subject: x\nContent-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\n\n{LINES[0][:20]} \n{LINES[0][20:]}"
    assert one(data).text == f"x\n{LINES[0]}"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"just some words", "no header"),
        (b"\x89PNG\r\n\x1a\n", "no header"),
        (b"Subject: x\nContent-Type: text/plain\n\n\xff\xff\xff", "neither UTF-8"),
        (b"Subject: x\nContent-Type: text/html\nContent-Transfer-Encoding: base64\n\n" + base64.b64encode(PAGE.encode())[:-3], "base64"),
        (b"A: b\n" + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000)), "nested too deeply"),
        (b"A: b\n" + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(500)) + b"Content-Type: text/plain\n\nx\n", "nested too deeply"),
    ],
)  # fmt: skip
def test_a_damaged_mail_is_a_failure(tmp_path: Path, data: bytes, words: str) -> None:
    (tmp_path / "m.eml").write_bytes(data)
    (failure,) = read_paths([tmp_path / "m.eml"])
    assert isinstance(failure, Failure)
    assert words in failure.reason


def test_a_mail_without_text_is_no_report() -> None:
    message = letter()
    message.set_content("\n")
    (nothing,) = found_in(message.as_bytes())
    assert isinstance(nothing, NoReport)


def test_mails_and_saved_pages_in_archives_are_read(tmp_path: Path) -> None:
    message = letter()
    both(message)
    message.add_attachment(b"x", "application", "pdf", filename="a.pdf")
    with zipfile.ZipFile(tmp_path / "r.zip", "w") as archive:
        archive.writestr("a.mht", web_archive())
        archive.writestr("b.MHTML", web_archive())
        archive.writestr("c.eml", message.as_bytes())
    found = list(read_paths([tmp_path / "r.zip"]))
    assert [r.id for r in found if isinstance(r, Report)] == ["a", "b", "c"]
    assert [n.source for n in found if isinstance(n, NotRead)] == [f"{tmp_path / 'r.zip'}!c.eml!a.pdf"]


CHARACTERS = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)


@settings(deadline=None, max_examples=60)
@given(
    st.text(CHARACTERS, min_size=1, max_size=30),
    st.lists(st.text(CHARACTERS, min_size=1, max_size=60), min_size=1, max_size=4),
    st.sampled_from(["utf-8", "gb18030"]),
    st.sampled_from(["base64", "quoted-printable", "8bit"]),
)
def test_any_subject_and_text_is_kept_exactly(subject: str, lines: list[str], charset: str, cte: str) -> None:
    message = EmailMessage(policy=email.policy.SMTP)
    message["Subject"] = subject
    lines = [f"甲{line}。" for line in lines]
    message.set_content("\n".join(lines), charset=charset, cte=cte)
    report = one(message.as_bytes())
    assert report.title == subject
    assert report.text.split("\n")[-len(lines) :] == lines


@settings(deadline=None, max_examples=100)
@given(st.lists(st.sampled_from([b"Subject: x\n", b"Content-Type: multipart/related; boundary=b\n", b"\n", b"--b\n", b"--b--\n", b"Content-Type: text/html; charset=nonsense\n", b"Content-Transfer-Encoding: base64\n", b"\xff\xfe", PAGE.encode()[:300], b"Content-Type: message/rfc822\n", b"Content-Disposition: attachment\n"]), max_size=14))  # fmt: skip
def test_any_mail_gives_reports_or_a_clear_error(parts: list[bytes]) -> None:
    try:
        for item in found_in(b"Date: x\n" + b"".join(parts)):
            assert isinstance(item, (Report, NoReport, Failure))
    except ReadingError:
        pass
