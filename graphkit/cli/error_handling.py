"""The process around a command: error messages, exit codes, standard streams, encoding and signals."""

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

#: Exit codes: stopped by Ctrl-C (128 + SIGINT), and operation failed.
INTERRUPTED, FAILED = 130, 3
DEBUG = "GRAPHKIT_DEBUG"
#: Module name → package name, where the two differ.
_PACKAGE_NAMES = {"docx": "python-docx", "vl_convert": "vl-convert-python"}
_HINTS = {
    errno.ENOSPC: "free some space and run the command again",
    errno.EDQUOT: "free some space and run the command again",
    errno.EFBIG: "the file is larger than this system or its limits allow",
    errno.EROFS: "choose a folder on a writable file system",
    errno.EACCES: "check the permissions",
    errno.EPERM: "check the permissions",
    errno.EMFILE: "raise the limit of open files (ulimit -n)",
    errno.ELOOP: "the symbolic links form a loop",
    errno.EBADF: "check that standard output is open",
}


#: Not empty when this process was started as the `graphkit` command, empty when a program calls a command as a
#: function.
_is_command_process: list[bool] = []


def is_debugging() -> bool:
    """Return whether tracebacks are shown (`--debug` or GRAPHKIT_DEBUG=1)."""
    return os.environ.get(DEBUG, "") not in ("", "0")


def explain(error: BaseException) -> tuple[str, int]:
    """Return a one-sentence message that says what failed and how to fix it, and the exit code."""
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
        return (
            f"a database of the graph cannot be used: {error}; "
            "check the free disk space and the permissions, and run `graphkit doctor`"
        ), FAILED
    if isinstance(error, ImportError):
        module = (error.name or "").partition(".")[0]
        package = _PACKAGE_NAMES.get(module, module)
        return f"a required package cannot be loaded ({error}); run `pip install {package}`", FAILED
    if isinstance(error, UnicodeError):
        return (
            f"a text or file name cannot be encoded ({_one_line(error)}); "
            "set PYTHONUTF8=1, or use UTF-8 for file names and the terminal"
        ), FAILED
    if isinstance(error, OSError):
        path = f"{error.filename!s}: " if error.filename else ""
        hint = _HINTS.get(error.errno or 0, "")
        return f"{path}{error.strerror or _one_line(error)}{f'; {hint}' if hint else ''}", FAILED
    return (
        f"unexpected error ({type(error).__name__}: {_one_line(error)}); "
        "run the command again with --debug and report the output"
    ), FAILED


def _one_line(error: BaseException) -> str:
    """Return the error's message in one line of at most 300 characters."""
    return " ".join(str(error).split())[:300]


def report(error: BaseException) -> int:
    """Print the error on standard error, with the traceback when debugging, and return the exit code.

    A closed pipe (`graphkit export … | head`) is not an error: the exit code is 0.
    """
    if isinstance(error, BrokenPipeError):
        discard_output()
        return 0
    if isinstance(error, KeyboardInterrupt) and _is_command_process:
        with suppress(ValueError):
            signal.signal(signal.SIGINT, signal.SIG_IGN)
    message, code = explain(error)
    with suppress(OSError, ValueError, AttributeError):
        if is_debugging():
            traceback.print_exception(error, file=sys.stderr)
        print(f"graphkit: {message}", file=sys.stderr, flush=True)
    if isinstance(error, OSError):
        discard_output()
    return code


def discard_output() -> None:
    """Redirect standard output to the null device, so that the interpreter does not report a failed flush at exit."""
    if not _is_command_process:
        return
    with suppress(OSError, ValueError, AttributeError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.close(null)


def guarded(command: Callable[..., Any]) -> Callable[..., None]:
    """Return `command` wrapped so that an error becomes a message on standard error and an exit code."""
    import typer

    from graphkit.wording import naming_commands

    @functools.wraps(command)
    def run(*args: Any, **options: Any) -> None:
        try:
            with naming_commands():
                command(*args, **options)
            sys.stdout.flush()
        except (KeyboardInterrupt, Exception) as error:
            if isinstance(error, (typer.Exit, typer.Abort)) or _is_parser_error(error):
                raise
            if code := report(error):
                raise typer.Exit(code) from None
        except BaseException as error:
            # Extensions written in Rust raise exceptions that do not derive from Exception.
            if isinstance(error, (SystemExit, GeneratorExit)):
                raise
            raise typer.Exit(report(error)) from None

    return run


def _is_parser_error(error: BaseException) -> bool:
    """Return whether the command-line parser prints this error."""
    return hasattr(error, "exit_code") and hasattr(error, "show")


def prepare() -> None:
    """Set up the standard streams, the encoding and the signal handlers. Call it before anything is printed."""
    _reopen_closed()
    _use_utf8()
    stdout, stderr, stdin = sys.stdout, sys.stderr, sys.stdin
    with suppress(AttributeError, ValueError, OSError):
        # Output to a file or a pipe is data and always UTF-8; output to a terminal uses the terminal's encoding.
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
    """Open the null device for closed standard streams, so that no other file gets their descriptors.

    Standard output is opened for reading only: writing to it remains an error.
    """
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
    """Restart in UTF-8 mode when Python decodes file names and arguments as ASCII: reports and queries are Chinese."""
    if os.name != "posix" or sys.flags.utf8_mode or not sys.executable or len(sys.orig_argv) < 2:
        return
    if re.sub(r"[^a-z0-9]", "", sys.getfilesystemencoding().lower()) in ("ascii", "usascii", "ansix341968", "646"):
        with suppress(OSError):
            os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])


#: Minimum number of reports of a graph for messages about its views, which are built in a moment otherwise.
LARGE = 1000


def _show_views() -> None:
    """Print a line on standard error when a view of a large graph is built, because a query waits for it."""
    import logging

    class Shown(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            is_begin = isinstance(record.args, tuple) and len(record.args) == 2 and isinstance(record.args[1], int)
            if is_begin and record.args[1] >= LARGE:  # type: ignore[index,operator]
                from graphkit.cli.console import say

                say(f"{record.getMessage()} …")

    log = logging.getLogger("graphkit.views")
    log.setLevel(logging.INFO)
    log.addHandler(Shown())


def run(command: Callable[[], Any]) -> None:
    """Run the command line and end the process. Tracebacks are shown only with `--debug` or GRAPHKIT_DEBUG=1."""
    arguments = sys.argv[1:]
    before_end = arguments[: arguments.index("--")] if "--" in arguments else arguments
    if "--debug" in before_end:
        os.environ[DEBUG] = "1"
        arguments.remove("--debug")
        sys.argv[1:] = arguments
    if not is_debugging():
        sys.unraisablehook = lambda _: None
    code: Any = 0
    _is_command_process.append(True)
    try:
        prepare()
        _show_views()
        command()
    except SystemExit as end:
        # Typer ends the process with exit code 1 if the reader of `--help` stops early.
        code = report(end.__context__) if isinstance(end.__context__, BrokenPipeError) else end.code
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
