"""What a Cypher query may ask of the embedded store: it reads the graph, and nothing else.

The rules are lists of what is allowed: the first clause, procedures and functions. The query is split into tokens in the way
of the store (kglite), which is checked by tests: a character that the store does not know is refused here, so that both read
the same query. Comments are replaced by blanks before the store sees the query.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from graphkit.errors import QueryError

#: Characters of a query.
LONGEST = 100_000
READ_ONLY = "the embedded store is read-only: CREATE, SET, MERGE and DELETE are for a server (`graphkit load neo4j`)"
NO_FILES = "LOAD CSV is refused: a query reads the graph and no file or address. Values from elsewhere can be given as parameters"

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
#: With these a query begins; the first four are followed by another of them.
_FIRST = frozenset(
    ["EXPLAIN", "PROFILE", "CYPHER", "FOR", "MATCH", "OPTIONAL", "RETURN", "WITH", "UNWIND", "CALL", "SHOW", "FINISH"]
)
_WRITING = frozenset(
    ["CREATE", "MERGE", "SET", "DELETE", "DETACH", "NODETACH", "REMOVE", "INSERT", "DROP", "FOREACH", "ALTER"]
)
#: Words that stand before a parenthesis without being functions.
_BEFORE_PARENTHESIS = frozenset(
    [
        "MATCH",
        "OPTIONAL",
        "WHERE",
        "FILTER",
        "AND",
        "OR",
        "XOR",
        "NOT",
        "IN",
        "IS",
        "WITH",
        "RETURN",
        "DISTINCT",
        "BY",
        "UNWIND",
        "CALL",
        "CASE",
        "WHEN",
        "THEN",
        "ELSE",
        "CONTAINS",
        "STARTS",
        "ENDS",
        "LIMIT",
        "SKIP",
        "OFFSET",
        "HAVING",
        "OVER",
        "FOR",
        "ON",
        "UNION",
        "ALL",
        "ANY",
        "NONE",
        "SINGLE",
        "EXISTS",
        "COUNT",
        "COLLECT",
        "SHORTEST",
        "SHORTESTPATH",
        "ALLSHORTESTPATHS",
        "REDUCE",
        "AS",
    ]
)
#: Scalar and aggregating functions of kglite 0.21 (SHOW FUNCTIONS, with their other names, window functions and toBoolean).
FUNCTIONS = frozenset(
    [
        "abs",
        "acos",
        "add_days",
        "add_months",
        "add_years",
        "area",
        "asin",
        "atan",
        "atan2",
        "average",
        "avg",
        "btrim",
        "ceil",
        "ceiling",
        "centroid",
        "coalesce",
        "collect",
        "contains",
        "cos",
        "cosine",
        "cot",
        "count",
        "date",
        "date.truncate",
        "date_diff",
        "date_truncate",
        "datediff",
        "datetime",
        "datetime.truncate",
        "degree",
        "degrees",
        "dense_rank",
        "distance",
        "dot",
        "duration",
        "duration.between",
        "duration.indays",
        "duration.inmonths",
        "duration.inseconds",
        "elementid",
        "embedding",
        "embedding_norm",
        "end_node",
        "endnode",
        "exp",
        "floor",
        "from_json",
        "geom_buffer",
        "geom_convex_hull",
        "geom_difference",
        "geom_intersection",
        "geom_is_valid",
        "geom_length",
        "geom_union",
        "haversin",
        "head",
        "id",
        "indegree",
        "intersects",
        "keys",
        "labels",
        "last",
        "latitude",
        "left",
        "length",
        "ln",
        "localdatetime",
        "localdatetime.truncate",
        "localtime",
        "localtime.truncate",
        "log",
        "log10",
        "longitude",
        "ltrim",
        "max",
        "mean",
        "median",
        "min",
        "mode",
        "nodes",
        "norm",
        "outdegree",
        "parse_json",
        "percentile_cont",
        "percentile_disc",
        "perimeter",
        "pi",
        "point",
        "pow",
        "power",
        "properties",
        "radians",
        "rand",
        "random",
        "randomuuid",
        "range",
        "rank",
        "relationships",
        "rels",
        "replace",
        "reverse",
        "right",
        "round",
        "row_number",
        "rtrim",
        "score_fuse",
        "shortest_path_length",
        "sign",
        "sin",
        "size",
        "split",
        "sqrt",
        "start_node",
        "startnode",
        "std",
        "stdev",
        "substring",
        "sum",
        "tail",
        "tan",
        "text_bm25",
        "text_contains_any",
        "text_edit_distance",
        "text_jaccard",
        "text_match_regex",
        "text_ngrams",
        "text_normalize",
        "text_score",
        "text_starts_with_any",
        "time",
        "time.truncate",
        "toboolean",
        "tofloat",
        "toint",
        "tointeger",
        "tolower",
        "tolowercase",
        "tostring",
        "toupper",
        "touppercase",
        "trim",
        "ts_at",
        "ts_avg",
        "ts_count",
        "ts_delta",
        "ts_first",
        "ts_last",
        "ts_max",
        "ts_min",
        "ts_series",
        "ts_sum",
        "type",
        "valid_at",
        "valid_during",
        "valid_instant",
        "valuetype",
        "var_samp",
        "variance",
        "vector_score",
    ]
)
#: Procedures that read the graph (SHOW PROCEDURES, mode READ), without those of code graphs, of change logs and of caches.
PROCEDURES = frozenset(
    [
        "pagerank",
        "betweenness",
        "degree",
        "closeness",
        "louvain",
        "leiden",
        "label_propagation",
        "connected_components",
        "k_core",
        "clustering_coefficient",
        "triangle_count",
        "eccentricity",
        "diameter",
        "cluster",
        "orphan_node",
        "self_loop",
        "cycle_2step",
        "missing_required_edge",
        "missing_inbound_edge",
        "duplicate_title",
        "duplicate_id",
        "null_property",
        "outline",
        "inverse_violation",
        "transitivity_violation",
        "cardinality_violation",
        "type_domain_violation",
        "type_range_violation",
        "parallel_edges",
        "ontology_audit",
        "node_property_violation",
        "edge_property_violation",
        "list_procedures",
        "db.labels",
        "db.relationshiptypes",
        "db.indexes",
        "db.constraints",
        "dbms.procedures",
        "dbms.functions",
        "db.propertykeys",
        "db.schema",
        "db.schema.visualization",
        "db.schema.nodetypeproperties",
        "db.schema.reltypeproperties",
        "db.graph_stats",
        "db.property_stats",
        "db.property_uniqueness",
    ]
)
#: Options of procedures whose value is itself a piece of Cypher.
_CYPHER_INSIDE = frozenset({"WHERE", "DONE"})


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int

    @property
    def name(self) -> str:
        """A word or a name between backticks, in capital letters; "" for others."""
        if self.kind == "word":
            return self.text.upper()
        return self.text[1:-1].replace("``", "`").upper() if self.kind == "quoted" else ""


def checked(cypher: str) -> str:
    """The query as the store may have it: with blanks in place of comments. Raises QueryError for one that is not allowed."""
    if len(cypher) > LONGEST:
        raise QueryError(
            f"the query has {len(cypher)} characters; at most {LONGEST} are possible. Long lists can be given as parameters"
        )
    found = list(_tokens(cypher))
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


def _tokens(cypher: str) -> Iterator[_Token]:
    at = 0
    while at < len(cypher):
        found = _TOKEN.match(cypher, at)
        if found is None or (cypher.startswith("/*", at) and found.lastgroup != "comment"):
            raise QueryError(_unknown(cypher, at))
        assert found.lastgroup is not None
        yield _Token(found.lastgroup, found.group(), at)
        at = found.end()


def _unknown(cypher: str, at: int) -> str:
    place = f"line {cypher.count(chr(10), 0, at) + 1}, column {at - cypher.rfind(chr(10), 0, at)}"
    character = cypher[at]
    if cypher.startswith("/*", at):
        return f"the comment that begins in {place} has no end"
    if character in "'\"`":
        return f"the text that begins with {character} in {place} has no end"
    name = f"{character} (U+{ord(character):04X})" if character.isprintable() else f"U+{ord(character):04X}"
    return f"the character {name} in {place} is not possible here: names with other characters than A-Z, a-z, 0-9 and _ stand between backticks, text between quotation marks"


def _check_pairs(tokens: list[_Token]) -> None:
    for one, other in itertools.pairwise(tokens):
        if other.name == "CSV" and one.name in ("LOAD", "FORMAT"):
            raise QueryError(
                NO_FILES
                if one.name == "LOAD"
                else "FORMAT CSV is refused: the command's --format csv writes the rows as CSV"
            )


def _is_a_name(tokens: list[_Token], n: int) -> bool:
    """Does the word stand where only a name can: a property, a label, a key of a map, after AS?"""
    before = tokens[n - 1] if n else None
    after = tokens[n + 1].text if n + 1 < len(tokens) else ""
    return after == ":" or (before is not None and (before.text in (".", ":", "|", "&") or before.name == "AS"))


def _check_word(tokens: list[_Token], n: int) -> None:
    name = tokens[n].name
    if name in _WRITING and not _is_a_name(tokens, n):
        raise QueryError(READ_ONLY)
    if name == "CALL" and not _is_a_name(tokens, n):
        _check_procedure(tokens, n + 1)


def _check_procedure(tokens: list[_Token], n: int) -> None:
    """The procedure whose name begins with token n. A subquery begins with a parenthesis or brace instead."""
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
                f"the option {token.text} of {name} is refused, because it holds Cypher of its own: select with MATCH and WHERE beside the procedure"
            )


def _check_call(tokens: list[_Token], n: int) -> None:
    """The function whose parenthesis is token n, if there is one."""
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
    if len(pieces) == 1 and pieces[0].kind == "word" and pieces[0].name in _BEFORE_PARENTHESIS:
        return
    name = "".join(t.text if t.text == "." else t.name for t in pieces).lower().lstrip(".")
    if name not in FUNCTIONS:
        raise QueryError(f"Unknown function: {name}")


def _check_first(tokens: list[_Token]) -> None:
    first = next((t for t in tokens if t.text != ";"), None)
    if first is None:
        raise QueryError("the query is empty")
    if first.kind != "word" or first.name not in _FIRST:
        raise QueryError(
            f"a query begins with MATCH, OPTIONAL MATCH, RETURN, WITH, UNWIND, CALL or SHOW, and not with {first.text[:40]}"
        )
