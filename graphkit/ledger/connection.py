"""The connection to the SQLite file of a ledger: opening, transactions, errors of SQLite as LedgerError."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self, TypeVar

from graphkit.errors import DamagedError, LedgerError
from graphkit.ledger.digests import Digests
from graphkit.ledger.opening import FILE, open_file, read_only_hint
from graphkit.schema.values import for_shell

#: Words of SQLite's operational errors that are no damage → what to do. All others come of rows or tables that are not what was written.
_HINTS = (
    ("full", "; the disk is full: make room and run the same command again, what was committed is kept"),
    ("locked", "; another graphkit is writing to this graph: wait for it and try again"),
    ("readonly", "; check the rights of the folder"),
    ("unable to open", "; check the rights of the folder"),
    ("I/O error", "; the disk could not be read or written: run the same command again, what was committed is kept"),
    ("interrupted", ""),
)
S = TypeVar("S")
T = TypeVar("T")


class Connection:
    """An open ledger file. Use it as a context manager, or call `close`."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        """Open `folder/ledger.sqlite`.

        create: make folder and file when they are not there. Raises LedgerError when the folder is no graph,
        cannot be written, or the file is newer than this program.
        """
        self.path = folder / FILE
        if not self.path.exists() and not self.path.is_symlink() and not create:
            raise LedgerError(f"{folder} is no graph: there is no {FILE} in it; make one with `graphkit build REPORTS… --graph {for_shell(folder)}`")
        if create:
            _make_folder(folder, self.path)
        #: In a snapshot: which tables were compared with their digests as a whole; nothing changes in them afterwards.
        self._compared: set[str] | None = None
        with self._translated_errors("open"):
            self._opened = open_file(self.path, create)
        self._db = self._opened.db
        self._digests = Digests(self._db)

    @property
    def read_only(self) -> bool:
        """Is the graph on a disk or in a folder that cannot be written?"""
        return self._opened.read_only

    def require_writable(self) -> None:
        """Raises LedgerError for a graph that cannot be changed."""
        if self.read_only:
            raise LedgerError(f"{self.path.parent} is read-only: {read_only_hint(self.path)}")

    def close(self) -> None:
        self._opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _translated_errors(self, what: str) -> Iterator[None]:
        """SQLite's errors as LedgerError with the file's name."""
        try:
            yield
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            # SQLite's message may quote the damage itself, then it cannot be decoded.
            said = f"{self.path}: cannot {what}: {error}"
            hint = next((hint for words, hint in _HINTS if words in str(error)), None) if isinstance(error, sqlite3.OperationalError) else None
            if hint is None:
                raise DamagedError(f"{said}; the file is damaged or no ledger") from None
            raise LedgerError(said + hint) from None

    @contextmanager
    def _transaction(self, what: str) -> Iterator[None]:
        self.require_writable()
        with self._translated_errors(what):
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
        """What `make` makes of each row. A row that cannot be read, or holds what no row of ours can, is a LedgerError."""
        try:
            yield from convert_rows(self.path, make, self._db.execute(sql, arguments))
        except sqlite3.Error as error:
            with self._translated_errors("read"):
                raise error

    @property
    def revision(self) -> int:
        """Grows with every change; a view made at another revision is out of date."""
        return next(self._rows("SELECT revision FROM state", lambda r: int(r[0])), 0)

    @property
    def identity(self) -> str:
        """32 hexadecimal digits made at random with the ledger: two graphs of the same reports differ in it."""
        return next(self._rows("SELECT identity FROM state", lambda r: str(r[0])), "")


def _make_folder(folder: Path, path: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists() and any(p.name not in ("views",) and not p.name.startswith((".", FILE)) for p in folder.iterdir()):
            raise LedgerError(f"{folder} holds other files and no {FILE}; name a new or empty folder for the graph")
    except NotADirectoryError:
        raise LedgerError(f"{folder} is a file; --graph wants a folder") from None
    except FileExistsError:
        raise LedgerError(f"{folder} is a file; --graph wants a folder") from None
    except OSError as error:
        raise LedgerError(f"{folder} cannot be made: {error.strerror or error}") from None


def convert_rows(path: Path, make: Callable[[S], T], rows: Iterable[S]) -> Iterator[T]:
    """What `make` makes of each row. Raises DamagedError for one that holds what no row of ours can."""
    try:
        yield from map(make, rows)
    except (ValueError, TypeError, OverflowError) as error:
        raise DamagedError(f"{path}: a row is damaged ({error})") from None
