"""Paths → reports: files, folders, globs, archives, standard input. A failure affects only its own input."""

from __future__ import annotations

import codecs
import io
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath

from graphkit.errors import ReadingError, UsageError
from graphkit.model import Failure, Ignored, NoReport, NotRead, Report
from graphkit.reading import archives
from graphkit.reading.compressed import decompressed, open_decompressed
from graphkit.reading.epub import read_epub
from graphkit.reading.feeds import is_feed, read_xml
from graphkit.reading.json_files import HEAD, is_document, read_json
from graphkit.reading.listing import list_inputs
from graphkit.reading.mail import read_mail
from graphkit.reading.naming import inner_name, is_compressed, printable, source_name, stem, suffix, unknown_kind
from graphkit.reading.office import read_docx, read_pdf
from graphkit.reading.options import ReadingOptions, each_under
from graphkit.reading.plain import read_markdown, read_text
from graphkit.reading.records import read_jsonl
from graphkit.reading.sheets import read_workbook
from graphkit.reading.tables import read_csv, read_tsv
from graphkit.reading.web import read_html

Found = Report | NoReport | Failure | Ignored
Reader = Callable[[bytes, str, str], Iterator[Found]]

#: Maximum size of a file of one report, or of a member of an archive, in bytes.
MAX_FILE = 64 * 1024 * 1024
#: Endings of files with a JSON object in each line.
LINES = (".jsonl", ".ndjson")
#: Maximum size of a piece of a line in memory, in bytes: more than `records.MAX_LINE`.
MAX_PIECE_LINE = 17 * 1024 * 1024


def _jsonl(data: bytes, source: str, stem: str) -> Iterator[Found]:
    if is_document(data[:HEAD]):
        return read_json(data, source, stem)
    return read_jsonl(io.BytesIO(data), source, stem)


READERS: dict[str, Reader] = {
    ".txt": read_text,
    ".text": read_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".shtml": read_html,
    ".shtm": read_html,
    ".jhtml": read_html,
    ".xhtml": read_html,
    ".xht": read_html,
    ".mht": read_mail,
    ".mhtml": read_mail,
    ".eml": read_mail,
    ".xml": read_xml,
    ".rss": read_xml,
    ".rdf": read_xml,
    ".atom": read_xml,
    ".epub": read_epub,
    ".docx": read_docx,
    ".pdf": read_pdf,
    ".json": read_json,
    ".jsonl": _jsonl,
    ".ndjson": _jsonl,
    ".csv": read_csv,
    ".tsv": read_tsv,
    ".tab": read_tsv,
    ".xlsx": read_workbook,
    ".ods": read_workbook,
}


#: Endings of the files with many reports that can only be read from their beginning.
TABLES = (".csv", ".tsv", ".tab", ".xlsx", ".ods")


def list_paths(arguments: Iterable[str | Path]) -> list[Path | str]:
    """Return the files of the arguments in a stable order: `-` is standard input, folders and globs are opened.

    Raises UsageError for a path that does not exist and for a folder without a file.
    """
    return list_inputs(arguments).paths


def read_paths(arguments: Iterable[str | Path], options: ReadingOptions | None = None) -> Iterator[Found]:
    """Yield the reports of all arguments, and a Failure, NotRead, NoReport or Ignored for each input without one.

    options: see `graphkit.reading.reading_options`.
    """
    listing = list_inputs(arguments)
    yield from listing.skipped
    for path in listing.paths:
        yield from read_input(path, options=options)


def count_inputs(arguments: Iterable[str | Path]) -> int:
    """Return the approximate number of reports: lines of JSONL, members of archives, otherwise one for each file."""
    return sum(_about(path) for path in list_paths(arguments))


def _about(path: Path | str) -> int:
    if isinstance(path, str):
        return 1
    try:
        if is_archive(path.name):
            return archives.member_count(path) or 1
        if is_lines(path.name):
            with path.open("rb") as file:
                return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b"")) or 1
    except Exception:
        pass  # A broken directory of an archive may raise anything; reading the archive reports the cause.
    return 1


def read_input(path: Path | str, *, options: ReadingOptions | None = None) -> Iterator[Found]:
    """Yield the reports of one file, or of standard input for `-`. A file that no longer exists is a Failure.

    options: by default those that are current.
    """
    yield from each_under(options, _read_input(path))


def _read_input(path: Path | str) -> Iterator[Found]:
    if isinstance(path, str):
        yield from _guarded(_standard_input, "standard input")
    elif is_archive(path.name):
        yield from _guarded(lambda: _archive(path), source_name(path))
    elif suffix(inner_name(path.name)) in LINES:
        yield from _guarded(lambda: _stream(path), source_name(path))
    else:
        yield from _guarded(lambda: _whole(path), source_name(path))


def read_lines(path: Path, start: int, end: int, line: int) -> Iterator[Found]:
    """Yield the reports of the bytes `start:end` of a JSONL file, before which there are `line` lines."""

    def stretch() -> Iterator[Found]:
        with path.open("rb") as file:
            file.seek(start)
            yield from read_jsonl(_lines(file, end), source_name(path), stem(path.name), line)

    yield from _guarded(stretch, source_name(path))


