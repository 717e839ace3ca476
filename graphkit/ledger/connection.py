"""The connections to the SQLite file of a ledger: opening, transactions, and conversion of SQLite errors.

Each thread has a connection of its own, except for snapshots and read-only graphs: their only connection is read by all
threads, which SQLite allows. One thread at a time writes.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self, TypeVar

from graphkit.errors import DamagedError, LedgerError
from graphkit.ledger.digests import Digests
from graphkit.ledger.opening import FILE, Opened, open_file, read_only_hint
from graphkit.schema.values import for_shell
from graphkit.wording import advice

#: Text in SQLite's operational errors that do not mean damage → what to do. All other errors mean a damaged file.
_HINTS = (
    ("full", "; the disk is full: free some space and try again; committed changes are kept"),
    ("locked", "; another graphkit process is writing to this graph: wait until it ends and try again"),
    ("readonly", "; check the permissions of the folder"),
    ("unable to open", "; check the permissions of the folder"),
    ("I/O error", "; the disk could not be read or written: try again; committed changes are kept"),
    ("interrupted", ""),
)
S = TypeVar("S")
T = TypeVar("T")


class Connection:
    """An open ledger file. Use it as a context manager, or call `close`."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        """Open `folder/ledger.sqlite`.

        create: create the folder and the file if they do not exist. Raises LedgerError if the folder is not a graph or
        cannot be written, or if a newer version of graphkit wrote the file.
        """
        self.path = folder / FILE
        if not self.path.exists() and not self.path.is_symlink() and not create:
            raise LedgerError(
                f"{folder} is not a graph: it contains no {FILE}; "
                + advice(
                    f"create one with graphkit.open({str(folder)!r}, create=True)",
                    f"create one with `graphkit build REPORTS… --graph {for_shell(folder)}`",
                )
            )
        if create:
            _make_folder(folder, self.path)
        #: In a snapshot: tables that were completely compared with their digests. They do not change any more.
        self._compared: set[str] | None = None
        self._is_closed = False
        self._process = os.getpid()
        #: The connection of the current thread, with its digests, and the connections of all threads.
        self._own = threading.local()
        self._of_threads: dict[threading.Thread, Opened] = {}
        self._opening = threading.Lock()
        self._writing = threading.RLock()
        with self._translated_errors("open"):
            self._opened = open_file(self.path, create)
        self._is_shared = self._opened.read_only
        self._own.found = self._opened.db, Digests(self._opened.db)

    @property
    def _db(self) -> sqlite3.Connection:
        return self._connection()[0]

    @property
    def _digests(self) -> Digests:
        return self._connection()[1]

    def _connection(self) -> tuple[sqlite3.Connection, Digests]:
        """Return the connection of this thread. Raises LedgerError if the graph is closed."""
        if self._is_closed:
            raise LedgerError(self._closed())
        if self._process != os.getpid():
            raise LedgerError(
                f"{self.path.parent} was opened before this process was forked, and cannot be used in it; "
                "open the graph again in each process"
            )
        found: tuple[sqlite3.Connection, Digests] | None = getattr(self._own, "found", None)
        if found is None:
            db = self._opened.db if self._is_shared else self._opened_by_thread().db
            found = self._own.found = db, Digests(db)
        return found

    def _opened_by_thread(self) -> Opened:
        """Open a connection for this thread, and close those of threads that have ended."""
        with self._opening, self._translated_errors("open"):
            for thread in [t for t in self._of_threads if not t.is_alive()]:
                self._of_threads.pop(thread).close()
            opened = self._of_threads[threading.current_thread()] = open_file(self.path, create=False)
            return opened

    def _closed(self) -> str:
        return f"{self.path.parent}: the graph is closed; open it again with graphkit.open(…)"

    @property
    def read_only(self) -> bool:
        """Whether the graph is on a disk or in a folder that cannot be written."""
        return self._opened.read_only

    def require_writable(self) -> None:
        """Raise LedgerError if the graph cannot be changed."""
        if self.read_only:
            raise LedgerError(f"{self.path.parent} is read-only: {read_only_hint(self.path)}")

    def close(self) -> None:
        """Close the file, for all threads."""
        with self._opening:
            self._is_closed = True
            for opened in (*self._of_threads.values(), self._opened):
                opened.close()
            self._of_threads.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _translated_errors(self, what: str) -> Iterator[None]:
        """Convert errors of SQLite into LedgerError or DamagedError with the file name. what: the failed operation."""
        try:
            yield
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            if self._is_closed:
                raise LedgerError(self._closed()) from None
            # SQLite's message may contain damaged text that cannot be decoded (UnicodeDecodeError).
            message = f"{self.path}: cannot {what}: {error}"
            hint = None
            if isinstance(error, sqlite3.OperationalError):
                hint = next((hint for part, hint in _HINTS if part in str(error)), None)
            if hint is None:
                raise DamagedError(f"{message}; the file is damaged or is not a ledger") from None
            raise LedgerError(message + hint) from None

    @contextmanager
    def _transaction(self, what: str) -> Iterator[None]:
        """Run the block in a transaction that also updates the revision and the digests."""
        self.require_writable()
        with self._writing, self._translated_errors(what):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                self._digests.begin()
                yield
                self._db.execute("UPDATE state SET revision = revision + 1")
                self._digests.finish()
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def _rows(self, sql: str, make: Callable[[tuple[Any, ...]], T], *arguments: object) -> Iterator[T]:
        """Yield the rows of a query, converted by `make`. Raises LedgerError if a row cannot be read or converted."""
        try:
            yield from convert_rows(self.path, make, self._db.execute(sql, arguments))
        except sqlite3.Error as error:
            with self._translated_errors("read"):
                raise error

    @property
    def revision(self) -> int:
        """A number that increases with every change; views of another revision are out of date."""
        return next(self._rows("SELECT revision FROM state", lambda r: int(r[0])), 0)

    @property
    def identity(self) -> str:
        """32 random hexadecimal digits that distinguish this ledger from every other one with the same reports."""
        return next(self._rows("SELECT identity FROM state", lambda r: str(r[0])), "")


def _make_folder(folder: Path, path: Path) -> None:
    """Create the folder of a graph. Raises LedgerError if it is a file or contains files of other programs."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists() and any(
            p.name not in ("views",) and not p.name.startswith((".", FILE)) for p in folder.iterdir()
        ):
            raise LedgerError(
                f"{folder} contains other files and no {FILE}; choose a new or empty folder for the graph"
            )
    except NotADirectoryError:
        raise LedgerError(f"{folder} is a file; a graph is a folder") from None
    except FileExistsError:
        raise LedgerError(f"{folder} is a file; a graph is a folder") from None
    except OSError as error:
        raise LedgerError(f"{folder} cannot be created: {error.strerror or error}") from None


def convert_rows(path: Path, make: Callable[[S], T], rows: Iterable[S]) -> Iterator[T]:
    """Yield the rows converted by `make`. Raises DamagedError for a row with invalid values."""
    try:
        yield from map(make, rows)
    except (ValueError, TypeError, OverflowError) as error:
        raise DamagedError(f"{path}: a row is damaged ({error})") from None
