"""The connection to the SQLite file of a ledger: opening, transactions, and conversion of SQLite errors."""

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

#: Text in SQLite's operational errors that do not mean damage → what to do. All other errors mean a damaged file.
_HINTS = (
    ("full", "; the disk is full: free some space and run the command again; committed changes are kept"),
    ("locked", "; another graphkit process is writing to this graph: wait until it ends and try again"),
    ("readonly", "; check the permissions of the folder"),
    ("unable to open", "; check the permissions of the folder"),
    ("I/O error", "; the disk could not be read or written: run the command again; committed changes are kept"),
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
                f"create one with `graphkit build REPORTS… --graph {for_shell(folder)}`"
            )
        if create:
            _make_folder(folder, self.path)
        #: In a snapshot: tables that were completely compared with their digests. They do not change any more.
        self._compared: set[str] | None = None
        with self._translated_errors("open"):
            self._opened = open_file(self.path, create)
        self._db = self._opened.db
        self._digests = Digests(self._db)

    @property
    def read_only(self) -> bool:
        """Whether the graph is on a disk or in a folder that cannot be written."""
        return self._opened.read_only

    def require_writable(self) -> None:
        """Raise LedgerError if the graph cannot be changed."""
        if self.read_only:
            raise LedgerError(f"{self.path.parent} is read-only: {read_only_hint(self.path)}")

    def close(self) -> None:
        """Close the file."""
        self._opened.close()

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
        raise LedgerError(f"{folder} is a file; --graph requires a folder") from None
    except FileExistsError:
        raise LedgerError(f"{folder} is a file; --graph requires a folder") from None
    except OSError as error:
        raise LedgerError(f"{folder} cannot be created: {error.strerror or error}") from None


def convert_rows(path: Path, make: Callable[[S], T], rows: Iterable[S]) -> Iterator[T]:
    """Yield the rows converted by `make`. Raises DamagedError for a row with invalid values."""
    try:
        yield from map(make, rows)
    except (ValueError, TypeError, OverflowError) as error:
        raise DamagedError(f"{path}: a row is damaged ({error})") from None
