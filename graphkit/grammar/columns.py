"""Names of the columns of tables and of the fields of JSON records, from `columns.toml`."""

from __future__ import annotations

import tomllib
from functools import cache

from graphkit.errors import GrammarError
from graphkit.grammar.lexicon import FOLDER

FILE = "columns.toml"


@cache
def column_names() -> dict[str, tuple[str, ...]]:
    """Return for each field of a report the names that its column can have, the preferred one first.

    Raises
    ------
    GrammarError
        The file is not valid TOML, or an entry is not a list of names.
    """
    try:
        table = tomllib.loads((FOLDER / FILE).read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise GrammarError(f"{FILE} is not valid TOML: {error}") from error
    for field, names in table.items():
        if not isinstance(names, list) or not names or not all(isinstance(name, str) and name for name in names):
            raise GrammarError(f"{FILE}, {field}: expected a list of names")
    return {field: tuple(names) for field, names in table.items()}
