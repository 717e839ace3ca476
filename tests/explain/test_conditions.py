"""The part of a condition that decided is found by evaluating it again."""

from __future__ import annotations

import ast
from typing import Any

from graphkit.explain.conditions import UNKNOWN, Decision
from graphkit.explain.source import Function

FUNCTION = Function("example", "graphkit.relations.example", "", makes_statements=False, decides=True)


def parts(code: str, holds: bool, function: Function = FUNCTION, **names: Any) -> list[tuple[str, bool]]:
    test = ast.parse(code, mode="eval").body
    return [(ast.unparse(p.node), p.holds) for p in Decision(function, names, 100).parts(test, holds)]


def test_of_alternatives_the_first_true_one_decides() -> None:
    assert parts("a or b or c", True, a=0, b=1, c=1) == [("b", True)]


def test_if_a_conjunction_is_true_all_of_it_decides() -> None:
    assert parts("a and not b", True, a=1, b=0) == [("a", True), ("b", False)]


def test_if_a_conjunction_is_false_the_first_false_part_decides() -> None:
    assert parts("a and b and c", False, a=1, b=0, c=0) == [("b", False)]


def test_none_is_what_is_missing() -> None:
    assert parts("a is None or b", True, a=None, b=1) == [("a", False)]
    assert parts("a is not None", False, a=None) == [("a", False)]


def test_a_variable_is_replaced_by_the_expression_that_was_assigned_to_it() -> None:
    tree = ast.parse("found = word.isdigit()")
    function = Function("example", "graphkit.relations.example", "", makes_statements=False, decides=True)
    assert isinstance(tree.body[0], ast.Assign)
    function.assignments.append((1, 1, ("found",), tree.body[0].value))
    assert parts("not found", True, function, word="a", found=False) == [("word.isdigit()", False)]
    # The variable has another value by now, so the expression is not its origin.
    assert parts("found", True, function, word="a", found=True) == [("found", True)]


def test_a_call_that_would_change_something_is_not_repeated() -> None:
    stack = [1]
    test = ast.parse("stack.pop()", mode="eval").body
    assert Decision(FUNCTION, {"stack": stack}, 100).value(test) is UNKNOWN
    assert stack == [1]


def test_the_example_of_any_is_the_first_element_that_holds() -> None:
    test = ast.parse("any(n > limit for n in numbers)", mode="eval").body
    (part,) = Decision(FUNCTION, {"numbers": [1, 5, 7], "limit": 3}, 100).parts(test, True)
    assert part.example == 5
