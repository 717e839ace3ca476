"""Whether a query needs the phrases of a graph, whose index takes longer to build than all that other queries need."""

from __future__ import annotations

from graphkit.errors import QueryError
from graphkit.schema.neo4j import node_labels, types_without_phrases
from graphkit.stores.cypher.query_checks import MORE_LABELS, Token, names_in, tokens_of


def needs_phrase_facts(cypher: str) -> bool:
    """Tell whether the rows of a query can depend on the uses of phrases outside of statements.

    These are properties of Phrase nodes and MENTIONS relationships, and the relationships BROADER and VARIANT_OF. The
    answer is only False if every node of the query has another label, or an end of a relationship that no phrase has.
    """
    try:
        tokens = [t for t in tokens_of(cypher) if t.kind not in ("blank", "comment")]
    except QueryError:
        return True  # The store reports the error.
    if any(t.kind == "word" and t.name in ("CALL", "SHOW") for t in tokens):
        return True
    labels = {*node_labels(), *MORE_LABELS} - {"Phrase"}
    if any(name not in (types_without_phrases() if is_type else labels) for is_type, name in names_in(tokens)):
        return True
    return any(_is_open(tokens, n) for n in range(len(tokens)))


def _is_open(tokens: list[Token], n: int) -> bool:
    """Tell whether a node or relationship of any kind begins at token n."""
    text, before = tokens[n].text, tokens[n - 1] if n else None
    after = tokens[n + 1].text if n + 1 < len(tokens) else ""
    if text == "-" and before is not None and before.text in (")", "<") and after in ("-", ">"):
        return True  # A relationship without brackets: -->, --, <--
    if text == "[" and before is not None and before.text == "-":
        end = _closing(tokens, n)
        return not any(t.text == ":" for t in tokens[n:end])
    if text != "(" or (before is not None and before.kind == "word" and before.name not in _BEFORE_NODE):
        return False
    end = _closing(tokens, n)
    if any(t.text == ":" and not _is_in_map(tokens, n, k) for k, t in enumerate(tokens[n:end], n)):
        return False
    follows = tokens[end + 1].text if end + 1 < len(tokens) else ""
    is_end = before is not None and (before.text in ("-", ">") and n > 1 and tokens[n - 2].text in ("]", "-"))
    return not is_end and follows not in ("-", "<")


#: Keywords before a pattern. A parenthesis after another word is that of a function.
_BEFORE_NODE = frozenset(["MATCH", "WHERE", "AND", "OR", "XOR", "NOT"])


def _closing(tokens: list[Token], n: int) -> int:
    """Return the position of the bracket that closes the one at n, or that of the last token."""
    depth = 0
    for at in range(n, len(tokens)):
        depth += (tokens[at].text in ("(", "[", "{")) - (tokens[at].text in (")", "]", "}"))
        if not depth:
            return at
    return len(tokens) - 1


def _is_in_map(tokens: list[Token], start: int, n: int) -> bool:
    """Tell whether a colon at n, in the bracket that begins at `start`, separates a key and its value."""
    inside = [t.text for t in tokens[start:n]]
    return inside.count("{") > inside.count("}")
