"""Which part of a condition decided, found by evaluating its parts again in the frame in which it was evaluated.

The functions of reading only compute values, so that a second evaluation has the same result.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from types import CodeType
from typing import Any

from graphkit.explain.source import Function, Line


class Unknown:
    """The value of an expression that is not evaluated again."""

    def __bool__(self) -> bool:
        return False


UNKNOWN = Unknown()
#: Methods and functions that change what they are called with.
_CHANGING = frozenset(["pop", "append", "add", "insert", "remove", "extend", "update", "setdefault", "next", "insort"])


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a condition that decided.

    holds: whether it is true. value: its value. inputs: values of the variables and attributes in it.
    lines: the lines that compute the value. receiver, function: the object of a method call, and what is called.
    """

    node: ast.expr
    holds: bool
    value: Any
    inputs: Mapping[str, Any] = field(default_factory=dict)
    lines: tuple[tuple[Line, Line], ...] = ()
    receiver: Any = None
    function: Any = None
    #: Of `any(…)`, the first element for which the condition holds.
    example: Any = None
    #: The variable in the condition in place of which `node` stands, if it does.
    variable: str = ""


class Decision:
    """Finds the deciding parts of the conditions of one function call."""

    def __init__(self, function: Function, names: Mapping[str, Any], line: Line) -> None:
        self._function = function
        self._names = dict(names)
        self._line = line

    def parts(self, test: ast.expr, holds: bool) -> list[Part]:
        """Return the parts of a condition because of which it is true (or, if not `holds`, false)."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            return self.parts(test.operand, not holds)
        if isinstance(test, ast.BoolOp):
            return self._of_several(test, holds)
        if isinstance(test, ast.NamedExpr):
            self._names[test.target.id] = self.value(test.value)
            return self.parts(test.value, holds)
        if isinstance(test, ast.IfExp):
            is_body = bool(self.value(test.test))
            branch = test.body if is_body else test.orelse
            return self.parts(test.test, is_body) if isinstance(branch, ast.Constant) else self.parts(branch, holds)
        if isinstance(test, ast.Call) and isinstance(test.func, ast.Name) and test.func.id == "bool" and test.args:
            return self.parts(test.args[0], holds)
        if isinstance(test, (ast.List, ast.Tuple)) and test.elts and not holds:
            # [*people, *bodies] is empty if both are.
            parts = [self.parts(node.value, False) for node in test.elts if isinstance(node, ast.Starred)]
            return [part for found in parts for part in found] or [self._part(test, holds)]
        subject = _compared_with_none(test)
        if subject is not None:
            node, is_none = subject
            return self.parts(node, holds is not is_none)
        return self._of_variable(test, holds) or [self._part(test, holds)]

    def _of_several(self, test: ast.BoolOp, holds: bool) -> list[Part]:
        if isinstance(test.op, ast.And) is holds:
            # Each operand decided: all are true, or all are false.
            return [part for node in test.values for part in self.parts(node, holds)]
        for node in test.values:
            if bool(self.value(node)) is holds:
                return self.parts(node, holds)
        return self.parts(test.values[-1], holds)

    def _of_variable(self, test: ast.expr, holds: bool) -> list[Part]:
        """Return the parts of the expression that was assigned to a variable, if it still has this value."""
        if not isinstance(test, ast.Name):
            return []
        found = self._function.value_of(test.id, self._line)
        if found is None or bool(self.value(found)) is not bool(self.value(test)):
            return []
        inner = Decision(self._function, self._names, found.lineno)
        parts = inner.parts(found, holds)
        lines = tuple(self._function.assigned(test.id))
        return [replace(p, variable=test.id, lines=(*p.lines, *lines)) for p in parts[:1]]

    def _part(self, node: ast.expr, holds: bool) -> Part:
        receiver = function = None
        if isinstance(node, ast.Call):
            function = self.value(node.func)
            receiver = self.value(node.func.value) if isinstance(node.func, ast.Attribute) else None
        inputs = {}
        operands = [node.left, *node.comparators] if isinstance(node, ast.Compare) else []
        for inner in (*operands, *ast.walk(node)):
            if inner in operands or isinstance(inner, (ast.Name, ast.Attribute, ast.Subscript)):
                assert isinstance(inner, ast.expr)
                value = self.value(inner)
                if value is not UNKNOWN and not callable(value):
                    inputs[ast.unparse(inner)] = value
        lines = [(node.lineno, node.end_lineno or node.lineno)]
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name):
                lines += self._function.assigned(inner.id)
        return Part(node, holds, self.value(node), inputs, tuple(lines), receiver, function, self._example(node))

    def _example(self, node: ast.expr) -> Any:
        """Return the first element for which the condition of `any(…)` holds."""
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "any" and node.args):
            return None
        inner = node.args[0]
        if not isinstance(inner, ast.GeneratorExp) or not isinstance(inner.generators[0].target, ast.Name):
            return None
        first = inner.generators[0]
        chosen = ast.comprehension(first.target, first.iter, [*first.ifs, inner.elt], 0)
        wanted = ast.Name(inner.generators[0].target.id, ast.Load())
        found = self.value(ast.fix_missing_locations(ast.copy_location(ast.ListComp(wanted, [chosen]), node)))
        return found[0] if isinstance(found, list) and found else None

    def value(self, node: ast.expr) -> Any:
        """Return the value of an expression, UNKNOWN if it fails or would change something."""
        if _changes_something(node):
            return UNKNOWN
        try:
            return eval(_compiled(node), self._names)
        except Exception:
            # The variables may have changed since the condition was evaluated: then there is no value to report.
            return UNKNOWN


def _compared_with_none(test: ast.expr) -> tuple[ast.expr, bool] | None:
    """Return the expression that is compared with None, and whether the test is `is None`."""
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.ops[0], (ast.Is, ast.IsNot)):
        return None
    right = test.comparators[0]
    if not isinstance(right, ast.Constant) or right.value is not None:
        return None
    return test.left, isinstance(test.ops[0], ast.Is)


@cache
def _changes_something(node: ast.expr) -> bool:
    for inner in ast.walk(node):
        if isinstance(inner, (ast.Yield, ast.YieldFrom, ast.Await)):
            return True
        if isinstance(inner, ast.Call):
            name = inner.func.attr if isinstance(inner.func, ast.Attribute) else getattr(inner.func, "id", "")
            if name in _CHANGING and not (name == "next" and isinstance(inner.args[0], ast.GeneratorExp)):
                return True
    return False


@cache
def _compiled(node: ast.expr) -> CodeType:
    return compile(ast.Expression(node), "<condition>", "eval")
