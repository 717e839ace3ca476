"""A working file in SQLite: what a pass over all reports leaves for the next one, so that memory does not grow with them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from graphkit.errors import LedgerError

#: KiB of pages that SQLite keeps in memory, and rows that are written together.
CACHE = 32_768
ROWS = 2_000


class Tables:
    """One file; `Tables()` is a nameless one that goes with it. No journal: it is made anew when it is not whole."""

    def __init__(self, path: Path | None = None, *, read_only: bool = False) -> None:
        self.path = path
        self._waiting: dict[str, list[tuple[Any, ...]]] = {}
        where = f"{path.absolute().as_uri()}{'?mode=ro' if read_only else ''}" if path else ""
        self._db = sqlite3.connect(where, uri=path is not None, isolation_level=None, check_same_thread=False)
        list(self.rows(f"PRAGMA cache_size = -{CACHE}"))
        list(self.rows("PRAGMA temp_store = FILE"))
        if not read_only:
            self._db.execute("PRAGMA journal_mode = OFF")
            self._db.execute("PRAGMA synchronous = OFF")
            # One transaction for all that is written: SQLite would end one after every statement.
            self._db.execute("BEGIN")

    def run(self, *statements: str) -> None:
        self._flush()
        for statement in statements:
            self._db.execute(statement)

    def change(self, sql: str, *arguments: object) -> None:
        """One statement with values."""
        self._flush()
        self._db.execute(sql, arguments)

    def put(self, table: str, row: tuple[Any, ...]) -> None:
        """Put a row behind the others of a table; rows of several tables may come in turn."""
        waiting = self._waiting.setdefault(table, [])
        waiting.append(row)
        if len(waiting) >= ROWS:
            self._insert(table, waiting)

    def write(self, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Put rows into a table, in their order."""
        waiting, remaining = self._waiting.setdefault(table, []), iter(rows)
        while more := list(islice(remaining, ROWS)):
            waiting += more
            if len(waiting) >= ROWS:
                self._insert(table, waiting)

    def _insert(self, table: str, waiting: list[tuple[Any, ...]]) -> None:
        if waiting:
            self._db.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(waiting[0]))})", waiting)
            waiting.clear()

    def _flush(self) -> None:
        for table, waiting in self._waiting.items():
            self._insert(table, waiting)

    def rows(self, sql: str, *arguments: object) -> Iterator[Any]:
        """Rows of a query. Raises LedgerError when the file is damaged."""
        self._flush()
        try:
            # (With `yield from`, a reader that stops early would close the cursor, which fails once the file is closed.)
            for row in self._db.execute(sql, arguments):  # noqa: UP028
                yield row
        except sqlite3.DatabaseError as error:
            raise LedgerError(f"{self.path}: this view is damaged ({error}); `graphkit doctor --repair` makes it anew") from None

    def attach(self, path: Path, name: str) -> None:
        """Put the tables of another file beside these, as `name.table`."""
        list(self.rows(f"ATTACH ? AS {name}", f"{path.absolute().as_uri()}?mode=ro"))

    def value(self, sql: str, *arguments: object) -> Any:
        """The first column of the first row, None without one."""
        return next((row[0] for row in self.rows(sql, *arguments)), None)

    def finish(self) -> None:
        """All is written: end the transaction."""
        self._flush()
        if self._db.in_transaction:
            self._db.execute("COMMIT")

    def close(self) -> None:
        self._db.close()
