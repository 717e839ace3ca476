"""Plain text and Markdown. A Markdown file with several headings of one level holds several reports."""

from __future__ import annotations

from collections.abc import Iterator

from graphkit.grammar.patterns import pattern
from graphkit.model import Failure, NoReport, Report
from graphkit.reading.characters import tidy, without_glyphs
from graphkit.reading.decoding import check_length, decode_leniently
from graphkit.reading.fields import describe
from graphkit.reading.front_matter import FrontMatter, read_front_matter
from graphkit.reading.labelled import labelled_reports
from graphkit.reading.markdown import Heading, first_address, headings_in, plain, without_heading_marks
from graphkit.reading.markup import plain_text, with_title
from graphkit.reading.tables import is_unicode_text, read_delimited
from graphkit.recognition.dates import iso_day

_CONTENTS = pattern("markdown.contents")


def read_text(data: bytes, source: str, stem: str) -> Iterator[Report | NoReport | Failure]:
    """One report from a text file; the reports of a table that Excel saved as “Unicode text”."""
    text = decode_leniently(data, source)
    if is_unicode_text(text):
        yield from read_delimited(text, source, stem, "\t")
        return
    check_length(text, source)
    tidied = tidy(text, source)
    text = plain_text(tidied.text)
    if not any(c.isalnum() for c in text):
        yield NoReport(source, "the file holds no words")
        return
    report = Report(id=stem, text=text.strip("\n"), source=source, note=tidied.note)
    yield from map(describe, labelled_reports(report))


def read_markdown(data: bytes, source: str, stem: str) -> Iterator[Report | NoReport]:
    """Reports from a Markdown file: one for each heading of the deepest repeated level that has text under it."""
    front = read_front_matter(whole := decode_leniently(data, source), source)
    fields, text = front.fields, front.text
    before = whole.count("\n") - text.count("\n")
    headings = headings_in(text)
    levels = [h.level for h in headings]
    deepest = max((lv for lv in set(levels) if levels.count(lv) > 1), default=0)
    if "date" not in fields:
        # Only the name of the file can state the date, not its folder.
        named = iso_day(stem.rpartition("/")[2])
        fields["date"] = named or next((found for h in headings if (found := iso_day(h.title))), "")
    if deepest < 2:
        body = with_title(fields.get("title", ""), plain(without_heading_marks(text, headings)))
        check_length(body, source)
        if any(c.isalnum() for c in body):
            tidied = tidy(body, source)
            yield describe(
                Report(id=stem, text=tidied.text, source=source, note=tidied.note, origin=front.origin, **fields)
            )
        else:
            yield NoReport(source, "the file holds no words")
        return
    yield from _sections(front, headings, deepest, (source, stem, before))


def _sections(
    front: FrontMatter, headings: list[Heading], deepest: int, file: tuple[str, str, int]
) -> Iterator[Report | NoReport]:
    """Yield the report below each heading of a level. file: source, stem, and number of lines before the text."""
    source, stem, line = file
    text, origin = front.text, front.origin_without("title", "url")
    number = counted = 0
    line += 1
    for n, heading in enumerate(headings):
        if heading.level != deepest or _under_contents(headings, heading):
            continue
        end = headings[n + 1].start if n + 1 < len(headings) else len(text)
        section = text[heading.end : end]
        body = plain(section)
        number += 1
        line += text.count("\n", counted, heading.start)
        counted = heading.start
        place = f"{source}:{line}"
        if not body:
            yield NoReport(place, f"heading without text: {heading.title}")
            continue
        title = without_glyphs(plain(heading.title))
        whole = f"{title}\n{body}"
        check_length(whole, place)
        tidied = tidy(whole, place)
        fields = {**front.fields, "title": title, "url": first_address(section)}
        name = f"{stem}-{number:02d}"
        yield describe(Report(id=name, text=tidied.text, source=place, note=tidied.note, origin=origin, **fields))


def _under_contents(headings: list[Heading], heading: Heading) -> bool:
    """Tell whether the heading above is that of a table of contents or of a summary."""
    return heading.above >= 0 and _CONTENTS.search(headings[heading.above].title) is not None
