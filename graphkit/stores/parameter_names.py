"""Checks that a query gets all parameters that it needs and uses all that it gets."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator

from graphkit.errors import QueryError

#: `// params: x=林知远 year=2024` (Cypher) or `# params: …` (SPARQL) names the parameters of a query file.
_DECLARED = re.compile(r"^[ \t]*(?://|#)[ \t]*params:(?P<list>[^\r\n]*)", re.M)
_CYPHER = re.compile(
    r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`[^`]*`|//[^\r\n]*|/\*.*?\*/|\$(?:(?P<name>\w+)|`(?P<quoted>[^`]+)`)""",
    re.S,
)
_SPARQL = re.compile(
    r""""{3}.*?"{3}|'{3}.*?'{3}|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|<[^<>"{}|^`\\\s]*>|\#[^\r\n]*"""
    r"|[?$](?P<name>\w+)|(?P<word>[A-Za-z_]\w*)|(?P<bracket>[(){}])",
    re.S,
)
#: A parenthesis after one of these words contains an expression, which uses variables but does not bind them.
_EXPRESSIONS = {"filter", "bind", "having"}
#: Functions that accept an unbound variable.
_LENIENT = {"bound", "coalesce", "if"}

#: Returns how a parameter with this name is supplied, for error messages.
Syntax = Callable[[str], str]


def keyword(name: str) -> str:
    """Return how a parameter is supplied in Python."""
    return f"the keyword argument {name}=VALUE"


def option(name: str) -> str:
    """Return how a parameter is supplied on the command line."""
    return f"--param {name}=VALUE"


def check_cypher_names(query: str, given: Collection[str], syntax: Syntax = keyword) -> None:
    """Raise QueryError if a parameter `$x` of the query has no value, or if the query does not use a given value."""
    used = list(dict.fromkeys(m["name"] or m["quoted"] for m in _CYPHER.finditer(query) if m["name"] or m["quoted"]))
    _compare("$", needed=used, used=used, given=given, syntax=syntax)


def check_sparql_names(query: str, given: Collection[str], syntax: Syntax = keyword) -> None:
    """Raise QueryError if a parameter of the query has no value, or if the query does not use a given value.

    Parameters are the names on the line `# params:` and the variables that are only used in FILTER, BIND and HAVING,
    because no pattern of the query binds them.
    """
    used, unbound = _sparql_variables(query)
    declared = [n for n in _declared(query) if n in used]
    _compare("?", needed=list(dict.fromkeys([*declared, *unbound])), used=used, given=given, syntax=syntax)


def _declared(query: str) -> Iterator[str]:
    for line in _DECLARED.finditer(query):
        yield from (m[1] for m in re.finditer(r"(?:^|\s)(\w+)=", line["list"]))


def _sparql_variables(query: str) -> tuple[list[str], list[str]]:
    """Return all variables of a query, and those that are only used in expressions."""
    used: dict[str, bool] = {}
    # For each open bracket: whether it contains an expression. None for functions that accept an unbound variable.
    open_brackets: list[bool | None] = [False]
    word = ""
    for m in _SPARQL.finditer(query):
        bracket = m["bracket"]
        if m["name"]:
            in_expression = open_brackets[-1] is True and word != "as"
            used[m["name"]] = used.get(m["name"], True) and in_expression
        elif bracket == "{":
            open_brackets.append(False)
        elif bracket == "(":
            inherited = open_brackets[-1]
            open_brackets.append(None if word in _LENIENT or inherited is None else inherited or word in _EXPRESSIONS)
        elif bracket and len(open_brackets) > 1:
            open_brackets.pop()
        word = m["word"].lower() if m["word"] else ""
    return list(used), [name for name, in_expression in used.items() if in_expression]


def _compare(prefix: str, *, needed: list[str], used: list[str], given: Collection[str], syntax: Syntax) -> None:
    missing = [name for name in needed if name not in given]
    if missing:
        raise QueryError(
            f"the query needs {_listed([prefix + n for n in missing])}: add {_listed([syntax(n) for n in missing])}"
        )
    unknown = [name for name in given if name not in used]
    if unknown:
        known = f"its parameters are {_listed([prefix + n for n in needed])}" if needed else "it has no parameters"
        raise QueryError(f"the query does not use {_listed([prefix + n for n in unknown])}; {known}")


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
