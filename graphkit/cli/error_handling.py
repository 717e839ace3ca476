"""Where errors become one sentence and an exit code, and where the standard streams are made fit to write to."""

from __future__ import annotations

import errno
import functools
import os
import re
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import Any

#: The exit code of a program that was stopped by Ctrl-C (128 + SIGINT), and of an operation that failed.
INTERRUPTED, FAILED = 130, 3
DEBUG = "GRAPHKIT_DEBUG"
#: Module → name of its package, where the two differ.
_PACKAGES = {"docx": "python-docx", "vl_convert": "vl-convert-python"}
_HINTS = {
    errno.ENOSPC: "free some space and run the command again", errno.EDQUOT: "free some space and run the command again",
    errno.EFBIG: "the file is larger than this system or its limits allow",
    errno.EROFS: "choose a place that can be written", errno.EACCES: "check the permissions", errno.EPERM: "check the permissions",
    errno.EMFILE: "raise the limit of open files (ulimit -n)", errno.ELOOP: "the links point at each other",
    errno.EBADF: "is standard output closed?",
}


#: Holds True once this process is a command, and no program that calls one.
_running: list[bool] = []


def debugging() -> bool:
    return os.environ.get(DEBUG, "") not in ("", "0")


def explain(error: BaseException) -> tuple[str, int]:
    """One sentence on what went wrong and how to fix it, and the exit code."""
    import sqlite3

    from graphkit.errors import GraphkitError

    if isinstance(error, GraphkitError):
        return str(error), error.exit_code
    if isinstance(error, KeyboardInterrupt):
        return "stopped; everything written so far is complete, and the same command continues from there", INTERRUPTED
    if isinstance(error, MemoryError):
        return "there is not enough memory; close other programs, or work on fewer reports at a time", FAILED
    if isinstance(error, RecursionError):
        return "the input is nested too deeply to be processed; simplify the query or the file", FAILED
    if isinstance(error, sqlite3.Error):
        return f"a database of the graph cannot be used: {error}; check free space and permissions, and run `graphkit doctor`", FAILED
    if isinstance(error, ImportError):
        module = (error.name or "").partition(".")[0]
        return f"a required package cannot be loaded ({error}); run `pip install {_PACKAGES.get(module, module)}`", FAILED
    if isinstance(error, UnicodeError):
        return f"some text cannot be encoded ({_words(error)}); set PYTHONUTF8=1, or use names and a terminal in UTF-8", FAILED
    if isinstance(error, OSError):
        place = f"{error.filename!s}: " if error.filename else ""
        hint = _HINTS.get(error.errno or 0, "")
        return f"{place}{error.strerror or _words(error)}{f'; {hint}' if hint else ''}", FAILED
    return f"unexpected error ({type(error).__name__}: {_words(error)}); run the command again with --debug and report the output", FAILED


def _words(error: BaseException) -> str:
    return " ".join(str(error).split())[:300]


def report(error: BaseException) -> int:
    """Say what went wrong on standard error, with the trace when debugging; gives the exit code. A reader that went away is no error."""
    if isinstance(error, BrokenPipeError):
        discard_output()
        return 0
    if isinstance(error, KeyboardInterrupt) and _running:
        with suppress(ValueError):
            signal.signal(signal.SIGINT, signal.SIG_IGN)
    words, code = explain(error)
    with suppress(OSError, ValueError, AttributeError):
        if debugging():
            traceback.print_exception(error, file=sys.stderr)
        print(f"graphkit: {words}", file=sys.stderr, flush=True)
    if isinstance(error, OSError):
        discard_output()
    return code


def discard_output() -> None:
    """Send what is still to be written to standard output nowhere: the interpreter would complain when it ends."""
    if not _running:
        return
    with suppress(OSError, ValueError, AttributeError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.close(null)


def guarded(command: Callable[..., Any]) -> Callable[..., None]:
    """The command with its errors turned into a message on standard error and an exit code."""
    import typer

    @functools.wraps(command)
    def run(*args: Any, **options: Any) -> None:
        try:
            command(*args, **options)
            sys.stdout.flush()
        except (KeyboardInterrupt, Exception) as error:
            if isinstance(error, (typer.Exit, typer.Abort)) or _is_usage(error):
                raise
            if code := report(error):
                raise typer.Exit(code) from None
        except BaseException as error:
            # Extensions in Rust raise theirs beside Exception.
            if isinstance(error, (SystemExit, GeneratorExit)):
                raise
            raise typer.Exit(report(error)) from None

    return run


def _is_usage(error: BaseException) -> bool:
    """Whether the command-line parser shows this error itself."""
    return hasattr(error, "exit_code") and hasattr(error, "show")


def prepare() -> None:
    """Make the standard streams, the encoding and the signals fit for a command. Call it first."""
    _reopen_closed()
    _use_utf8()
    stdout, stderr, stdin = sys.stdout, sys.stderr, sys.stdin
    with suppress(AttributeError, ValueError, OSError):
        # In a file or a pipe the output is data, which is UTF-8 whatever the locale; on a terminal it is for its reader.
        if stdout.isatty():
            stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
        else:
            stdout.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    with suppress(AttributeError, ValueError, OSError):
        stderr.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    with suppress(AttributeError, ValueError, OSError):
        stdin.reconfigure(errors="replace")  # type: ignore[union-attr]
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)


def _reopen_closed() -> None:
    """Give closed standard streams a file, so that no other file gets their numbers. Writing to closed output stays an error."""
    for number, name, flags in ((0, "stdin", os.O_RDONLY), (1, "stdout", os.O_RDONLY), (2, "stderr", os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            with suppress(OSError):
                opened = os.open(os.devnull, flags)
                if opened != number:
                    os.dup2(opened, number)
                    os.close(opened)
                os.set_inheritable(number, True)
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, "r" if number == 0 else "w", encoding="utf-8", closefd=False))


def _use_utf8() -> None:
    """Start again in UTF-8 mode where Python takes file names and arguments for ASCII: reports and queries are Chinese."""
    if os.name != "posix" or sys.flags.utf8_mode or not sys.executable or len(sys.orig_argv) < 2:
        return
    if re.sub(r"[^a-z0-9]", "", sys.getfilesystemencoding().lower()) in ("ascii", "usascii", "ansix341968", "646"):
        with suppress(OSError):
            os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])


def run(command: Callable[[], Any]) -> None:
    """Run the whole command line and end the process; nothing that goes wrong shows a trace unless it was asked for."""
    arguments = sys.argv[1:]
    before_end = arguments[: arguments.index("--")] if "--" in arguments else arguments
    if "--debug" in before_end:
        os.environ[DEBUG] = "1"
        arguments.remove("--debug")
        sys.argv[1:] = arguments
    if not debugging():
        sys.unraisablehook = lambda _: None
    code: Any = 0
    _running.append(True)
    try:
        prepare()
        command()
    except SystemExit as end:
        code = end.code
    except BaseException as error:
        code = report(error)
    finally:
        with suppress(ValueError):
            signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        sys.stdout.flush()
    except BaseException as error:
        code = report(error) or code
    sys.exit(code)
