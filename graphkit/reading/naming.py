"""Names of inputs in messages, and advice for kinds of files that are not read."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

#: Endings of the files that are read, without archives.
READABLE = (
    ".atom", ".csv", ".docx", ".eml", ".epub", ".htm", ".html", ".jhtml", ".json", ".jsonl", ".markdown", ".md",
    ".mht", ".mhtml", ".ndjson", ".ods", ".pdf", ".rdf", ".rss", ".shtm", ".shtml", ".tab", ".text", ".tsv", ".txt",
    ".xht", ".xhtml", ".xlsx", ".xml",
)  # fmt: skip
ARCHIVES = (".zip",)
#: Ending of a readable file that is compressed: reports.jsonl.gz.
COMPRESSED = ".gz"

#: Control and formatting characters, which would change what a terminal shows, and undecodable bytes.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]")

_IMAGE = "it is an image; save its text as .txt or .docx"
_SOUND = "it is a recording; save its text as .txt or .docx"
_REMEDIES = {
    "save it as .docx": (".doc", ".wps", ".wpt", ".rtf", ".odt", ".dot", ".dotx", ".docm", ".pages"),
    "save it as .xlsx or .csv with a column `text`": (".xls", ".xlsm", ".xlsb", ".et", ".fods", ".numbers"),
    "save its text as .docx or .txt": (
        ".ppt",
        ".pptx",
        ".dps",
        ".odp",
        ".mobi",
        ".ofd",
        ".caj",
        ".msg",
        ".tex",
    ),
    "save it as .html, or rename it to .html if it is a web page": (
        ".webarchive",
        ".jsp",
        ".asp",
        ".aspx",
        ".php",
        ".do",
    ),
    "save its reports as .jsonl, one JSON object in each line": (
        ".json5",
        ".geojson",
        ".yaml",
        ".yml",
        ".parquet",
        ".sqlite",
        ".db",
    ),
    "unpack it first": (".gz", ".bz2", ".xz", ".zst", ".lz4", ".z", ".br"),
    "unpack it first, or pack its files into a .zip": (".tar", ".tgz", ".tbz2", ".txz", ".rar", ".7z", ".cab", ".iso"),
    _IMAGE: (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff", ".svg", ".ico", ".heic", ".psd"),
    _SOUND: (".mp3", ".mp4", ".wav", ".m4a", ".avi", ".mov", ".mkv", ".flv", ".wmv", ".ogg", ".webm", ".ts"),
}
_REMEDY = {ending: remedy for remedy, endings in _REMEDIES.items() for ending in endings}


def printable(text: str) -> str:
    """Return the text with escapes for control characters, bidirectional marks and undecodable bytes."""
    return _UNPRINTABLE.sub(_escape, text)


def _escape(m: re.Match[str]) -> str:
    code = ord(m.group())
    named = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(m.group())
    if named:
        return named
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def source_name(path: Path | str) -> str:
    """Return the name of a file in messages and in the ledger."""
    return printable(str(path))


def suffix(name: str) -> str:
    """Return the ending of a file name in lower case, with its dot."""
    return PurePosixPath(name).suffix.lower()


def is_readable(name: str) -> bool:
    """Tell whether files with this name are read."""
    return suffix(name) in ARCHIVES or suffix(inner_name(name)) in READABLE


def is_compressed(name: str) -> bool:
    """Tell whether the name is that of a compressed file of a kind that is read."""
    return inner_name(name) != name


def inner_name(name: str) -> str:
    """Return the name of a file without the ending of its compression: reports.jsonl for reports.jsonl.gz."""
    inner = name[: -len(COMPRESSED)]
    return inner if suffix(name) == COMPRESSED and suffix(inner) in READABLE else name


def stem(name: str) -> str:
    """Return the name of a file in messages and ids: without its folder, its ending and that of its compression."""
    return printable(PurePosixPath(inner_name(name)).stem)


def unknown_kind(name: str) -> str:
    """Return why a file with this name is not read, and what the user can do."""
    ending = suffix(name)
    remedy = _REMEDY.get(ending)
    if remedy:
        return f"unknown kind of file {printable(ending)}: {remedy}"
    if not ending:
        advice = "add the ending of its kind to its name"
        return f"unknown kind of file (no ending): {advice}; readable: {' '.join(READABLE)} .zip"
    return f"unknown kind of file {printable(ending)}; readable: {' '.join(READABLE)} .zip"


def is_system_file(name: str) -> bool:
    """Tell whether a file is hidden or created by a system: thumbnails, folder settings, locks of open documents."""
    return name.startswith((".", "~$")) or name.lower() in (
        "thumbs.db",
        "ehthumbs.db",
        "desktop.ini",
        "__macosx",
        "icon\r",
        "$recycle.bin",
        "system volume information",
    )
