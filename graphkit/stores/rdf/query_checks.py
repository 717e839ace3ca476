"""What a SPARQL query may ask of the embedded store: it reads the graph, and opens no address.

The store (pyoxigraph) opens an address for SERVICE alone: FROM chooses among the graphs it holds, and an update is no query.
"""

from __future__ import annotations

import re

from graphkit.errors import QueryError

#: Characters of a query.
LONGEST = 100_000
#: Brackets within each other, brackets, and operators: the store's parser calls itself for each, and ends the process when it is too deep.
DEEPEST, MOST_BRACKETS, MOST_OPERATORS = 200, 1_000, 3_000
NO_ADDRESS = (
    "SERVICE is refused: a query reads the graph and opens no address. "
    "Where the word stands in text or in a name, give the text as a parameter, or write the name between < and >"
)
READ_ONLY = "the embedded store is read-only: updates are for a server (`graphkit load sparql`)"

_PIECES = re.compile(
    r"""(?P<text>\"{3}(?:[^"\\]|\\.|"(?!""))*\"{3}|'{3}(?:[^'\\]|\\.|'(?!''))*'{3}|"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*')
    |(?P<comment>(?:^|(?<=\s))\#[^\r\n]*)
    |(?P<iri><[^<>"{}|^`\\\s]*>)
    |(?P<name>[?$:][A-Za-z0-9_]+)
    |(?P<doubtful>["'#\\])""",
    re.X | re.S | re.M,
)
#: What is an IRI for every reader: after a name and ://, no comparison can follow; without quotation mark and #, it hides nothing.
_SURE = re.compile(r"<(?:[A-Za-z][A-Za-z0-9+.-]*://[^']*|[^'#]*)>")
_UPDATE = re.compile(
    r"\s*(?:(?:PREFIX|BASE)\b[^<]*<[^>]*>\s*)*(?:INSERT|DELETE|LOAD|CLEAR|DROP|CREATE|ADD|MOVE|COPY|WITH)\b", re.I
)


def check_sparql(sparql: str) -> None:
    """Raises QueryError for a query that is not allowed."""
    if len(sparql) > LONGEST:
        raise QueryError(f"the query has {len(sparql)} characters; at most {LONGEST} are possible")
    _check_size(_PIECES.sub(" ", sparql))
    if _UPDATE.match(sparql):
        raise QueryError(READ_ONLY)
    if _has_service(sparql) and (_is_doubtful(sparql) or _has_service(_PIECES.sub(" ", sparql))):
        raise QueryError(NO_ADDRESS)


def _check_size(sparql: str) -> None:
    depth = deepest = brackets = 0
    for character in sparql:
        if character in "({[":
            depth, brackets = depth + 1, brackets + 1
            deepest = max(deepest, depth)
        elif character in ")}]":
            depth -= 1
    for what, found, most in (
        ("brackets within each other", deepest, DEEPEST),
        ("brackets", brackets, MOST_BRACKETS),
        ("operators and full stops", sum(map(sparql.count, "!|&*/+-.;^=<")), MOST_OPERATORS),
    ):
        if found > most:
            raise QueryError(f"the query has {found} {what}; at most {most} are possible")


def _has_service(text: str) -> bool:
    """The store takes SERVICE also where it touches other words."""
    return "service" in text.casefold()


def _is_doubtful(sparql: str) -> bool:
    """Can a reader take for text, IRI or comment what another does not, as in `1<'x>'`?"""
    return any(
        m.lastgroup == "doubtful" or (m.lastgroup == "iri" and not _SURE.fullmatch(m.group()))
        for m in _PIECES.finditer(sparql)
    )
