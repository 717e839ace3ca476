"""Paths → reports: files, folders, globs, archives, standard input. A failure affects only its own input."""

from __future__ import annotations

import codecs
import io
import sys
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path, PurePosixPath

from graphkit.errors import ReadingError, UsageError
from graphkit.model import Failure, Ignored, NoReport, NotRead, Report
from graphkit.reading import archives, first_bytes, formats
from graphkit.reading.arrivals import Incoming
from graphkit.reading.compressed import decompressed, open_decompressed
from graphkit.reading.epub import read_epub
from graphkit.reading.feeds import is_feed, read_xml
from graphkit.reading.identity import is_below, location, member_location
from graphkit.reading.json_files import HEAD, is_document, read_json
from graphkit.reading.listing import list_inputs
from graphkit.reading.mail import read_mail
from graphkit.reading.naming import (
    compression,
    inner_name,
    is_archive,
    is_compressed,
    is_tar,
    printable,
    source_name,
    suffix,
    unknown_kind,
)
from graphkit.reading.odt import read_odt
from graphkit.reading.old_office import read_old_spreadsheet, read_old_word
from graphkit.reading.options import ReadingOptions, each_under
from graphkit.reading.pdf import read_pdf
from graphkit.reading.plain import read_markdown, read_text
from graphkit.reading.records import read_jsonl
from graphkit.reading.rtf import read_rtf
from graphkit.reading.sheets import read_workbook
from graphkit.reading.tables import read_csv, read_tsv
from graphkit.reading.tar_files import Member, Packed, stream_members, tar_members
from graphkit.reading.web import read_html
from graphkit.reading.word import read_docx

Found = Report | NoReport | Failure | Ignored
Reader = Callable[[bytes, str, str], Iterator[Found]]

#: Maximum size of a file of one report, or of a member of an archive, in bytes.
MAX_FILE = 64 * 1024 * 1024
#: Endings of files with a JSON object in each line.
LINES = formats.endings_of(formats.LINES)
#: Maximum size of a piece of a line in memory, in bytes: more than `records.MAX_LINE`.
MAX_PIECE_LINE = 17 * 1024 * 1024


def _jsonl(data: bytes, source: str, stem: str) -> Iterator[Found]:
    if is_document(data[:HEAD]):
        return read_json(data, source, stem)
    return read_jsonl(io.BytesIO(data), source, stem)


#: The readers of formats.toml.
_FUNCTIONS: dict[str, Reader] = {
    "text": read_text,
    "markdown": read_markdown,
    "html": read_html,
    "mail": read_mail,
    "feed": read_xml,
    "book": read_epub,
    "word": read_docx,
    "odt": read_odt,
    "rtf": read_rtf,
    "old_word": read_old_word,
    "pdf": read_pdf,
    "lines": _jsonl,
    "json": read_json,
    "csv": read_csv,
    "tsv": read_tsv,
    "workbook": read_workbook,
    "old_workbook": read_old_spreadsheet,
}
READERS: dict[str, Reader] = {
    ending: _FUNCTIONS[found.reader] for found in formats.FORMATS if found.reader for ending in found.endings
}
#: Endings of the files with many reports that can only be read from their beginning.
TABLES = formats.endings_of(formats.TABLE)


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
        yield from read_input(path, default_id(path, listing.roots), options=options)


def count_inputs(arguments: Iterable[str | Path]) -> int:
    """Return the approximate number of reports: lines of JSONL, members of archives, otherwise one for each file."""
    return sum(_about(path) for path in list_paths(arguments))


def _about(path: Path | str) -> int:
    if isinstance(path, str):
        return 1
    try:
        if is_archive(path.name) and not is_tar(path.name):
            return archives.member_count(path) or 1
        if is_lines(path.name):
            with path.open("rb") as file:
                return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b"")) or 1
    except Exception:
        pass  # A broken directory of an archive may raise anything; reading the archive reports the cause.
    return 1


def default_id(path: Path | str, roots: Collection[str] = ()) -> str:
    """Return the id of the report in a file, or the beginning of the ids of its reports.

    roots: absolute paths of the folders that are read. It is "" for an archive that is in none of them: the ids of its
    files begin below it.
    """
    if isinstance(path, str):
        return "stdin"
    return "" if is_archive(path.name) and not is_below(path, roots) else location(path, roots)


def read_input(path: Path | str, name: str | None = None, *, options: ReadingOptions | None = None) -> Iterator[Found]:
    """Yield the reports of one file, or of standard input for `-`. A file that no longer exists is a Failure.

    name: result of `default_id`; by default, the file is in no folder that is read. options: by default those that are
    current.
    """
    yield from each_under(options, _read_input(path, default_id(path) if name is None else name))


def _read_input(path: Path | str, name: str) -> Iterator[Found]:
    if isinstance(path, str):
        yield from _guarded(_standard_input, "standard input")
    elif is_archive(path.name):
        yield from _guarded(lambda: _archive(path, name), source_name(path))
    elif suffix(inner_name(path.name)) in LINES:
        yield from _guarded(lambda: _stream(path, name), source_name(path))
    else:
        yield from _guarded(lambda: _whole(path, name), source_name(path))


def read_lines(path: Path, start: int, end: int, line: int, name: str) -> Iterator[Found]:
    """Yield the reports of the bytes `start:end` of a JSONL file, before which there are `line` lines."""

    def stretch() -> Iterator[Found]:
        with path.open("rb") as file:
            file.seek(start)
            yield from read_jsonl(_lines(file, end), source_name(path), name, line)

    yield from _guarded(stretch, source_name(path))


