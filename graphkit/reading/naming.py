"""Names of inputs in messages, and advice for kinds of files that are not read."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from graphkit.reading import formats
from graphkit.reading.formats import ARCHIVE, DOCUMENT, LINES, TABLE, endings_of

#: Endings of the files that are read, without archives.
READABLE = tuple(sorted(endings_of(DOCUMENT, LINES, TABLE)))
ARCHIVES = endings_of(ARCHIVE)
#: Endings of readable files that are compressed, reports.jsonl.gz, and of compressed archives, which have their own.
COMPRESSED = endings_of(formats.COMPRESSED)
_TAR = ".tar"
_COMPRESSED_TAR = {".tgz": ".gz", ".tbz": ".bz2", ".tbz2": ".bz2", ".txz": ".xz", ".tzst": ".zst"}

#: All of them, for messages.
READABLE_NAMES = " ".join((*READABLE, *ARCHIVES, *(f"{_TAR}{ending}" for ending in COMPRESSED)))

#: Control and formatting characters, which would change what a terminal shows, and undecodable bytes.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]")

_IMAGE = "it is an image; save its text as .txt or .docx"
_SOUND = "it is a recording; save its text as .txt or .docx"
_REMEDIES = {
    "save it as .docx": (".fodt", ".dotm", ".pages", ".uot"),
    "save it as .xlsx or .csv with a column `text`": (".xlsb", ".fods", ".ett", ".numbers", ".uos"),
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
    "unpack it first, or pack its files into a .zip": (".rar", ".7z", ".cab", ".iso"),
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
    return is_archive(name) or suffix(inner_name(name)) in READABLE


def is_archive(name: str) -> bool:
    """Tell whether a file is an archive that is read: .zip, .tar, .tar.gz …"""
    return suffix(name) in ARCHIVES or is_tar(name)


def is_tar(name: str) -> bool:
    """Tell whether a file is an archive made by tar."""
    ending = suffix(name)
    return (
        ending == _TAR or ending in _COMPRESSED_TAR or (ending in COMPRESSED and suffix(name[: -len(ending)]) == _TAR)
    )


def compression(name: str) -> str:
    """Return the ending of the compression of a file or archive that is read, "" if it is not compressed."""
    ending = suffix(name)
    if ending in _COMPRESSED_TAR:
        return _COMPRESSED_TAR[ending]
    return ending if ending in COMPRESSED and (is_compressed(name) or is_tar(name)) else ""


def is_compressed(name: str) -> bool:
    """Tell whether the name is that of a compressed file of a kind that is read."""
    return inner_name(name) != name


def inner_name(name: str) -> str:
    """Return the name of a file without the ending of its compression: reports.jsonl for reports.jsonl.gz."""
    ending = suffix(name)
    if ending not in COMPRESSED:
        return name
    inner = name[: -len(ending)]
    return inner if suffix(inner) in READABLE else name


def stem(name: str) -> str:
    """Return the name of a file in messages and ids: without its folder, its ending and that of its compression."""
    inner = name[: -len(suffix(name))] if is_tar(name) and suffix(name) in COMPRESSED else inner_name(name)
    return printable(PurePosixPath(inner).stem)


def unknown_kind(name: str) -> str:
    """Return why a file with this name is not read, and what the user can do."""
    ending = suffix(name)
    remedy = _REMEDY.get(ending)
    if remedy:
        return f"unknown kind of file {printable(ending)}: {remedy}"
    if not ending:
        advice = "add the ending of its kind to its name"
        return f"unknown kind of file (no ending): {advice}; readable: {READABLE_NAMES}"
    return f"unknown kind of file {printable(ending)}; readable: {READABLE_NAMES}"


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
