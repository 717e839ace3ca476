"""Opening the file of a ledger: file type, write access, format version and tables are checked."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import stat
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from graphkit.errors import DamagedError, LedgerError
from graphkit.ledger.digests import Digests
from graphkit.ledger.migrations import DIGESTS, MIGRATIONS, VERSION

FILE = "ledger.sqlite"
#: Suffixes of the files that SQLite creates next to a database.
COMPANION_SUFFIXES = ("-wal", "-shm", "-journal")


@dataclass(slots=True)
class Opened:
    """A connection to a ledger. file: the file that is read. copy: folder of a private copy that `close` deletes."""

    db: sqlite3.Connection
    file: Path
    read_only: bool
    copy: tempfile.TemporaryDirectory[str] | None = None

    def close(self) -> None:
        """Close the connection and delete the private copy."""
        self.db.close()
        if self.copy is not None:
            self.copy.cleanup()


def refuse_links(path: Path) -> None:
    """Raise LedgerError if the ledger or one of SQLite's companion files is a link or not a regular file.

    A link could lead out of the graph folder.
    """
    for suffix in ("", *COMPANION_SUFFIXES):
        file = path.with_name(path.name + suffix)
        try:
            mode = file.lstat().st_mode
        except OSError:
            continue
        if stat.S_ISLNK(mode):
            raise LedgerError(
                f"{file} is a link; graphkit does not follow links in a graph folder: replace it by the file itself"
            )
        if not stat.S_ISREG(mode):
            raise LedgerError(f"{file} is not a regular file; the folder contains no readable ledger")


def is_writable(path: Path) -> bool:
    """Return whether the ledger at this path and its companion files can be written."""
    return os.access(path.parent, os.W_OK) and (not path.exists() or os.access(path, os.W_OK))


def open_file(path: Path, create: bool) -> Opened:
    """Open the ledger at `path` and migrate it to the current format.

    Raises LedgerError if it cannot be used, and sqlite3.Error if the file is damaged.
    """
    refuse_links(path)
    opened = Opened(_connect(path), path, False) if is_writable(path) else _read_only(path, create)
    try:
        _migrate(opened, path)
    except BaseException:
        opened.close()
        raise
    return opened


def _connect(path: Path, parameters: str = "") -> sqlite3.Connection:
    # `Connection` decides which thread uses a connection.
    address = f"{path.absolute().as_uri()}{parameters}"
    db = sqlite3.connect(address, uri=True, timeout=30, isolation_level=None, check_same_thread=False)
    # Triggers and views of a file from another program must not run; `_check_schema` rejects them before any write.
    db.execute("PRAGMA trusted_schema = OFF")
    if hasattr(db, "setconfig"):
        db.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_TRIGGER, False)  # type: ignore[attr-defined,unused-ignore]
        db.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_VIEW, False)  # type: ignore[attr-defined,unused-ignore]
        db.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)  # type: ignore[attr-defined,unused-ignore]
    db.execute("PRAGMA cell_size_check = ON")
    db.execute("PRAGMA recursive_triggers = OFF")
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("PRAGMA synchronous = NORMAL")
    return db


def _read_only(path: Path, create: bool) -> Opened:
    """Open a ledger that cannot be written: directly, as a private copy, or as an immutable file."""
    if create:
        raise LedgerError(f"{path.parent} is read-only: {read_only_hint(path)}")
    try:
        return _probed(_connect(path, "?mode=ro"), path)
    except sqlite3.OperationalError as error:
        if not any(part in str(error) for part in ("unable to open", "readonly", "read-only", "attempt to write")):
            raise
    wal = path.with_name(path.name + "-wal")
    if wal.exists() and wal.stat().st_size:
        return _copied(path)
    # Without a write-ahead log the file is complete, and no process can write it under this path.
    return _probed(_connect(path, "?mode=ro&immutable=1"), path)


def read_only_hint(path: Path) -> str:
    """Return what to do to change a read-only graph, for error messages."""
    return f"the graph can be read but not changed; to change it, copy {path.parent} to a writable folder"


def _probed(db: sqlite3.Connection, path: Path) -> Opened:
    try:
        db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        db.close()
        raise
    return Opened(db, path, True)


def _copied(path: Path) -> Opened:
    """Open a private copy of the ledger and its write-ahead log."""
    folder = tempfile.TemporaryDirectory(prefix="graphkit-ledger-", ignore_cleanup_errors=True)
    try:
        for suffix in ("", "-wal"):
            file = path.with_name(path.name + suffix)
            if file.exists():
                shutil.copyfile(file, Path(folder.name) / file.name)
        return Opened(_connect(Path(folder.name) / path.name), Path(folder.name) / path.name, True, folder)
    except OSError as error:
        folder.cleanup()
        reason = error.strerror or error
        raise LedgerError(
            f"{path} is read-only and cannot be copied: {reason}; set TMPDIR to a folder with enough space"
        ) from None
    except BaseException:
        folder.cleanup()
        raise


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _migrate(opened: Opened, path: Path) -> None:
    version = _version(opened.db)
    if version > VERSION:
        raise LedgerError(
            f"{path} was written by a newer version of graphkit (format {version}; this version reads {VERSION}); "
            "install that version or a newer one"
        )
    if version == 0 and opened.db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise LedgerError(f"{path} is an SQLite file of another program")
    if version < 0:
        raise DamagedError(f"{path}: the file is damaged: its format number is {version}")
    _check_schema(opened.db, path, version)
    if version == VERSION:
        return
    if opened.read_only and opened.copy is None:
        copy = _copied(path)
        opened.db.close()
        opened.db, opened.file, opened.copy = copy.db, copy.file, copy.copy
    opened.db.execute("PRAGMA journal_mode = WAL")
    for number in range(version, VERSION):
        _step(opened.db, number)


def _step(db: sqlite3.Connection, number: int) -> None:
    db.execute("BEGIN IMMEDIATE")
    try:
        # Another process may have migrated the file in the meantime.
        if _version(db) == number:
            for statement in MIGRATIONS[number]:
                db.execute(statement)
            if number + 1 == DIGESTS:
                Digests(db).renew()
            db.execute(f"PRAGMA user_version = {number + 1}")
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


# -- the schema ------------------------------------------------------------------------------------------------

_SCHEMA = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_stat%'"


def _plain(sql: object) -> str:
    return re.sub(r"\s*([(),])\s*", r"\1", re.sub(r"\s+", " ", sql)).strip() if isinstance(sql, str) else ""


def _objects(db: sqlite3.Connection) -> dict[tuple[str, str, str], str]:
    return {(str(kind), str(name), str(table)): _plain(sql) for kind, name, table, sql in db.execute(_SCHEMA)}


@cache
def _expected(version: int) -> dict[tuple[str, str, str], str]:
    db = sqlite3.connect(":memory:", isolation_level=None)
    try:
        for number in range(version):
            for statement in MIGRATIONS[number]:
                db.execute(statement)
        return _objects(db)
    finally:
        db.close()


def _check_schema(db: sqlite3.Connection, path: Path, version: int) -> None:
    """Raise DamagedError if a table, index, trigger or view is missing, altered, or not created by graphkit."""
    found, expected = _objects(db), _expected(version)
    for key in sorted(found.keys() | expected.keys()):
        if found.get(key) != expected.get(key):
            kind, name, _ = key
            what = (
                "is missing"
                if key not in found
                else "is not part of a ledger"
                if key not in expected
                else "was altered"
            )
            raise DamagedError(
                f"{path}: the {kind} {name!r} {what}: the file is damaged or was changed by another program and "
                "is not used"
            )
