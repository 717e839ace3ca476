"""The codebook: the tables and their columns, from `columns.tsv`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from graphkit.vocabulary import check_name

_FILE = Path(__file__).with_name("columns.tsv")
#: Table → what one row is.
TABLES = {
    "visits": "a statement that a person or organization visited something: a place, park, project, site or organization",
    "posts": "a statement that a person holds a post",
    "companions": "a statement that a person or organization accompanied a leader on a visit",
    "meetings": "a statement that a person or organization attended or chaired a meeting",
    "phrases": "a statement that a person, meeting or organization used a policy phrase in a speech",
    "projects": "a project, with what all reports say about it",
    "parks": "a park, with what all reports say about it",
    "panel": "a person in a division and a month in which the person visited something there, for regressions",
    "statements": "a statement, of any relation",
    "reports": "a report",
}


class Heads(StrEnum):
    """Language of the column heads."""

    en = "en"
    zh = "zh"


@dataclass(frozen=True, slots=True)
class Column:
    """A column. zh: Chinese head. kind: text, integer, number or day."""

    name: str
    zh: str
    kind: str
    description: str

    def head(self, heads: Heads) -> str:
        """Return the name of the column in a language."""
        return self.zh if heads is Heads.zh else self.name


@cache
def codebook() -> dict[str, tuple[Column, ...]]:
    """Return the columns of each table."""
    found: dict[str, list[Column]] = {name: [] for name in TABLES}
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            tables, *column = line.split("\t")
            for table in tables.split(","):
                found[table].append(Column(*column))
    return {name: tuple(columns) for name, columns in found.items()}


def check_table(name: str) -> str:
    """Return the name of a table. Raises UsageError for an unknown one."""
    return check_name("table", name, TABLES)


def check_heads(heads: str) -> Heads:
    """Return the language of the column heads. Raises UsageError for an unknown one."""
    return Heads(check_name("language of column heads", heads, list(Heads)))


def codebook_page() -> str:
    """Return the page docs/tables.md with all columns."""
    lines = [_INTRODUCTION]
    for table, columns in codebook().items():
        lines += [
            f"## {table}",
            "",
            f"One row is {TABLES[table]}.",
            "",
            "| column | 中文 | type | meaning |",
            "|---|---|---|---|",
        ]
        lines += [f"| `{c.name}` | {c.zh} | {c.kind} | {c.description.replace('|', chr(92) + '|')} |" for c in columns]
        lines.append("")
    return "\n".join(lines)


_INTRODUCTION = """# Tables

This page is the codebook of the tables that `graph.table` ([Python](python.md#tables)) and `graphkit export --table`
([Tables](formats.md#tables)) return: it describes their columns. It is generated from `graphkit/tabular/columns.tsv`.
The column “中文” is the name of the column with `heads="zh"` or `--heads zh`.

The types are `text` (a string), `integer`, `number` (a floating-point number) and `day` (a calendar day). In CSV, JSON
Lines and SQLite, a day is a text such as `2024-03-02`; in pandas, its type is `datetime64`. A missing text is an empty
string. Any other missing value is `NaN`, `<NA>` or `NaT` in pandas, `null` in JSON Lines, `NULL` in databases, and an
empty cell in CSV and Excel.

The tables of statements (`visits`, `posts`, `companions`, `meetings`, `phrases` and `statements`) contain statements of
every status, also planned and denied ones. To count events that took place, select the rows whose `status` is `actual`.
One event can be several rows, because each report that mentions it makes a statement of its own. The ids are those of
the [property graph](formats.md#property-graph).

The table `panel` counts such events: several reports about one visit are one visit. It has no rows with zero visits;
[the tutorial for political scientists](tutorials/political-scientist.md) shows how to add them.
"""


def main(path: Path) -> None:
    """Write the page."""
    path.write_text(codebook_page(), encoding="utf-8")
