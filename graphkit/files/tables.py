"""SQLite working files for intermediate results, so that memory does not grow with the number of reports."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from graphkit.errors import LedgerError
from graphkit.wording import advice

#: Size of SQLite's page cache in KiB, and number of rows that are inserted together.
CACHE = 32_768
ROWS = 2_000


class Tables:
    """An SQLite file; `Tables()` uses a temporary file. It has no journal: an incomplete file is rebuilt."""

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
            # One transaction for all writes; without it, SQLite would use one for each statement.
            self._db.execute("BEGIN")

    def run(self, *statements: str) -> None:
        """Execute statements without values."""
        self._flush()
        for statement in statements:
            self._db.execute(statement)

    def change(self, sql: str, *arguments: object) -> None:
        """Execute one statement with values."""
        self._flush()
        self._db.execute(sql, arguments)

    def put(self, table: str, row: tuple[Any, ...]) -> None:
        """Append a row to a table. Rows are inserted in batches; rows of several tables may be interleaved."""
        waiting = self._waiting.setdefault(table, [])
        waiting.append(row)
        if len(waiting) >= ROWS:
            self._insert(table, waiting)

    def write(self, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Append rows to a table."""
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
        """Yield the rows of a query. Raises LedgerError if the file is damaged."""
        self._flush()
        try:
            # (With `yield from`, a reader that stops early would close the cursor, which fails once the file is
            # closed.)
            for row in self._db.execute(sql, arguments):  # noqa: UP028
                yield row
        except sqlite3.ProgrammingError as error:
            if "closed" not in str(error):
                raise
            raise LedgerError("the graph is closed; open it again with graphkit.open(…)") from None
        except sqlite3.DatabaseError as error:
            raise LedgerError(
                f"{self.path}: this view is damaged ({error}); "
                + advice("graphkit.repair.repair(folder) rebuilds it", "`graphkit doctor --repair` rebuilds it")
            ) from None

    def attach(self, path: Path, name: str) -> None:
        """Make the tables of another file available as `name.table`."""
        list(self.rows(f"ATTACH ? AS {name}", f"{path.absolute().as_uri()}?mode=ro"))

    def value(self, sql: str, *arguments: object) -> Any:
        """Return the first column of the first row, or None if there is no row."""
        return next((row[0] for row in self.rows(sql, *arguments)), None)

    def finish(self) -> None:
        """Write all rows and end the transaction."""
        self._flush()
        if self._db.in_transaction:
            self._db.execute("COMMIT")

    def close(self) -> None:
        self._db.close()
