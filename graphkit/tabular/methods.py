"""The methods of a graph that return and write tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from graphkit.files.output import check_output, is_special, open_output
from graphkit.stores.content import Content
from graphkit.tabular.codebook import check_heads, check_table
from graphkit.tabular.filters import Filters


class TableMethods:
    """Tables of the content of a graph."""

    def content(self) -> Content:
        """Return the content of the graph."""
        raise NotImplementedError

    def table(
        self,
        name: str,
        library: str = "pandas",
        *,
        heads: str = "en",
        since: str = "",
        until: str = "",
        place: str = "",
        relation: str = "",
        status: str = "",
    ) -> Any:
        """Return a table as a data frame. docs/tables.md describes the columns.

        name: visits, posts, companions, meetings, phrases, projects, parks, panel (visits by person, division and month),
        statements or reports. library: pandas, polars or arrow. heads: "en" or "zh", the language of the names of
        columns. since, until: first and last day (`YYYY-MM-DD`) of the event, or of the report if the event has no
        date. place: code or name of the division in which the object, the location or the report is. relation, status:
        only statements with this one.
        Raises UsageError for an unknown name, an invalid filter and a missing library.
        """
        from graphkit.tabular.frames import arrow_table, check_library, framed

        check_library(library)
        language, filters = check_heads(heads), Filters(since, until, place, relation, status)
        filters.selection(check_table(name))  # Invalid filters are errors before the content is built.
        return framed(arrow_table(self.content(), name, language, filters), library)

    def export_tables(
        self,
        format: str,
        to: str | Path | BinaryIO,
        *,
        tables: Sequence[str] = (),
        heads: str = "en",
        since: str = "",
        until: str = "",
        place: str = "",
        relation: str = "",
        status: str = "",
        bom: bool = True,
    ) -> list[Path]:
        """Write tables in the format xlsx, csv, parquet, duckdb, sqlite or jsonl, and return the paths of the files.

        to: a path or a binary stream. A file in csv, parquet or jsonl has one table; in a folder (an existing one, or a
        path that ends in `/`), each table has a file. tables: names of tables, () for all; the other arguments are those
        of `table`. bom: whether csv files begin with a byte order mark, which Excel needs; standard output, devices and
        pipes never have one.
        Raises UsageError for an invalid argument, and ExportError if a file cannot be written.
        """
        from graphkit.tabular.files import FORMATS, Request, check_tables, is_folder

        found = check_tables(format, [tables] if isinstance(tables, str) else tables, to)
        filters = Filters(since, until, place, relation, status)
        language = check_heads(heads)
        if not tables and filters != Filters():
            found = tuple(t for t in found if filters.applies_to(t))
        for name in found:
            filters.selection(name)
        write, ending, has_several = FORMATS[format]
        request = Request(
            self.content(), found, language, filters, bom and not (isinstance(to, (str, Path)) and is_special(to))
        )
        if not isinstance(to, (str, Path)):
            write(request, to)
            return []
        if not is_folder(to):
            check_output(to, f"tables{ending}")
            with open_output(to, f"tables{ending}") as out:
                write(request, out)
            return [Path(to)]
        folder = Path(to)
        folder.mkdir(parents=True, exist_ok=True)
        groups = {"tables": found} if has_several else {name: (name,) for name in found}
        for name, group in groups.items():
            with open_output(folder / f"{name}{ending}", f"{name}{ending}") as out:
                write(replace(request, tables=group), out)
        return [folder / f"{name}{ending}" for name in groups]
