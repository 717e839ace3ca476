"""Converts old Word files with LibreOffice, if it is installed.

Each conversion has its own folder, in which the profile of LibreOffice is, too. It therefore depends on no settings, no
running LibreOffice and no other conversion, and leaves nothing behind.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from graphkit.errors import ReadingError
from graphkit.reading.naming import printable

#: Seconds after which a conversion is stopped.
LIMIT = 120
_NAMES = ("soffice", "libreoffice")
#: Where LibreOffice is, if its folder is not in PATH: macOS and Windows.
_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "C:/Program Files/LibreOffice/program/soffice.exe",
    "C:/Program Files (x86)/LibreOffice/program/soffice.exe",
)
_MAX_OUTPUT = 64 * 1024 * 1024


def find_program() -> str | None:
    """Return the path of LibreOffice, None if it is not installed."""
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    return found or next((place for place in _PLACES if Path(place).is_file()), None)


def converted(data: bytes, source: str) -> bytes:
    """Return an old Word file as .docx.

    Raises
    ------
    ReadingError
        LibreOffice is not installed, needs more than LIMIT seconds, or does not convert the file.
    """
    program = find_program()
    if program is None:
        raise ReadingError(source, "LibreOffice is not installed")
    with tempfile.TemporaryDirectory(prefix="graphkit-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "input.doc").write_bytes(data)
        message = _run(program, folder, source)
        result = folder / "output" / "input.docx"
        if not result.is_file() or result.is_symlink():
            words = printable(" ".join(message.split())[:200])
            raise ReadingError(
                source, f"LibreOffice cannot convert it{f' ({words})' if words else ''}; open it and save it as .docx"
            )
        if result.stat().st_size > _MAX_OUTPUT:
            raise ReadingError(source, f"converted to more than {_MAX_OUTPUT:,} bytes; save it as .docx without images")
        return result.read_bytes()


def _run(program: str, folder: Path, source: str) -> str:
    """Run the conversion and return what LibreOffice printed. It is stopped after LIMIT seconds, with its children."""
    command = [
        program,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo",
        "--convert-to", "docx:MS Word 2007 XML",
        "--outdir", str(folder / "output"),
        str(folder / "input.doc"),
    ]  # fmt: skip
    with (folder / "messages").open("w+b") as messages:
        try:
            process = subprocess.Popen(
                command,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=messages,
                stderr=subprocess.STDOUT,
                env={**os.environ, "HOME": str(folder), "TMPDIR": str(folder)},
                start_new_session=True,
            )
        except OSError as error:
            raise ReadingError(
                source, f"LibreOffice ({program}) cannot be started: {error.strerror or error}"
            ) from None
        try:
            process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            raise ReadingError(
                source, f"LibreOffice needs more than {LIMIT} seconds to convert it; open it and save it as .docx"
            ) from None
        finally:
            _stop(process)
        messages.seek(0)
        return messages.read(2000).decode("utf-8", "replace")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the process and all processes that it has started. They may outlive it."""
    if sys.platform == "win32":
        if process.poll() is None:
            subprocess.run(["taskkill", "/T", "/F", "/PID", str(process.pid)], capture_output=True, check=False)
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
