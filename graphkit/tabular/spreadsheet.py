"""Writes tables as a workbook of Excel (.xlsx), with one sheet for each table and one for the codebook.

Cells are written as texts, numbers and days, never as formulas. Equal tables have equal bytes.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date
from typing import BinaryIO
from xml.sax.saxutils import escape

from graphkit.errors import ExportError

#: Limits of Excel: rows of a sheet, characters of a cell.
MOST_ROWS, MOST_CHARACTERS = 1_048_576, 32_767
_DAY_0 = date(1899, 12, 30).toordinal()
#: Characters that XML cannot contain; Excel writes them as _xHHHH_, and an underscore before such a text as _x005F_.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\r\ufffe\uffff\ud800-\udfff]|_(?=x[0-9A-Fa-f]{4}_)")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_DOCUMENT = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PLAIN = 'fillId="0" borderId="0" xfId="0"'
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font>'
    '</fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    f'<cellXfs count="3"><xf numFmtId="0" fontId="0" {_PLAIN}/><xf numFmtId="0" fontId="1" {_PLAIN} applyFont="1"/>'
    f'<xf numFmtId="164" fontId="0" {_PLAIN} applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
#: Name of a sheet, its header, and its rows.
Sheet = tuple[str, list[str], Iterable[Iterable[object]]]


def write_workbook(out: BinaryIO, sheets: list[Sheet]) -> None:
    """Write a workbook. Raises ExportError for a sheet or cell that exceeds the limits of Excel."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        names = [name for name, _, _ in sheets]
        for number, (name, header, rows) in enumerate(sheets, 1):
            info = zipfile.ZipInfo(f"xl/worksheets/sheet{number}.xml", (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(info, "w", force_zip64=True) as member:
                for part in _sheet(name, header, rows):
                    member.write(part.encode("utf-8"))
        for path, text in _parts(names):
            info = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, text)


def _sheet(name: str, header: list[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    yield (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>'
    )
    heads = "".join(_text(head, ' s="1"') for head in header)
    yield f"<row>{heads}</row>"
    count = 1
    for row in rows:
        count += 1
        if count > MOST_ROWS:
            raise ExportError(f"{name}: a sheet of Excel has at most {MOST_ROWS:,} rows; use csv, parquet or sqlite")
        try:
            yield f"<row>{''.join(map(_cell, row))}</row>"
        except ValueError as error:
            raise ExportError(f"{name}, row {count}: {error}") from None
    last = _letters(len(header))
    yield f'</sheetData><autoFilter ref="A1:{last}{max(count, 1)}"/></worksheet>'


def _cell(value: object) -> str:
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, date):
        return f'<c s="2"><v>{value.toordinal() - _DAY_0}</v></c>'
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"<c><v>{value!r}</v></c>"
    return _text(str(value))


def _text(value: str, style: str = "") -> str:
    if len(value) > MOST_CHARACTERS:
        raise ValueError(f"a cell of Excel has at most {MOST_CHARACTERS:,} characters, not {len(value):,}")
    safe = _CONTROL.sub(lambda m: f"_x{ord(m.group()):04X}_", value)
    return f'<c t="inlineStr"{style}><is><t xml:space="preserve">{escape(safe)}</t></is></c>'


def _letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _parts(names: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the other files of a workbook."""
    numbers = range(1, len(names) + 1)
    sheets = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>' for n, name in zip(numbers, names, strict=True)
    )
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
    )
    styles = f'<Relationship Id="rId{len(names) + 1}" Type="{_RELATIONS}/styles" Target="styles.xml"/>'
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_DOCUMENT}.worksheet+xml"/>' for n in numbers
    )
    yield (
        "[Content_Types].xml",
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_DOCUMENT}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_DOCUMENT}.styles+xml"/>{overrides}</Types>',
    )
    yield (
        "_rels/.rels",
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    )
    yield (
        "xl/workbook.xml",
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{sheets}</sheets></workbook>',
    )
    yield (
        "xl/_rels/workbook.xml.rels",
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{links}{styles}</Relationships>',
    )
    yield "xl/styles.xml", _STYLES
