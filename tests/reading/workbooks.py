"""Writes small workbooks for tests, without a spreadsheet program."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

Sheets = Mapping[str, Sequence[Sequence[object]]]
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_ODF = "urn:oasis:names:tc:opendocument:xmlns"


def xlsx(sheets: Sheets, *, extra: str = "") -> bytes:
    """Return a workbook with the rows of the sheets. extra: XML of another row of each sheet."""
    names = list(sheets)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        + "".join(f'<sheet name="{name}" sheetId="{n}" r:id="s{n}"/>' for n, name in enumerate(names, 1))
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="s{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
            for n in range(1, len(names) + 1)
        )
        + "</Relationships>",
    }
    for n, name in enumerate(names, 1):
        rows = "".join(_row(number, row) for number, row in enumerate(sheets[name], 1))
        more = f"<row>{extra}</row>" if extra else ""
        parts[f"xl/worksheets/sheet{n}.xml"] = (
            f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}{more}</sheetData></worksheet>'
        )
    return _zip(parts)


def _row(number: int, cells: Sequence[object]) -> str:
    words = ""
    for column, cell in enumerate(cells):
        at = f"{chr(65 + column)}{number}"
        if isinstance(cell, (int, float)):
            words += f'<c r="{at}"><v>{cell}</v></c>'
        else:
            words += f'<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{escape(str(cell))}</t></is></c>'
    return f'<row r="{number}">{words}</row>'


def ods(sheets: Sheets, *, rows: int = 1, columns: int = 1, head: str = "") -> bytes:
    """Return a workbook with the rows of the sheets. rows, columns: how often each row and cell is repeated."""
    tables = ""
    for name, lines in sheets.items():
        tables += f'<table:table table:name="{name}">'
        for line in lines:
            tables += f'<table:table-row table:number-rows-repeated="{rows}">'
            tables += "".join(_cell(cell, columns) for cell in line) or "<table:table-cell/>"
            tables += "</table:table-row>"
        tables += (
            '<table:table-row table:number-rows-repeated="1000000">'
            '<table:table-cell table:number-columns-repeated="16000"/></table:table-row></table:table>'
        )
    spaces = "".join(f' xmlns:{name}="{_ODF}:{name}:1.0"' for name in ("office", "table", "text"))
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return _zip(
        {
            "mimetype": kind,
            "content.xml": f"{head}<office:document-content{spaces}><office:body><office:spreadsheet>{tables}"
            "</office:spreadsheet></office:body></office:document-content>",
            "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{_ODF}:manifest:1.0"><manifest:file-entry '
            f'manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>',
        }
    )


def _cell(cell: object, repeated: int) -> str:
    more = f' table:number-columns-repeated="{repeated}"' if repeated > 1 else ""
    if isinstance(cell, (int, float)):
        return f'<table:table-cell{more} office:value-type="float" office:value="{cell}"/>'
    words = escape(str(cell))
    return f'<table:table-cell{more} office:value-type="string"><text:p>{words}</text:p></table:table-cell>'


def _zip(parts: Mapping[str, str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, words in parts.items():
            package.writestr(name, words)
    return file.getvalue()
