"""The embedded SPARQL store: pyoxigraph on disk, made from the quads of the ledger."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
)

from graphkit.errors import QueryError
from graphkit.schema import load_schema
from graphkit.stores.parameters import check_parameters, check_text
from graphkit.stores.rdf.query_checks import check_sparql

_NUMBERS = {"integer": int, "decimal": float, "double": float, "float": float, "int": int, "long": int}
_XSD = "http://www.w3.org/2001/XMLSchema#"


class SparqlStore:
    """Read-only SPARQL 1.1 over the quads; the union of all graphs is the default graph."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def query(self, sparql: str, parameters: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """Rows of a SELECT, `[{"answer": bool}]` of an ASK, triples of a CONSTRUCT as subject, predicate, object.

        The prefixes of the schema (gk:, skos:, rdf: …) need no declaration.
        parameters: values (str, int, float, bool): `?x` anywhere in the query is the literal of the parameter `x`;
        a parameter cannot stand in the SELECT list. Raises QueryError.
        """
        return self.first(sparql, parameters)[0]

    def first(
        self, sparql: str, parameters: dict[str, Any] | None = None, limit: int | None = None
    ) -> tuple[list[dict[str, Any]], int]:
        """The first rows, at most `limit`, and how many were seen: one more than `limit` when there are more. Raises QueryError like `query`."""
        check_text("the query", sparql)
        check_parameters(parameters or {})
        check_sparql(sparql)
        try:
            bound = bind(sparql, parameters or {})
            found = self._store.query(bound, prefixes=load_schema().prefixes, use_default_graph_as_union=True)
            if isinstance(found, QueryBoolean):
                return [{"answer": bool(found)}], 1
            rows = list(islice(_rows(found), None if limit is None else limit + 1))
            return rows[:limit], len(rows)
        except (SyntaxError, ValueError, TypeError, OSError, RuntimeError) as error:
            raise QueryError(f"SPARQL: {_explained(error, sparql)}") from None


#: What the parser says: the place, and what it expected there; lists of characters in square brackets help nobody.
_EXPECTED = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.S)
_CHARACTERS = re.compile(r"\[(?:_|'(?:[^\[\]]|'[\[\]]')*)\](?:, )?")
_PREFIXED = re.compile(r"(?<![\w?$@:.-])(?P<prefix>[A-Za-z][\w.-]*|):(?=[\w%])")


def _explained(error: Exception, sparql: str) -> str:
    """The parser's message in few words. A prefix that is not declared is named."""
    found = _EXPECTED.fullmatch(str(error))
    if found is None:
        return " ".join(str(error).split())
    place = f"line {found[1]}, column {found[2]}"
    words = _PIECES.sub(lambda m: m.group() if m["name"] else " ", sparql)
    declared = {*load_schema().prefixes, *re.findall(r"(?i)\bprefix\s+([\w.-]*):", words)}
    missing = [m["prefix"] for m in _PREFIXED.finditer(words) if m["prefix"] not in {*declared, "_"}]
    # (With a quotation mark left over, a string is not closed, and what follows it may look like a prefix.)
    if missing and not re.search("[\"']", words):
        known = ", ".join(f"{prefix}:" for prefix in sorted(load_schema().prefixes))
        return f"the prefix {missing[0]}: is not declared ({place}); declare it with PREFIX, or use one of {known}"
    expected = _CHARACTERS.sub("", " ".join(found[3].split())).replace("<unreported>", "").strip(", ")[:200]
    return f"syntax error at {place}" + (f": expected {expected}" if expected else "")


_PIECES = re.compile(
    r"""(?P<other>\"{3}.*?\"{3}|'{3}.*?'{3}|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|<[^<>"{}|^`\\\s]*>|\#[^\r\n]*)|[?$](?P<name>\w+)""",
    re.S,
)


def bind(sparql: str, parameters: dict[str, Any]) -> str:
    """The query with each variable that has a value replaced by that value as a literal.

    Strings, IRIs and comments are left alone, and a value is written with its quotes escaped: it cannot become
    part of the query. (pyoxigraph's own substitutions reach only variables of the SELECT list.)
    Raises TypeError for a value that is no str, int, float or bool.
    """

    def value(m: re.Match[str]) -> str:
        name = m["name"]
        return str(Literal(parameters[name])) if name is not None and name in parameters else m.group()

    return _PIECES.sub(value, sparql)


def _rows(found: QuerySolutions | QueryTriples) -> Iterator[dict[str, Any]]:
    if isinstance(found, QueryTriples):
        for t in found:
            yield {"subject": _plain(t.subject), "predicate": _plain(t.predicate), "object": _plain(t.object)}
        return
    names = [v.value for v in found.variables]
    for row in found:
        yield {n: _plain(row[n]) for n in names}


def _plain(value: Any) -> Any:
    """An IRI as string, a number as number, any other literal as its words, unbound as None."""
    if isinstance(value, NamedNode):
        return value.value
    if isinstance(value, BlankNode):
        return f"_:{value.value}"
    if isinstance(value, Literal):
        kind = value.datatype.value.removeprefix(_XSD)
        if kind in _NUMBERS:
            return _NUMBERS[kind](value.value)
        return value.value == "true" if kind == "boolean" else value.value
    return None if value is None else str(value)


def build_store(nquads: Iterable[str], folder: Path) -> None:
    """Write N-Quads to a new store at `folder`. Raises OSError when there is no room."""
    lines = folder.with_name(folder.name + ".nq")
    with lines.open("wb") as file:
        for part in nquads:
            file.write(part.encode("utf-8"))
    store = Store(str(folder))
    store.bulk_load(path=str(lines), format=RdfFormat.N_QUADS)
    store.optimize()
    store.flush()
    del store
    lines.unlink()


def open_store(folder: Path) -> SparqlStore:
    """The store that `build_store` wrote, for reading."""
    return SparqlStore(Store.read_only(str(folder)))
