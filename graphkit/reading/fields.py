"""Title, date, publisher and place of a report, from the text where the file does not say. Unknown stays unknown."""

from __future__ import annotations

import re
from dataclasses import replace

from graphkit.errors import ReadingError
from graphkit.model import Level, Report
from graphkit.recognition import gazetteer
from graphkit.recognition.dates import iso_day
from graphkit.schema.values import report_flaws

_DATE_LINE = re.compile(r"(?:发布时间|发布日期|日期|时间|更新时间)\s*[:：]?\s*((?:19|20)\d{2}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2})")
_BARE_DATE = re.compile(r"^\s*((?:19|20)\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2})")
_SOURCE = re.compile(r"来源\s*[:：]\s*([^\s:：，,]{2,20}?)(?=\s|$|作者|点击|日期|时间|编辑|\]|】|）|\))")
_DATELINE = re.compile(r"^\s*([\u4e00-\u9fff]{2,12}?(?:网|社|日报|晚报|电视台|融媒体中心|客户端|发布|融媒))(?:消息|讯|电|（|\(|\s)")
_AGENCY = re.compile(r"^\s*(新华社|中新社)([\u4e00-\u9fff]{2,6}?)\d{1,2}月\d{1,2}日(?:电|讯)")
_NATIONAL = re.compile(r"^(?:新华|中新|央视|人民日报|人民网|中国|光明日报|经济日报|中央|国务院|求是)")


def describe(report: Report) -> Report:
    """The report with the fields that its own head states; fields that it has are kept (the date made ISO).

    A date that is not a day is kept as `unread_date`, and the report has no date.
    Raises ReadingError, with the field and the position, for a field that no export can carry.
    """
    head = [line for line in report.text[:1500].split("\n") if line.strip()][:8]
    date = iso_day(report.date) if report.date else _date(head)
    unread = report.date if report.date and not date else ""
    publisher = report.publisher or _publisher(report.text, head)
    title = report.title or _title(head)
    place = report.place or _place(publisher)
    found = replace(report, title=title, date=date, publisher=publisher, place=place, unread_date=unread)
    for field, reason in report_flaws(found, with_text=False):
        raise ReadingError(report.source or report.id, f"{field}: {reason}")
    return found


def _date(head: list[str]) -> str:
    for line in head:
        m = _DATE_LINE.search(line) or _BARE_DATE.match(line)
        if m:
            return iso_day(m[1])
    return ""


def _publisher(text: str, head: list[str]) -> str:
    for line in head:
        for pattern in (_AGENCY, _DATELINE):
            m = pattern.match(line)
            if m and _is_publisher(m):
                return m[1]
    for line in [*head, *text[-400:].split("\n")]:
        m = _SOURCE.search(line)
        if m and m[1] not in ("未知", "本站", "网络", "互联网"):
            return m[1]
    return ""


def _is_publisher(m: re.Match[str]) -> bool:
    """多项金融举措发布 (two headlines with a blank between) is none: before a blank only a national or a place's own medium is."""
    return not m.group()[-1].isspace() or _NATIONAL.match(m[1]) is not None or bool(_place(m[1]))


def _title(head: list[str]) -> str:
    """First line, when it looks like a headline."""
    if len(head) > 1 and len(head[0].strip()) <= 60 and not re.search(r"[。；]\s*$", head[0]):
        return head[0].strip()
    return ""


def _place(publisher: str) -> str:
    """临汾新闻网 → 山西省临汾市, when the name of one division only opens the publisher's name."""
    if not publisher or _NATIONAL.match(publisher):
        return ""
    for size in range(min(8, len(publisher) - 1), 1, -1):
        division = gazetteer.find(publisher[:size])
        if division is not None:
            parts = [division.province, division.city, division.name]
            return "".join(dict.fromkeys(p for p in parts if p))
    return ""


def level(report: Report) -> Level | None:
    """Level of a report by its place, else by a national publisher; None when unknown."""
    if report.place:
        return gazetteer.level_of(report.place)
    return Level.NATIONAL if report.publisher and _NATIONAL.match(report.publisher) else None