def read_members(path: Path, start: int, end: int) -> Iterator[Found]:
    """Yield the reports of the members `start:end` of an archive, in the order of their names."""
    yield from _guarded(lambda: _archive(path, start, end), source_name(path))


def is_archive(name: str) -> bool:
    """Tell whether a file is an archive."""
    return suffix(name) == ".zip"


def is_lines(name: str) -> bool:
    """Tell whether a file can be read from the beginning of any of its lines."""
    return suffix(name) in LINES


def is_table(name: str) -> bool:
    """Tell whether a file has many reports and can only be read from its beginning."""
    inner = suffix(inner_name(name))
    return inner in TABLES or (is_compressed(name) and inner in (".json", *LINES))


def is_json_document(path: Path) -> bool:
    """Tell whether a file can have many reports and is one JSON value, so that it cannot be read line by line."""
    if suffix(path.name) == ".json":
        return True
    if not is_lines(path.name):
        return False
    with path.open("rb") as file:
        return is_document(file.read(HEAD))


def _guarded(read: Callable[[], Iterator[Found]], source: str) -> Iterator[Found]:
    """Yield what `read` yields. An error becomes a Failure and ends only this input. No result is a NoReport."""
    silent = True
    try:
        for found in read():
            silent = False
            yield found
        if silent:
            yield NoReport(source, "no report was found in it")
    except ReadingError as error:
        yield Failure(error.source, error.reason)
    except UsageError:
        raise
    except OSError as error:
        yield Failure(source, f"cannot be read: {error.strerror or error}")
    except Exception as error:
        # An error of a parser on a broken file must not stop the reading of other files.
        yield Failure(source, f"cannot be read: {type(error).__name__}: {printable(str(error))}")


def _whole(path: Path) -> Iterator[Found]:
    source = source_name(path)
    if suffix(inner_name(path.name)) not in READERS:
        yield NotRead(source, unknown_kind(path.name))
        return
    size = path.stat().st_size
    if size > MAX_FILE:
        raise ReadingError(source, f"{size:,} bytes; a file of one report has at most {MAX_FILE:,}")
    yield from _read(path.read_bytes(), path.name, source)


def _read(data: bytes, name: str, source: str) -> Iterator[Found]:
    """Yield the reports of the bytes of a file, which are decompressed first if its name says that they must be."""
    if is_compressed(name):
        data = decompressed(data, source, MAX_FILE)
    yield from READERS[suffix(inner_name(name))](data, source, stem(name))


def _stream(path: Path) -> Iterator[Found]:
    source = source_name(path)
    opened = open_decompressed(path, source) if is_compressed(path.name) else path.open("rb")
    with opened as file:
        head = file.read(HEAD)
        if is_document(head):
            data = head + file.read(MAX_FILE + 1 - len(head))
            if len(data) > MAX_FILE:
                raise ReadingError(source, f"a JSON document of more than {MAX_FILE:,} bytes; save it as JSON Lines")
            yield from read_json(data, source, stem(path.name))
            return
    opened = open_decompressed(path, source) if is_compressed(path.name) else path.open("rb")
    with opened as file:
        yield from read_jsonl(_lines(file), source, stem(path.name))


def _lines(file: io.BufferedReader, end: int = -1) -> Iterator[bytes]:
    """Yield the lines of a file up to byte `end`. Too long ones are cut to save memory; the reader refuses them."""
    while (end < 0 or file.tell() < end) and (line := file.readline(MAX_PIECE_LINE)):
        if len(line) >= MAX_PIECE_LINE:
            while (rest := file.readline(MAX_PIECE_LINE)) and not rest.endswith(b"\n"):
                pass
        yield line


def _standard_input() -> Iterator[Found]:
    data = sys.stdin.buffer.read(MAX_FILE + 1)
    if len(data) > MAX_FILE:
        raise ReadingError("standard input", f"more than {MAX_FILE:,} bytes; put it into a .jsonl file")
    start = data.removeprefix(codecs.BOM_UTF8).lstrip()
    head = start[:1]
    if head == b"{" or (head == b"[" and is_document(data[:HEAD])):
        yield from _jsonl(data, "standard input", "stdin")
    elif head == b"<" and b"<html" in data[:2000].lower():
        yield from read_html(data, "standard input", "stdin")
    elif head == b"<" and is_feed(data[:2000].decode("utf-8", "ignore")):
        yield from read_xml(data, "standard input", "stdin")
    else:
        yield from read_text(data, "standard input", "stdin")


def _archive(path: Path, start: int = 0, end: int | None = None) -> Iterator[Found]:
    for archive, info, source in archives.members(path, start, end):

        def member(
            archive: archives.Archive = archive, info: zipfile.ZipInfo = info, source: str = source
        ) -> Iterator[Found]:
            data = archives.read_member(archive, info, source, MAX_FILE, lambda n: suffix(inner_name(n)) in READERS)
            if isinstance(data, bytes):
                yield from _read(data, PurePosixPath(archives.member_name(info)).name, source)
            else:
                yield data

        yield from _guarded(member, source)
