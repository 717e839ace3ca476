"""Checks that a SPARQL query for the embedded store only reads the graph and makes no network requests.

The store (pyoxigraph) makes requests for SERVICE only: FROM selects among the graphs of the store, and updates are
rejected.
"""

from __future__ import annotations

import re

from graphkit.errors import QueryError
from graphkit.schema import load_schema
from graphkit.vocabulary import own_terms
from graphkit.wording import advice, did_you_mean

#: Maximum number of characters of a query.
LONGEST = 100_000
#: Maximum depth of nested brackets, number of brackets and number of operators. The parser of the store is recursive,
#: and a stack overflow would end the process.
DEEPEST, MOST_BRACKETS, MOST_OPERATORS = 200, 1_000, 3_000
NO_ADDRESS = (
    "SERVICE is not allowed: a query reads the graph and makes no network requests. "
    "If the word is part of a text, pass the text as a parameter; if it is part of a name, write the IRI in < and >"
)

_PIECES = re.compile(
    r"""(?P<text>\"{3}(?:[^"\\]|\\.|"(?!""))*\"{3}|'{3}(?:[^'\\]|\\.|'(?!''))*'{3}
        |"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*')
    |(?P<comment>(?:^|(?<=\s))\#[^\r\n]*)
    |(?P<iri><[^<>"{}|^`\\\s]*>)
    |(?P<name>[?$:][A-Za-z0-9_]+)
    |(?P<ambiguous>["'#\\])""",
    re.X | re.S | re.M,
)
#: Text between angle brackets that is certainly an IRI, not a comparison: it begins with a scheme and ://, or it
#: contains no quotation mark and no #, so that no string or comment can begin in it.
_CERTAIN_IRI = re.compile(r"<(?:[A-Za-z][A-Za-z0-9+.-]*://[^']*|[^'#]*)>")
_UPDATE = re.compile(
    r"\s*(?:(?:PREFIX|BASE)\b[^<]*<[^>]*>\s*)*(?:INSERT|DELETE|LOAD|CLEAR|DROP|CREATE|ADD|MOVE|COPY|WITH)\b", re.I
)
_FROM = re.compile(r"(?<![\w:])FROM(?![\w:])", re.I)


def _read_only() -> str:
    how = advice("graph.load_sparql(…)", "`graphkit load sparql`")
    return f"the embedded store is read-only; load the graph into a server for updates ({how})"


def check_sparql(sparql: str) -> None:
    """Raise QueryError for a query that is not allowed."""
    if len(sparql) > LONGEST:
        raise QueryError(f"the query has {len(sparql)} characters; the maximum is {LONGEST}")
    _check_size(_PIECES.sub(" ", sparql))
    if _UPDATE.match(sparql):
        raise QueryError(_read_only())
    if _has_service(sparql) and (_is_ambiguous(sparql) or _has_service(_PIECES.sub(" ", sparql))):
        raise QueryError(NO_ADDRESS)


def names_data_set(sparql: str) -> bool:
    """Return whether a query has a FROM clause, which selects the graphs that it reads."""
    return _FROM.search(_PIECES.sub(" ", sparql)) is not None


def _check_size(sparql: str) -> None:
    depth = deepest = brackets = 0
    for character in sparql:
        if character in "({[":
            depth, brackets = depth + 1, brackets + 1
            deepest = max(deepest, depth)
        elif character in ")}]":
            depth -= 1
    for what, found, most in (
        ("levels of nested brackets", deepest, DEEPEST),
        ("brackets", brackets, MOST_BRACKETS),
        ("operators and full stops", sum(map(sparql.count, "!|&*/+-.;^=<")), MOST_OPERATORS),
    ):
        if found > most:
            raise QueryError(f"the query has {found} {what}; the maximum is {most}")


def _has_service(text: str) -> bool:
    """Return whether a text contains SERVICE. The store accepts the keyword also without spaces around it."""
    return "service" in text.casefold()


def _is_ambiguous(sparql: str) -> bool:
    """Return whether two parsers could disagree on what is text, an IRI or a comment, as in `1<'x>'`."""
    return any(
        m.lastgroup == "ambiguous" or (m.lastgroup == "iri" and not _CERTAIN_IRI.fullmatch(m.group()))
        for m in _PIECES.finditer(sparql)
    )


_OWN_TERM = re.compile(r"(?<![\w?$@:.-])gk:(?P<term>[A-Za-z_][\w-]*)")


def check_terms(sparql: str) -> None:
    """Raise QueryError for a name in the namespace `gk:` that the ontology does not have."""
    known, types = own_terms(), load_schema().types
    words = _PIECES.sub(lambda m: m.group() if m["name"] else " ", sparql)
    if re.search(r"(?i)\bprefix\s+gk\s*:", words):
        return
    for m in _OWN_TERM.finditer(words):
        if m["term"] not in known:
            kind = types.get(m["term"])
            similar = f"; did you mean {kind.cls}?" if kind else did_you_mean(m["term"], known)
            raise QueryError(f"unknown term gk:{m['term'][:80]}{similar}")
