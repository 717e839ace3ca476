"""The embedded SPARQL store, a view: a pyoxigraph store on disk."""

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
from graphkit.stores.rdf.query_checks import check_sparql, check_terms, names_data_set
from graphkit.stores.rdf.responses import Request, respond

_NUMBERS = {"integer": int, "decimal": float, "double": float, "float": float, "int": int, "long": int}
_XSD = "http://www.w3.org/2001/XMLSchema#"


class SparqlStore:
    """Read-only SPARQL 1.1 over the quads. Without a FROM clause, the default graph is the union of all named graphs."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def query(self, sparql: str, parameters: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """Return the rows of a SELECT, `[{"answer": bool}]` for an ASK, subject, predicate and object for a CONSTRUCT.

        The prefixes of the schema (gk:, skos:, rdf: …) need no declaration. parameters: values (str, int, float, bool)
        that replace the variables of the same names; a parameter is not allowed in the SELECT list. Raises QueryError.
        """
        return self.first(sparql, parameters)[0]

    def first(
        self, sparql: str, parameters: dict[str, Any] | None = None, limit: int | None = None
    ) -> tuple[list[dict[str, Any]], int]:
        """Return the first rows and the number of rows that were read, which is `limit` + 1 if there are more rows.

        limit: maximum number of rows, None for all rows. Raises QueryError.
        """
        check_text("the query", sparql)
        check_parameters(parameters or {})
        check_sparql(sparql)
        try:
            bound = bind(sparql, parameters or {})
            is_union = not names_data_set(bound)
            found = self._store.query(bound, prefixes=load_schema().prefixes, use_default_graph_as_union=is_union)
            check_terms(sparql)
            if isinstance(found, QueryBoolean):
                return [{"answer": bool(found)}], 1
            rows = list(islice(_rows(found), None if limit is None else limit + 1))
            return rows[:limit], len(rows)
        except (SyntaxError, ValueError, TypeError, OSError, RuntimeError) as error:
            raise QueryError(f"SPARQL: {_explained(error, sparql)}") from None

    def respond(self, request: Request) -> tuple[str, bytes]:
        """Return the media type and the content of the response to a request of the SPARQL protocol.

        Raises QueryError, and its subclasses NotAcceptableError and TooLargeError (graphkit.stores.rdf.responses).
        """
        check_text("the query", request.query)
        check_sparql(request.query)
        try:
            return respond(self._store, request)
        except (SyntaxError, ValueError, TypeError, OSError, RuntimeError) as error:
            raise QueryError(f"SPARQL: {_explained(error, request.query)}") from None


#: A message of the parser: position and expected tokens. Lists of characters in square brackets are removed from it.
_EXPECTED = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.S)
_CHARACTERS = re.compile(r"\[(?:_|'(?:[^\[\]]|'[\[\]]')*)\](?:, )?")
_PREFIXED = re.compile(r"(?<![\w?$@:.-])(?P<prefix>[A-Za-z][\w.-]*|):(?=[\w%])")


def _explained(error: Exception, sparql: str) -> str:
    """Shorten the message of the parser. If a prefix is not declared, the message names it."""
    found = _EXPECTED.fullmatch(str(error))
    if found is None:
        return " ".join(str(error).split())
    place = f"line {found[1]}, column {found[2]}"
    words = _PIECES.sub(lambda m: m.group() if m["name"] else " ", sparql)
    declared = {*load_schema().prefixes, *re.findall(r"(?i)\bprefix\s+([\w.-]*):", words)}
    missing = [m["prefix"] for m in _PREFIXED.finditer(words) if m["prefix"] not in {*declared, "_"}]
    # If a quotation mark is left, a string is not closed, and its text may look like a prefix.
    if missing and not re.search("[\"']", words):
        known = ", ".join(f"{prefix}:" for prefix in sorted(load_schema().prefixes))
        return f"the prefix {missing[0]}: is not declared ({place}); declare it with PREFIX, or use one of {known}"
    expected = _CHARACTERS.sub("", " ".join(found[3].split())).replace("<unreported>", "").strip(", ")[:200]
    return f"syntax error at {place}" + (f": expected {expected}" if expected else "")


_PIECES = re.compile(
    r"""(?P<other>\"{3}.*?\"{3}|'{3}.*?'{3}|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|<[^<>"{}|^`\\\s]*>|\#[^\r\n]*)"""
    r"|[?$](?P<name>\w+)",
    re.S,
)


def bind(sparql: str, parameters: dict[str, Any]) -> str:
    """Replace each variable that has a value by a literal of the value, and return the query.

    Strings, IRIs and comments do not change. Quotation marks in values are escaped, so that a value cannot change the
    structure of the query. (The substitutions of pyoxigraph only affect variables of the SELECT list.)
    Raises TypeError for a value of another type than str, int, float and bool.
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
    """Convert a term: an IRI to text, a number to a number, another literal to its text, no value to None."""
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
    """Write N-Quads to a new store in `folder`. Raises OSError if the disk is full."""
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
    """Open a store that `build_store` has written, for reading."""
    return SparqlStore(Store.read_only(str(folder)))
