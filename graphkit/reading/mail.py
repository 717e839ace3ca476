"""Saved pages in one file (.mht, .mhtml) and mails (.eml). Attachments are listed as not read."""

from __future__ import annotations

import email.message
import email.parser
import email.policy
import email.utils
import re
from collections.abc import Iterator
from dataclasses import replace

from graphkit.errors import ReadingError
from graphkit.grammar.patterns import pattern
from graphkit.model import Failure, NoReport, NotRead, Origin, Report
from graphkit.reading.decoding import check_length, check_text
from graphkit.reading.forwarded import read_forwarded
from graphkit.reading.mail_parts import body, content, file_name, header, html_parts, is_attachment, leaves
from graphkit.reading.markup import with_title
from graphkit.reading.naming import printable
from graphkit.reading.stated import describe_with, stated_day
from graphkit.reading.web import read_html

_REPLY_MARK = pattern("feeds.reply_mark")
#: Fields of the header from which fields of a report come.
_ORIGIN = Origin((("title", "Subject"), ("url", "Content-Location")))
_OF_HEADER = {"date": "Date", "publisher": "From"}
_PAGE = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|\?xml|head|!--)", re.I)
_HEADER = re.compile(rb"\s*(?:\xef\xbb\xbf)?(?:From |[!-9;-~]+[ \t]*:)")
#: The sender of a page that a browser saved: <Saved by Blink>. It is no publisher.
_SAVED = pattern("feeds.saved_by")
_ADDRESS = re.compile(r"https?://\S+")


def read_mail(data: bytes, source: str, stem: str) -> Iterator[Report | NoReport | Failure]:
    """Yield the report of a mail or of a saved page, and a NotRead for each attachment."""
    if not data.strip(b"\x00 \t\r\n"):
        raise ReadingError(source, "the file is empty")
    if _PAGE.match(data[:200]):
        yield from read_html(data, source, stem)
        return
    if not _HEADER.match(data[:1000]):
        raise ReadingError(source, "no mail and no saved page: it has no header; save it again, or as .html")
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    try:
        mail = email.parser.BytesParser(policy=email.policy.compat32).parsebytes(start)
        pages = html_parts(mail)
        report = _saved_page(mail, pages, source, stem) if _is_page(mail, pages) else _letter(mail, source, stem)
    except RecursionError:
        raise ReadingError(
            source, "the parts of the mail are nested too deeply; save its text as .txt or .html"
        ) from None
    yield report
    yield from _attachments(mail, source)


def _is_page(mail: email.message.Message, pages: list[email.message.Message]) -> bool:
    """Tell whether the file is a page that a browser saved: it has the address of the page."""
    return bool(pages) and (_is_saved(mail) or _ADDRESS.match(header(pages[0], "Content-Location")) is not None)


def _is_saved(mail: email.message.Message) -> bool:
    return bool(header(mail, "Snapshot-Content-Location") or _SAVED.search(header(mail, "From")))


def _saved_page(
    mail: email.message.Message, pages: list[email.message.Message], source: str, stem: str
) -> Report | NoReport:
    """Return the report of the main page, otherwise of the first frame that has one."""
    nothing: NoReport | None = None
    for part in pages:
        address = _address(mail, part)
        for found in read_html(content(part, source).encode("utf-8"), source, stem, address):
            if isinstance(found, Report):
                return _completed(found, mail, part)
            nothing = nothing or found
    return nothing or NoReport(source, "the file holds no page")


def _completed(report: Report, mail: email.message.Message, part: email.message.Message) -> Report:
    """Return the report with the fields of the header that the page does not state.

    The date of a page that a browser saved is the day on which it was saved, so it is not the date of the report.
    """
    title = report.title or header(mail, "Subject")
    whole = replace(report, title=title, url=report.url or _address(mail, part), origin=_with_header(report))
    return describe_with(whole, date="" if _is_saved(mail) else _day(mail), publisher=_sender(mail), origins=_OF_HEADER)


def _with_header(report: Report) -> Origin:
    """Return the origin of the report of a page, with the header for the fields that the page lacks."""
    origin = report.origin or Origin()
    added = tuple((name, place) for name, place in _ORIGIN.fields if not getattr(report, name))
    return replace(origin, fields=(*origin.fields, *added))


def _address(mail: email.message.Message, part: email.message.Message) -> str:
    """Return the address of a page in the file, "" if the header states none."""
    places = (header(part, "Content-Location"), header(mail, "Snapshot-Content-Location"),
              header(mail, "Content-Location"))  # fmt: skip
    return next((a for a in places if _ADDRESS.fullmatch(a)), "")


def _letter(mail: email.message.Message, source: str, stem: str) -> Report | NoReport:
    """Return the report of a mail: its subject and its text."""
    original = read_forwarded(body(mail, source))
    subject = original.subject or header(mail, "Subject")
    mark = _REPLY_MARK.match(subject)
    title = subject[mark.end() :] if mark else subject
    text = original.text
    if not any(c.isalnum() for c in text):
        return NoReport(source, "the mail holds no text")
    whole = with_title(title, text)
    check_length(whole, source)
    locations = (header(mail, "Content-Location"), *(header(p, "Content-Location") for p in html_parts(mail)[:1]))
    url = next((a for a in locations if _ADDRESS.fullmatch(a)), "")
    report = Report(
        id=stem,
        text=check_text(whole, source),
        title=check_text(title, source),
        url=url,
        source=source,
        origin=_ORIGIN,
    )
    sender = original.sender or _sender(mail)
    return describe_with(report, date=original.date or _day(mail), publisher=sender, origins=_OF_HEADER)


def _day(mail: email.message.Message) -> str:
    return stated_day(header(mail, "Date"))


def _sender(mail: email.message.Message) -> str:
    """Return the name of the sender; a mere address and a browser are no publisher."""
    sender = header(mail, "From")
    if _SAVED.search(sender):
        return ""
    name = email.utils.parseaddr(sender)[0].strip() or ("" if "@" in sender or "<" in sender else sender)
    return "" if "@" in name else name


def _attachments(mail: email.message.Message, source: str) -> Iterator[NotRead]:
    seen: dict[str, int] = {}
    for part in leaves(mail):
        if not is_attachment(part):
            continue
        name = printable(file_name(part)) or f"attachment ({part.get_content_type()})"
        seen[name] = seen.get(name, 0) + 1
        place = f"{source}!{name}" if seen[name] == 1 else f"{source}!{name} ({seen[name]})"
        yield NotRead(place, "an attachment of a mail; save it as a file of its own to read it", "attachment")
