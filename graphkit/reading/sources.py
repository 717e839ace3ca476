"""Paths → reports: files, folders, globs, archives, standard input. One bad input costs only itself."""

from __future__ import annotations

import glob
import io
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath

from graphkit.errors import ReadingError, UsageError
from graphkit.model import Failure, NoReport, Report
from graphkit.reading.decoding import decode
from graphkit.reading.office import read_docx, read_pdf
from graphkit.reading.plain import read_markdown, read_text
from graphkit.reading.records import read_csv, read_jsonl
from graphkit.reading.web import read_html

Found = Report | NoReport | Failure
Reader = Callable[[bytes, str, str], Iterator[Found]]

#: A file of one report, or an archive member, may have so many bytes.
MAX_FILE = 64 * 1024 * 1024
#: All members of an archive together may unpack to so many bytes, each at most 200 times its packed size.
MAX_ARCHIVE = 4 * 1024 * 1024 * 1024
MAX_RATIO = 200
#: Longest piece of a line that is held in memory (bytes); more than the reader of lines takes.
MAX_PIECE_LINE = 17 * 1024 * 1024


def _jsonl(data: bytes, source: str, stem: str) -> Iterator[Found]:
    return read_jsonl(io.BytesIO(data), source, stem)


READERS: dict[str, Reader] = {
    ".txt": read_text,
    ".text": read_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".docx": read_docx,
    ".pdf": read_pdf,
    ".jsonl": _jsonl,
    ".ndjson": _jsonl,
    ".csv": read_csv,
}


def list_paths(arguments: Iterable[str | Path]) -> list[Path | str]:
    """Files of the arguments in a stable order: `-` is standard input, folders and globs are opened.

    Raises UsageError for a path that is not there and for a folder without a readable file.
    """
    found: list[Path | str] = []
    for argument in arguments:
        if str(argument) == "-":
            found.append("-")
            continue
        path = Path(argument)
        if path.is_dir():
            files = sorted(f for f in path.rglob("*") if f.is_file() and _suffix(f.name) in {*READERS, ".zip"} and not f.name.startswith("."))
            if not files:
                raise UsageError(f"{path}: no report in this folder (readable: {' '.join(sorted(READERS))} .zip)")
            found += files
        elif path.exists():
            found.append(path)
        else:
            matches = sorted(glob.glob(str(argument), recursive=True))
            if not matches:
                raise UsageError(f"{argument}: no such file or folder")
            found += list_paths(matches)
    return list(dict.fromkeys(found))


def read_paths(arguments: Iterable[str | Path]) -> Iterator[Found]:
    """Reports of all arguments, one after the other; what fails is a Failure, what has none a NoReport."""
    for path in list_paths(arguments):
        yield from read_input(path)


def count_inputs(arguments: Iterable[str | Path]) -> int:
    """About how many reports the arguments hold, for progress: lines of JSONL, members of archives, else one a file."""
    return sum(_about(path) for path in list_paths(arguments))


def _about(path: Path | str) -> int:
    if isinstance(path, str):
        return 1
    suffix = _suffix(path.name)
    try:
        if suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                return sum(not i.is_dir() for i in archive.infolist())
        if suffix in (".jsonl", ".ndjson"):
            with path.open("rb") as file:
                return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b"")) or 1
    except Exception:
        pass  # A broken directory of an archive may raise anything; reading it says what is wrong.
    return 1


def read_input(path: Path | str) -> Iterator[Found]:
    """Reports of one file, or of standard input for `-`. A file that is no longer there is a Failure."""
    if isinstance(path, str):
        yield from _guarded(_standard_input, "standard input")
        return
    suffix = _suffix(path.name)
    if suffix == ".zip":
        yield from _guarded(lambda: _archive(path), str(path))
    elif suffix in (".jsonl", ".ndjson"):
        yield from _guarded(lambda: _stream(path), str(path))
    else:
        yield from _guarded(lambda: _whole(path, suffix), str(path))


def read_lines(path: Path, start: int, end: int, line: int) -> Iterator[Found]:
    """Reports of the bytes start:end of a JSONL file, `line` lines after its beginning."""

    def stretch() -> Iterator[Found]:
        with path.open("rb") as file:
            file.seek(start)
            yield from read_jsonl(_lines(file, end), str(path), path.stem, line)

    yield from _guarded(stretch, str(path))


def read_members(path: Path, start: int, end: int) -> Iterator[Found]:
    """Reports of the members start:end of an archive, in the order of their names."""
    yield from _guarded(lambda: _archive(path, start, end), str(path))


def is_archive(name: str) -> bool:
    return _suffix(name) == ".zip"


