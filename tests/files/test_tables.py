from __future__ import annotations

from pathlib import Path

import pytest

from graphkit.errors import LedgerError
from graphkit.files.tables import ROWS, Tables


def test_rows_are_sorted_and_a_damaged_file_is_explained(tmp_path: Path) -> None:
    tables = Tables(tmp_path / "x.sqlite")
    tables.run("CREATE TABLE t (n INTEGER, words TEXT)", "CREATE TABLE twice (n INTEGER)")

    def rows() -> list[tuple[int, str]]:
        tables.write("twice", ((n,) for n in range(3)))
        return [(n, "字" * 20) for n in range(2 * ROWS + 1)]

    tables.write("t", iter(rows()))
    tables.finish()
    tables.close()
    read = Tables(tmp_path / "x.sqlite", read_only=True)
    assert [r[0] for r in read.rows("SELECT n FROM t ORDER BY n")] == list(range(2 * ROWS + 1))
    assert read.value("SELECT count(*) FROM twice") == 3
    assert read.value("SELECT n FROM t WHERE n < 0") is None
    read.close()
    data = bytearray((tmp_path / "x.sqlite").read_bytes())
    data[100:] = bytes(len(data) - 100)
    (tmp_path / "x.sqlite").write_bytes(data)
    with pytest.raises(LedgerError, match=r"x\.sqlite: this view is damaged .*graphkit\.repair\.repair"):
        list(Tables(tmp_path / "x.sqlite", read_only=True).rows("SELECT * FROM t"))


def test_an_unfinished_iteration_can_outlive_the_tables(tmp_path: Path) -> None:
    tables = Tables(tmp_path / "x.sqlite")
    tables.run("CREATE TABLE t (n INTEGER)")
    tables.write("t", ((n,) for n in range(10)))
    rows = tables.rows("SELECT n FROM t")
    assert next(rows) == (0,)
    tables.close()
    rows.close()  # type: ignore[attr-defined]
