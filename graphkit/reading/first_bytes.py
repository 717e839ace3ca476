"""The format of a file from its first bytes, where its name does not tell it: standard input, .doc files."""

from __future__ import annotations

import io
import zipfile

ZIP, OLE, RTF, PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf", b"%PDF-"
_TAR, _TAR_AT = b"ustar", 257
_COMPRESSED = {b"\x1f\x8b": ".gz", b"BZh": ".bz2", b"\xfd7zXZ\x00": ".xz", b"\x28\xb5\x2f\xfd": ".zst"}
_PARTS = {"word/": ".docx", "xl/": ".xlsx"}
_TYPES = {
    b"application/vnd.oasis.opendocument.text": ".odt",
    b"application/vnd.oasis.opendocument.spreadsheet": ".ods",
    b"application/epub+zip": ".epub",
}
#: The stream of the cells in a workbook of Excel 5 to 2003, as its name is written in the directory of the file.
_WORKBOOK = tuple(name.encode("utf-16-le") + b"\0\0" for name in ("Workbook", "WORKBOOK", "Book", "BOOK"))


def compression_of(data: bytes) -> str:
    """Return the ending of the compression, "" if the bytes are not compressed."""
    return next((ending for start, ending in _COMPRESSED.items() if data.startswith(start)), "")


def format_of(data: bytes) -> str:
    """Return the ending of a format that is no text, "" if the bytes may be text."""
    if data.startswith(ZIP):
        return _in_zip(data)
    if data.startswith(OLE):
        return ".xls" if any(name in data for name in _WORKBOOK) else ".doc"
    if data.startswith(RTF):
        return ".rtf"
    if data.startswith(PDF):
        return ".pdf"
    return ".tar" if data[_TAR_AT : _TAR_AT + len(_TAR)] == _TAR else ""


def _in_zip(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = package.namelist()
            if names and names[0] == "mimetype":
                with package.open("mimetype") as file:
                    return _TYPES.get(file.read(200).strip(), ".zip")
            if "[Content_Types].xml" in names:
                return next((e for part, e in _PARTS.items() if any(n.startswith(part) for n in names)), ".zip")
    except Exception:
        pass  # A broken directory may raise anything; reading the archive reports the cause.
    return ".zip"
