"""The parts of a condition in plain English."""

from __future__ import annotations

import ast
import re
from functools import cache, partial
from typing import Any

from graphkit.discourse.meetings import MeetingMark
from graphkit.discourse.scene import Actor, Speech
from graphkit.explain.claims import CLAIMS, NOUNS
from graphkit.explain.conditions import UNKNOWN, Part
from graphkit.grammar.lexicon import class_names, word_set, words
from graphkit.grammar.patterns import Guarded, definition, definitions, files, guarded, pattern
from graphkit.model import Mention
from graphkit.recognition.marks import PersonMark
from graphkit.recognition.names import NameSpan
from graphkit.recognition.tagger import Token

#: Maximum number of characters of a text that is shown.
_LONGEST = 40
#: Maximum number of elements of a set that is shown.
_MOST_SHOWN = 12
#: Words of a docstring about a position, which a reader of a reason does not know.
_POSITION = re.compile(r"(?: that (?:ends|begins))? (?:at|before) `\w+`")
_COMPARED = {
    ast.Eq: "is", ast.NotEq: "is not", ast.Lt: "is below", ast.LtE: "is at most", ast.Gt: "is above",
    ast.GtE: "is at least", ast.In: "is in", ast.NotIn: "is not in", ast.Is: "is", ast.IsNot: "is not",
}  # fmt: skip
_OPPOSITE = {
    "is": "is not", "is not": "is", "is below": "is at least", "is at most": "is above", "is above": "is at most",
    "is at least": "is below", "is in": "is not in", "is not in": "is in",
}  # fmt: skip


@cache
def _pattern_names() -> dict[int, str]:
    """Return the names of the compiled patterns by identity: each is compiled once and kept."""
    found = {}
    for file in files():
        for name in definitions(file):
            full = f"{file}.{name}"
            compiled = guarded(full) if definition(full).needs else pattern(full)
            found[id(compiled)] = full
            if isinstance(compiled, Guarded):
                found[id(compiled.pattern)] = full
    return found


@cache
def _class_names() -> dict[int, str]:
    """Return the names of the lexicon classes by the identity of their sets and lists of words."""
    return {id(made(name)): name for name in class_names() for made in (word_set, words)}


def pattern_name(value: Any) -> str:
    """Return `FILE.NAME` of a compiled pattern of the grammar, "" for any other value."""
    return _pattern_names().get(id(value), "")


def pattern_title(name: str) -> str:
    """Return the name of a pattern with what it recognizes: pattern visits.remote (A visit by video)."""
    about = definition(name).about.partition(":")[0].rstrip(".") if name else ""
    return f"pattern {name} ({about})" if about else f"pattern {name}"


def shown(value: Any, text: str) -> str:
    """Return a value of the reading code as words; text: the normalized text of the report."""
    if value is None:
        return "none"
    if isinstance(value, re.Match):
        return quoted(value.group())
    if isinstance(value, str):
        return quoted(value) if value else "empty"
    if isinstance(value, (PersonMark, Actor, MeetingMark, Mention)):
        return quoted(value.name)
    if isinstance(value, (NameSpan, Speech)):
        return quoted(text[value.start : value.end])
    if isinstance(value, (list, tuple)) and value and all(isinstance(v, (PersonMark, Actor, NameSpan)) for v in value):
        return ", ".join(shown(v, text) for v in value)
    if isinstance(value, Token):
        return f"{quoted(text[value.start : value.end])} (tag {value.tag})"
    if isinstance(value, (set, frozenset)) and 0 < len(value) <= _MOST_SHOWN and all(isinstance(v, str) for v in value):
        return ", ".join(sorted(value))
    return str(value) if isinstance(value, (int, float)) else ""


def quoted(words: str) -> str:
    """Return words in quotation marks, shortened."""
    one_line = words.replace("\n", " ")
    return f"“{one_line if len(one_line) <= _LONGEST else one_line[:_LONGEST] + '…'}”"


def sentence(part: Part, text: str) -> str:
    """Return a deciding part of a condition as an English clause."""
    node = part.node
    if part.variable in CLAIMS:
        return CLAIMS[part.variable][not part.holds]
    name = pattern_name(part.receiver)
    if name or isinstance(part.receiver, re.Pattern):
        return _of_pattern(part, name)
    if isinstance(node, ast.Call) and (getattr(part.function, "__module__", "") or "").startswith("graphkit."):
        return _of_function(part, text)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("any", "all", "next"):
        return _of_several(part, text)
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        return _of_comparison(part, node, text)
    if isinstance(node, ast.Compare):
        values = [
            f"{n} is {v}" for n, value in part.inputs.items() if isinstance(value, int) and (v := shown(value, text))
        ]
        return f"`{ast.unparse(node)}` is {str(part.holds).lower()}" + (f" ({', '.join(values)})" if values else "")
    return _of_value(part, text)


def _of_pattern(part: Part, name: str) -> str:
    title = pattern_title(name) if name else f"the regular expression {ast.unparse(part.node).partition('.')[0]}"
    if not part.holds:
        return f"{title} does not match"
    group = part.value.group() if isinstance(part.value, re.Match) else ""
    return f"{title} matches {quoted(group)}" if group else f"{title} matches"