def read_members(path: Path, start: int, end: int, name: str) -> Iterator[Found]:
    """Yield the reports of the members `start:end` of an archive, in the order of their names."""
    yield from _guarded(lambda: _archive(path, name, start, end), source_name(path))


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
    except UsageError:
        raise
    except Exception as error:
        # An error of a parser on a broken file must not stop the reading of other files.
        yield _failure(error, source)


def _failure(error: Exception, source: str) -> Failure:
    if isinstance(error, ReadingError):
        return Failure(error.source, error.reason)
    if isinstance(error, OSError):
        return Failure(source, f"cannot be read: {error.strerror or error}")
    return Failure(source, f"cannot be read: {type(error).__name__}: {printable(str(error))}")


def _whole(path: Path, name: str) -> Iterator[Found]:
    source = source_name(path)
    if suffix(inner_name(path.name)) not in READERS:
        yield NotRead(source, unknown_kind(path.name))
        return
    size = path.stat().st_size
    if size > MAX_FILE:
        raise ReadingError(source, f"{size:,} bytes; a file of one report has at most {MAX_FILE:,}")
    yield from _read(path.read_bytes(), path.name, source, name)


def _read(data: bytes, file: str, source: str, name: str) -> Iterator[Found]:
    """Yield the reports of the bytes of a file, which are decompressed first if its name says that they must be."""
    if is_compressed(file):
        data = decompressed(data, source, MAX_FILE, compression(file))
    yield from READERS[suffix(inner_name(file))](data, source, name)


def _stream(path: Path, name: str) -> Iterator[Found]:
    source = source_name(path)
    opened = open_decompressed(path, source) if is_compressed(path.name) else path.open("rb")
    with opened as file:
        head = file.read(HEAD)
        if is_document(head):
            data = head + file.read(MAX_FILE + 1 - len(head))
            if len(data) > MAX_FILE:
                raise ReadingError(source, f"a JSON document of more than {MAX_FILE:,} bytes; save it as JSON Lines")
            yield from read_json(data, source, name)
            return
    opened = open_decompressed(path, source) if is_compressed(path.name) else path.open("rb")
    with opened as file:
        yield from read_jsonl(_lines(file), source, name)


def _lines(file: io.BufferedReader, end: int = -1) -> Iterator[bytes]:
    """Yield the lines of a file up to byte `end`. Too long ones are cut to save memory; the reader refuses them."""
    while (end < 0 or file.tell() < end) and (line := file.readline(MAX_PIECE_LINE)):
        if len(line) >= MAX_PIECE_LINE:
            while (rest := file.readline(MAX_PIECE_LINE)) and not rest.endswith(b"\n"):
                pass
        yield line


def _standard_input() -> Iterator[Found]:
    source = "standard input"
    incoming = Incoming(sys.stdin.buffer, MAX_PIECE_LINE)
    if incoming.begins_with_record():
        yield from read_jsonl(incoming.lines(), source, "stdin")
        return
    data = incoming.all(MAX_FILE + 1)
    if len(data) > MAX_FILE:
        raise ReadingError(source, f"more than {MAX_FILE:,} bytes; put it into a .jsonl file")
    compressed = first_bytes.compression_of(data)
    if compressed:
        data = decompressed(data, source, MAX_FILE, compressed)
    ending = first_bytes.format_of(data)
    if ending == ".zip":
        yield from _members(archives.members_of_bytes(data, source), "")
    elif ending == ".tar":
        for member in stream_members(io.BytesIO(data), source, MAX_FILE, is_known):
            yield from read_packed(member, "")
    elif ending:
        yield from READERS[ending](data, source, "stdin")
    else:
        yield from _standard_text(data, source)


def _standard_text(data: bytes, source: str) -> Iterator[Found]:
    start = data.removeprefix(codecs.BOM_UTF8).lstrip()
    head = start[:1]
    if head == b"{" or (head == b"[" and is_document(data[:HEAD])):
        yield from _jsonl(data, source, "stdin")
    elif head == b"<" and b"<html" in data[:2000].lower():
        yield from read_html(data, source, "stdin")
    elif head == b"<" and is_feed(data[:2000].decode("utf-8", "ignore")):
        yield from read_xml(data, source, "stdin")
    else:
        yield from read_text(data, source, "stdin")


def is_known(name: str) -> bool:
    """Tell whether a member of an archive with this name is read."""
    return suffix(inner_name(name)) in READERS


def packed_members(path: Path) -> Iterator[Member]:
    """Yield the members of an archive made by tar, whose bytes `read_packed` reads, or the reason of a failure."""
    try:
        yield from tar_members(path, MAX_FILE, is_known)
    except Exception as error:
        yield _failure(error, source_name(path))


def read_packed(member: Member, name: str) -> Iterator[Found]:
    """Yield the reports of a member of an archive made by tar. name: the default id of the archive."""
    if isinstance(member, Packed):
        file, report_id = PurePosixPath(member.name).name, member_location(name, member.name)
        yield from _guarded(lambda: _read(member.data, file, member.source, report_id), member.source)
    else:
        yield member


def _archive(path: Path, name: str, start: int = 0, end: int | None = None) -> Iterator[Found]:
    if is_tar(path.name):
        for packed in packed_members(path):
            yield from read_packed(packed, name)
    else:
        yield from _members(archives.members(path, start, end), name)


def _members(members: Iterator[tuple[archives.Archive, zipfile.ZipInfo, str]], name: str) -> Iterator[Found]:
    for archive, info, source in members:

        def member(
            archive: archives.Archive = archive, info: zipfile.ZipInfo = info, source: str = source
        ) -> Iterator[Found]:
            data = archives.read_member(archive, info, source, MAX_FILE, is_known)
            if isinstance(data, bytes):
                inner = archives.member_name(info)
                yield from _read(data, PurePosixPath(inner).name, source, member_location(name, inner))
            else:
                yield data

        yield from _guarded(member, source)