def is_lines(name: str) -> bool:
    """A file that can be read from the beginning of any of its lines."""
    return _suffix(name) in (".jsonl", ".ndjson")


def is_table(name: str) -> bool:
    """A file of many reports that can only be read from its beginning."""
    return _suffix(name) == ".csv"


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def _guarded(read: Callable[[], Iterator[Found]], source: str) -> Iterator[Found]:
    """The border of one input: whatever goes wrong in it is said and ends only it."""
    try:
        yield from read()
    except ReadingError as error:
        yield Failure(error.source, error.reason)
    except UsageError:
        raise
    except OSError as error:
        yield Failure(source, f"cannot be read: {error.strerror or error}")
    except Exception as error:
        # A parser's own fault on a broken file must not stop the other reports.
        yield Failure(source, f"cannot be read: {type(error).__name__}: {error}")


def _whole(path: Path, suffix: str) -> Iterator[Found]:
    size = path.stat().st_size
    if size > MAX_FILE:
        raise ReadingError(str(path), f"{size:,} bytes; a file of one report has at most {MAX_FILE:,}")
    reader = READERS.get(suffix)
    if reader is None:
        raise ReadingError(str(path), f"unknown kind of file {suffix or '(no ending)'}; readable: {' '.join(sorted(READERS))} .zip")
    yield from reader(path.read_bytes(), str(path), path.stem)


def _stream(path: Path) -> Iterator[Found]:
    with path.open("rb") as file:
        yield from read_jsonl(_lines(file), str(path), path.stem)


def _lines(file: io.BufferedReader, end: int = -1) -> Iterator[bytes]:
    """Lines of a file up to byte `end`, an over-long one cut so that memory stays bounded (the reader refuses it)."""
    while (end < 0 or file.tell() < end) and (line := file.readline(MAX_PIECE_LINE)):
        if len(line) >= MAX_PIECE_LINE:
            while (rest := file.readline(MAX_PIECE_LINE)) and not rest.endswith(b"\n"):
                pass
        yield line


def _standard_input() -> Iterator[Found]:
    data = sys.stdin.buffer.read(MAX_FILE + 1)
    if len(data) > MAX_FILE:
        raise ReadingError("standard input", f"more than {MAX_FILE:,} bytes; put it into a .jsonl file")
    head = data.lstrip()[:1]
    if head == b"{":
        yield from _jsonl(data, "standard input", "stdin")
    elif head == b"<" and b"<html" in data[:2000].lower():
        yield from read_html(data, "standard input", "stdin")
    else:
        yield from read_text(data, "standard input", "stdin")


def _archive(path: Path, start: int = 0, end: int | None = None) -> Iterator[Found]:
    try:
        with zipfile.ZipFile(path) as archive:
            total = sum(i.file_size for i in archive.infolist())
            if total > MAX_ARCHIVE:
                raise ReadingError(str(path), f"unpacks to {total:,} bytes; at most {MAX_ARCHIVE:,} are read")
            for info in sorted(archive.infolist(), key=lambda i: i.filename)[start:end]:
                if not info.is_dir():
                    yield from _guarded(lambda info=info: _member(archive, info, path), f"{path}!{info.filename}")  # type: ignore[misc]
    except zipfile.BadZipFile as error:
        raise ReadingError(str(path), f"not a whole .zip file: {error}") from None


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path) -> Iterator[Found]:
    name = _member_name(info)
    source = f"{path}!{name}"
    inner = PurePosixPath(name)
    if inner.is_absolute() or ".." in inner.parts or ("\\" in name and ".." in name):
        raise ReadingError(source, "a member with a path out of the archive; it is not read")
    if inner.name.startswith(".") or "__MACOSX" in inner.parts:
        return
    reader = READERS.get(inner.suffix.lower())
    if reader is None:
        yield NoReport(source, f"unknown kind of file {inner.suffix or '(no ending)'}")
        return
    if info.flag_bits & 1:
        raise ReadingError(source, "the member is encrypted; unpack the archive with its password first")
    if info.file_size > MAX_FILE or info.file_size > MAX_RATIO * max(info.compress_size, 5000):
        raise ReadingError(source, f"{info.compress_size:,} packed bytes claim {info.file_size:,}; refused as a bomb")
    with archive.open(info) as file:
        data = file.read(MAX_FILE + 1)
    if len(data) > MAX_FILE:
        raise ReadingError(source, f"more than {MAX_FILE:,} bytes unpacked")
    yield from reader(data, source, inner.stem)


def _member_name(info: zipfile.ZipInfo) -> str:
    """Names of old Chinese archives are GB18030 that zipfile shows as CP437."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return decode(info.filename.encode("cp437"), "name")
    except (UnicodeEncodeError, ReadingError):
        return info.filename