def function_title(function: Any) -> str:
    """Return module and name of a function: visits._subject."""
    inner = function.func if isinstance(function, partial) else function
    name = getattr(inner, "__name__", str(inner))
    return f"{getattr(inner, '__module__', '').rpartition('.')[2]}.{name}"


def claim(documentation: str) -> tuple[str, str]:
    """Return the kind of a function by its docstring (`whether`, `returns` or "") and its claim, without examples."""
    first = re.split(r"\.(?:\s|$)|:\s", " ".join(documentation.split()), maxsplit=1)[0]
    first = _POSITION.sub("", first)
    for beginning, kind in (("Tell whether ", "whether"), ("Return whether ", "whether"), ("Return ", "returns")):
        if first.startswith(beginning):
            return kind, first.removeprefix(beginning).rstrip(".")
    return "", first


def _of_function(part: Part, text: str) -> str:
    title = function_title(part.function)
    if title in CLAIMS:
        return CLAIMS[title][not part.holds]
    kind, said = claim(getattr(part.function, "__doc__", "") or "")
    if kind == "whether":
        return f"{said} ({title})" if part.holds else f"it is not true that {said} ({title})"
    result = shown(part.value, text)
    if kind == "returns" and said:
        return (
            f"{title} found {result or 'one'}: {said}" if part.holds else f"{title} found nothing; it looks for {said}"
        )
    return f"the check {title} succeeds" if part.holds else f"the check {title} fails"


def _of_several(part: Part, text: str) -> str:
    assert isinstance(part.node, ast.Call)
    inner = ast.unparse(part.node.args[0]) if part.node.args else ""
    name = part.node.func.id if isinstance(part.node.func, ast.Name) else ""
    words = {
        "any": ("at least one of", "none of"),
        "all": ("all of", "not all of"),
        "next": ("there is", "there is no"),
    }
    example = shown(part.example, text) if part.example is not None else ""
    if part.holds and example:
        return f"`{inner}` holds for {example}"
    return f"{words[name][not part.holds]} `{inner}`"


def _of_comparison(part: Part, node: ast.Compare, text: str) -> str:
    word = _COMPARED[type(node.ops[0])]
    left, right = node.left, node.comparators[0]
    said = _of_kind(part, ast.unparse(left))
    if isinstance(right, ast.Name) and right.id == "seen":
        return f"{'an' if part.holds else 'no'} earlier sentence says the same"
    if said:
        return said
    verb = word if part.holds else _OPPOSITE[word]
    if isinstance(part.inputs.get(ast.unparse(left)), (set, frozenset)):
        verb = "is part of" if part.holds else "is not part of"
    right_value = part.inputs.get(ast.unparse(right), UNKNOWN)
    listed = _class_names().get(id(right_value), "")
    if listed:
        return f"{_described(left, part, text)} {verb} the lexicon class {listed}"
    return f"{_described(left, part, text)} {verb} {_described(right, part, text)}"


def _of_kind(part: Part, left: str) -> str:
    """Return the wording for the comparison of the kind of a passage, a speech or a token; "" for another one."""
    value = part.inputs.get(left)
    if left == "sentence.frame.paragraph":
        return f"it is {'not ' * (not part.holds)}in the same paragraph"
    if left.endswith("frame.kind"):
        return f"the passage is of kind {value}"
    if left.endswith(".type"):
        return f"its type is {value}"
    if left == "speech.via":
        return f"the speaker was found in a way of which another rule takes care ({value})"
    return f"the tagger gives it the tag {value}" if left.endswith("token.tag") else ""


def _described(node: ast.expr, part: Part, text: str) -> str:
    """Return an operand with its value: the code of the expression, and in brackets what it is here."""
    code = ast.unparse(node)
    if isinstance(node, ast.Constant):
        return shown(node.value, text) or code
    value = shown(part.inputs[code], text) if code in part.inputs else ""
    if value.startswith("“"):
        return value
    return f"`{code}` ({value})" if value else f"`{code}`"


def _of_value(part: Part, text: str) -> str:
    code = ast.unparse(part.node)
    named = part.variable or code
    if named in CLAIMS:
        return CLAIMS[named][not part.holds]
    if isinstance(part.node, ast.Subscript) and isinstance(part.inputs.get(ast.unparse(part.node.value)), re.Match):
        group = ast.unparse(part.node.slice).strip("'")
        return f"its part {group} is {shown(part.value, text)}" if part.holds else f"it has no part {group}"
    noun = NOUNS.get(part.variable) or NOUNS.get(code)
    if isinstance(part.node, ast.Call) and not noun and isinstance(part.value, bool):
        return f"`{named}` is {str(part.holds).lower()}"
    if not part.holds:
        return f"no {noun} was found" if noun else f"`{named}` is empty or false"
    value = shown(part.value, text)
    if noun:
        return f"there is a {noun}" + (f": {value}" if value and value != "True" else "")
    return f"`{named}` is {value}" if value and value != "True" else f"`{named}` is true"
