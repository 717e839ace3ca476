"""Checks that a Cypher query for the embedded store only reads the graph.

The first clause, procedures and functions must be in lists of allowed words (`vocabulary`). The query is split into the
same tokens as in the store (kglite), which tests verify: a character that the store does not accept is rejected here,
so that this module and the store interpret a query in the same way. Comments are replaced by spaces before the query is
run.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from graphkit.errors import QueryError
from graphkit.schema.neo4j import node_labels, relationship_types
from graphkit.stores.cypher.vocabulary import BEFORE_PARENTHESIS, FUNCTIONS, PROCEDURES
from graphkit.wording import advice, did_you_mean

#: Labels of nodes in addition to their first label.
MORE_LABELS = frozenset(["Official"])
#: Maximum number of characters of a query.
LONGEST = 100_000
NO_FILES = (
    "LOAD CSV is not allowed: a query reads the graph, not files or addresses. Other values can be passed as parameters"
)

_TOKEN = re.compile(
    r"""(?P<blank>[ \t\r\n\f]+)
    |(?P<comment>//[^\n]*|/\*.*?\*/)
    |(?P<string>'[^'\\]*(?:\\.[^'\\]*)*'|"[^"\\]*(?:\\.[^"\\]*)*")
    |(?P<quoted>`[^`]*(?:``[^`]*)*`)
    |(?P<parameter>\$[A-Za-z0-9_]+)
    |(?P<word>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<number>[0-9][A-Za-z0-9_]*)
    |(?P<sign>[-+*/%^=<>!|&?.,:;()\[\]{}])""",
    re.X | re.S,
)
#: Keywords with which a query can begin. The first four are followed by another one.
_FIRST = frozenset(
    ["EXPLAIN", "PROFILE", "CYPHER", "FOR", "MATCH", "OPTIONAL", "RETURN", "WITH", "UNWIND", "CALL", "SHOW", "FINISH"]
)
_WRITING = frozenset(
    ["CREATE", "MERGE", "SET", "DELETE", "DETACH", "NODETACH", "REMOVE", "INSERT", "DROP", "FOREACH", "ALTER"]
)
#: Options of procedures whose values are Cypher expressions.
_CYPHER_INSIDE = frozenset({"WHERE", "DONE"})


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str
    at: int

    @property
    def name(self) -> str:
        """The word or the name between backticks, in capital letters; "" for other tokens."""
        if self.kind == "word":
            return self.text.upper()
        return self.text[1:-1].replace("``", "`").upper() if self.kind == "quoted" else ""


def read_only() -> str:
    """Return the message about a query that changes the graph."""
    how = advice("graph.load_neo4j(…)", "`graphkit load neo4j`")
    return f"the embedded store is read-only; load the graph into a server for CREATE, SET, MERGE and DELETE ({how})"


def checked(cypher: str) -> str:
    """Return the query with its comments replaced by spaces. Raises QueryError for a query that is not allowed."""
    if len(cypher) > LONGEST:
        raise QueryError(
            f"the query has {len(cypher)} characters; the maximum is {LONGEST}. Pass long lists as parameters"
        )
    found = list(tokens_of(cypher))
    tokens = [t for t in found if t.kind not in ("blank", "comment")]
    _check_pairs(tokens)
    for n, token in enumerate(tokens):
        if token.kind == "word":
            _check_word(tokens, n)
        if token.text == "(" and n:
            _check_call(tokens, n)
    _check_first(tokens)
    return "".join(_blank(t.text) if t.kind == "comment" else t.text for t in found)


def _blank(comment: str) -> str:
    return "".join("\n" if c == "\n" else " " for c in comment)


def tokens_of(cypher: str) -> Iterator[Token]:
    at = 0
    while at < len(cypher):
        found = _TOKEN.match(cypher, at)
        if found is None or (cypher.startswith("/*", at) and found.lastgroup != "comment"):
            raise QueryError(_unknown(cypher, at))
        assert found.lastgroup is not None
        yield Token(found.lastgroup, found.group(), at)
        at = found.end()


def _unknown(cypher: str, at: int) -> str:
    place = f"line {cypher.count(chr(10), 0, at) + 1}, column {at - cypher.rfind(chr(10), 0, at)}"
    character = cypher[at]
    if cypher.startswith("/*", at):
        return f"the comment at {place} is not closed"
    if character in "'\"`":
        return f"the text that begins with {character} at {place} is not closed"
    name = f"{character} (U+{ord(character):04X})" if character.isprintable() else f"U+{ord(character):04X}"
    return (
        f"the character {name} at {place} is not allowed: write names with other characters than A-Z, a-z, 0-9 and _ "
        "between backticks, and text between quotation marks"
    )


def _check_pairs(tokens: list[Token]) -> None:
    for one, other in itertools.pairwise(tokens):
        if other.name == "CSV" and one.name in ("LOAD", "FORMAT"):
            raise QueryError(
                NO_FILES
                if one.name == "LOAD"
                else "FORMAT CSV is not allowed: use the option --format csv of the command"
            )


def _is_a_name(tokens: list[Token], n: int) -> bool:
    """Return whether a word must be a name because of its position: a property, a label, a key of a map, after AS."""
    before = tokens[n - 1] if n else None
    after = tokens[n + 1].text if n + 1 < len(tokens) else ""
    return after == ":" or (before is not None and (before.text in (".", ":", "|", "&") or before.name == "AS"))


def _check_word(tokens: list[Token], n: int) -> None:
    name = tokens[n].name
    if name in _WRITING and not _is_a_name(tokens, n):
        raise QueryError(read_only())
    if name == "CALL" and not _is_a_name(tokens, n):
        _check_procedure(tokens, n + 1)


def _check_procedure(tokens: list[Token], n: int) -> None:
    """Check the procedure whose name begins at token n. A subquery begins with a parenthesis or a brace instead."""
    first = n
    while n < len(tokens) and (tokens[n].name or tokens[n].text == "."):
        n += 1
    if first == n:
        return
    name = "".join(t.text if t.text == "." else t.name for t in tokens[first:n]).lower()
    if name not in PROCEDURES:
        raise QueryError(f"Unknown procedure: {name}")
    depth = 0
    for at, token in enumerate(tokens[n:], n):
        depth += (token.text in ("(", "{", "[")) - (token.text in (")", "}", "]"))
        if not depth:
            break
        if token.name in _CYPHER_INSIDE and tokens[at + 1 : at + 2] and tokens[at + 1].text == ":":
            raise QueryError(
                f"the option {token.text} of {name} is not allowed, because its value is a Cypher expression: "
                "filter with MATCH and WHERE outside of the procedure"
            )


def _check_call(tokens: list[Token], n: int) -> None:
    """Check the function whose parenthesis is token n, if there is one."""
    first = n
    while (
        first
        and (tokens[first - 1].name or tokens[first - 1].text == ".")
        and (first == n or tokens[first].text == "." or tokens[first - 1].text == ".")
    ):
        first -= 1
    pieces = tokens[first:n]
    if not pieces or (first and tokens[first - 1].name == "CALL"):
        return
    if len(pieces) == 1 and pieces[0].kind == "word" and pieces[0].name in BEFORE_PARENTHESIS:
        return
    name = "".join(t.text if t.text == "." else t.name for t in pieces).lower().lstrip(".")
    if name not in FUNCTIONS:
        raise QueryError(f"Unknown function: {name}")


def _check_first(tokens: list[Token]) -> None:
    first = next((t for t in tokens if t.text != ";"), None)
    if first is None:
        raise QueryError("the query is empty")
    if first.kind != "word" or first.name not in _FIRST:
        raise QueryError(
            "a query must begin with MATCH, OPTIONAL MATCH, RETURN, WITH, UNWIND, CALL or SHOW, "
            f"not with {first.text[:40]}"
        )


def check_vocabulary(cypher: str) -> None:
    """Raise QueryError for a label or relationship type that no graph has. Its tokens must be those of a valid query."""
    tokens = [t for t in tokens_of(cypher) if t.kind not in ("blank", "comment")]
    labels, types = frozenset(node_labels()) | MORE_LABELS, frozenset(relationship_types())
    for is_type, name in names_in(tokens):
        known = types if is_type else labels
        if name not in known:
            what = "relationship type" if is_type else "label"
            similar = did_you_mean(name, known) or f"; one of {', '.join(sorted(known))}"
            raise QueryError(f"unknown {what} {name[:80]!r}{similar}")


def names_in(tokens: list[Token]) -> Iterator[tuple[bool, str]]:
    """Yield the labels and relationship types of a query, and whether it is a type."""
    brackets: list[str] = []
    for n, token in enumerate(tokens):
        if token.text in ("(", "[", "{"):
            is_relationship = token.text == "[" and n > 0 and tokens[n - 1].text == "-"
            brackets.append("-[" if is_relationship else token.text)
        elif token.text in (")", "]", "}") and brackets:
            brackets.pop()
        within = brackets[-1] if brackets else ""
        before = tokens[n - 1].text if n else ""
        is_type_of_value = before == ":" and n > 1 and tokens[n - 2].text == ":"  # x IS :: STRING
        is_name = (before == ":" and not is_type_of_value) or (within == "-[" and before in ("|", "!", "&"))
        if is_name and token.kind in ("word", "quoted") and within != "{":
            # (A key of a map is before a colon, its value after it.)
            name = token.text if token.kind == "word" else token.text[1:-1].replace("``", "`")
            yield within == "-[", name
