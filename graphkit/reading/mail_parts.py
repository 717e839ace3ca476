"""Headers and text parts of a mail: encoded words, charsets, alternatives."""

from __future__ import annotations

import codecs
import email.errors
import email.header
import email.message
import re
from email.message import Message

from graphkit.errors import ReadingError
from graphkit.reading.decoding import decode
from graphkit.reading.markup import clean_lines, html_tree, tree_text

_PAGES = ("text/html", "application/xhtml+xml")
_SHOWN = (*_PAGES, "text/plain", "text/css")
_SIGNATURES = ("application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature")
#: Charsets that mails declare wrongly, or that `decode` recognizes from the bytes.
_GUESSED = re.compile(
    r"$|utf-?8|gb[-_]?(?:2312|k|18030).*|x-gbk|cp936|ms936|us-ascii|ascii|iso-?8859-1|latin-?1|windows-1252|default|"
    r"unknown.*|x-user-defined|_autodetect.*",
    re.I,
)
_FOLD = re.compile(r"\s*[\r\n]+[ \t]*")
#: Defects of a part after which a part of its text is missing.
_DEFECTS = (email.errors.InvalidBase64LengthDefect, email.errors.InvalidBase64CharactersDefect)


def header(part: Message, name: str) -> str:
    """Return a header in one line, with its encoded words decoded, "" if it is missing or cannot be decoded."""
    for key, value in part.raw_items():
        if key.lower() == name.lower():
            return _unfolded(str(value))
    return ""


def _unfolded(value: str) -> str:
    raw = value.encode("utf-8", "surrogateescape")
    if not raw.strip():
        return ""
    try:
        text = _FOLD.sub(" ", decode(raw, "header").strip("\n"))
        words = [_word(w, charset) for w, charset in email.header.decode_header(text)]
        return " ".join("".join(words).split())
    except (ReadingError, UnicodeError, LookupError, ValueError, email.errors.HeaderParseError):
        return ""


def _word(word: str | bytes, charset: str | None) -> str:
    if isinstance(word, str):
        return word
    if charset is None:
        return word.decode("raw-unicode-escape")
    return decode_as(word, charset, "header") if word.strip() else ""


def decode_as(data: bytes, charset: str, source: str) -> str:
    """Return the text of bytes with a declared charset.

    For UTF-8, GB2312 and missing or unlikely charsets, the bytes decide. Raises ReadingError if they are in no known
    encoding.
    """
    if _GUESSED.fullmatch(charset.strip()):
        return decode(data, source)
    try:
        codec = codecs.lookup(charset.strip())
        text = codec.decode(data, "strict")[0]
    except (LookupError, UnicodeError, ValueError, TypeError):
        return decode(data, source)
    if not isinstance(text, str):
        return decode(data, source)
    return decode(text.encode("utf-8", "surrogatepass"), source)


def content(part: Message, source: str) -> str:
    """Return the text of a part. Raises ReadingError if it is damaged or in an unknown encoding."""
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    defect = next((d for d in part.defects if isinstance(d, _DEFECTS)), None)
    if defect is not None:
        raise ReadingError(source, "the base64 of its text is damaged or cut off; save it again")
    if not data.strip(b"\x00 \t\r\n"):
        return ""
    return decode_as(data, _charset(part), source)


def _charset(part: Message) -> str:
    try:
        return part.get_content_charset("") or ""
    except (LookupError, UnicodeError, ValueError):
        return ""


def file_name(part: Message) -> str:
    """Return the file name of a part, "" if it has none."""
    try:
        name = part.get_filename("") or ""
        words = [_word(w, charset) for w, charset in email.header.decode_header(_FOLD.sub(" ", name))]
        return "".join(words).strip()
    except (ReadingError, UnicodeError, LookupError, ValueError, TypeError, email.errors.HeaderParseError):
        return ""


def is_attachment(part: Message) -> bool:
    """Tell whether a part is a file of the mail that is no part of its text: not an image or style of a page."""
    kind = part.get_content_type()
    if kind == "message/rfc822" or part.get_content_disposition() == "attachment":
        return True
    if kind in _SHOWN or kind in _SIGNATURES or part.get_content_maintype() == "multipart":
        return False
    return not (part["Content-ID"] or part["Content-Location"])


def html_parts(mail: Message) -> list[Message]:
    """Return the pages in a mail, the main page first: the one that the header names, otherwise the first one."""
    pages = [p for p in leaves(mail) if p.get_content_type() in _PAGES and not is_attachment(p)]
    address = header(mail, "Snapshot-Content-Location")
    start = str(mail.get_param("start", "") or "")
    for number, page in enumerate(pages):
        if (address and header(page, "Content-Location") == address) or (start and header(page, "Content-ID") == start):
            return [page, *pages[:number], *pages[number + 1 :]]
    return pages


def leaves(mail: Message) -> list[Message]:
    """Return the parts of a mail that have no parts, in order. An attached mail is one part."""
    found: list[Message] = []
    waiting = [mail]
    while waiting:
        part = waiting.pop()
        children = part.get_payload()
        if part.get_content_type() != "message/rfc822" and isinstance(children, list):
            waiting += [c for c in reversed(children) if isinstance(c, Message)]
        else:
            found.append(part)
    return found


def body(part: Message, source: str) -> str:
    """Return the text of a mail: of alternatives the page, of related parts the first one, otherwise of all parts."""
    kind = part.get_content_type()
    children = part.get_payload()
    if kind != "message/rfc822" and isinstance(children, list):
        return _body_of([c for c in children if isinstance(c, Message)], kind, source)
    if is_attachment(part):
        return ""
    if kind in _PAGES:
        text = content(part, source)
        return tree_text(html_tree(text)) if any(not c.isspace() for c in text) else ""
    return clean_lines(_unwrapped(part, content(part, source))) if kind == "text/plain" else ""


def _body_of(parts: list[Message], kind: str, source: str) -> str:
    if kind == "multipart/alternative":
        # The last alternative is the best one; one without words is replaced by the one before.
        texts = (body(p, source) for p in sorted(parts, key=lambda p: not _has_page(p)))
        return next((text for text in texts if any(c.isalnum() for c in text)), "")
    if kind == "multipart/related":
        pages = [p for p in parts if _has_page(p)]
        return body((pages or parts)[0], source) if parts else ""
    return "\n".join(text for p in parts if (text := body(p, source)))


def _has_page(part: Message) -> bool:
    return any(p.get_content_type() in _PAGES and not is_attachment(p) for p in leaves(part))


def _unwrapped(part: Message, text: str) -> str:
    """Return the text of a part with `format=flowed`, in which a line that ends with a space continues."""
    if str(part.get_param("format", "")).lower() != "flowed":
        return text
    end = "" if str(part.get_param("delsp", "")).lower() == "yes" else " "
    # The mark of a signature, "-- ", is a line of its own.
    return re.sub(r"(?<!^--) \n(?=\S)", end, text, flags=re.M)
