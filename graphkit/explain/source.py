"""What the source code of a function says: its loops, and the conditions under which it leaves one.

All line numbers are those of the file, as the trace hook reports them.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import CodeType

#: The number of a line in its file.
Line = int


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop over candidates. `header` is its first line, `body` the first line of its body, `end` its last line."""

    header: Line
    body: Line
    end: Line
    targets: tuple[str, ...]
    over: ast.expr

    def is_header(self, line: Line) -> bool:
        return self.header <= line < self.body


@dataclass(frozen=True, slots=True)
class Exit:
    """A statement that ends the work on a candidate or returns a result.

    test: the condition that leads there; None if there is none. holds: whether the condition is true then.
    result: the expression that is returned, if it is more than a name or constant.
    """

    kind: str
    test: ast.expr | None
    holds: bool
    result: ast.expr | None = None


@dataclass(frozen=True, slots=True)
class Tail:
    """An `if` without `else` that ends a loop body or yields; a false test means that a candidate is not accepted."""

    header: Line
    body: Line
    end: Line
    test: ast.expr


@dataclass(slots=True)
class Function:
    """The loops and conditions of one function."""

    name: str
    module: str
    documentation: str
    #: Whether it is a rule or a part of one: a generator of statements.
    makes_statements: bool
    #: Whether its result is a decision: a truth value, or something that may be missing.
    decides: bool
    bodies: dict[Line, Loop] = field(default_factory=dict)
    loops: list[Loop] = field(default_factory=list)
    exits: dict[Line, Exit] = field(default_factory=dict)
    tails: dict[Line, Tail] = field(default_factory=dict)
    #: First and last line of each assignment, with the variables and the value.
    assignments: list[tuple[Line, Line, tuple[str, ...], ast.expr | None]] = field(default_factory=list)

    @property
    def title(self) -> str:
        """Module and name without the package, as in the names of rules: visits.at_stop."""
        return f"{self.module.rpartition('.')[2]}.{self.name}"

    def assigned(self, variable: str, depth: int = 2) -> list[tuple[Line, Line]]:
        """Return the lines of the assignments to a variable, and to the variables in their values."""
        found = []
        for first, last, names, value in self.assignments:
            if variable in names:
                found.append((first, last))
                for name in _names(value) if value is not None and depth else ():
                    found += self.assigned(name, depth - 1) if name != variable else []
        return found

    def value_of(self, variable: str, line: Line) -> ast.expr | None:
        """Return the expression of the last assignment to this variable alone in front of a line."""
        before = [
            (first, names, value) for first, _, names, value in self.assignments if variable in names and first < line
        ]
        _, names, value = max(before, key=lambda found: found[0], default=(0, (), None))
        return value if names == (variable,) else None


def function_of(code: CodeType, module: str) -> Function | None:
    """Return what the source says of a function of the package; None for a lambda, a comprehension or a class body."""
    return _functions(code.co_filename, module).get((code.co_name, code.co_firstlineno))


@cache
def _functions(file: str, module: str) -> dict[tuple[str, int], Function]:
    """Return the functions of a file by name and first line (that of the first decorator)."""
    try:
        tree = ast.parse(Path(file).read_text(encoding="utf-8"))
    except OSError:
        # Without its source, for example in a zip archive, a function is not explained.
        return {}
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            found[node.name, first] = _read(node, module)
    return found


def _read(node: ast.FunctionDef, module: str) -> Function:
    returns = ast.unparse(node.returns) if node.returns is not None else ""
    decides = returns == "bool" or returns.endswith("| None")
    documentation = ast.get_docstring(node) or ""
    function = Function(node.name, module, documentation, returns == "Iterator[Statement]", decides)
    _read_block(function, node.body, None, in_loop=False)
    return function


def _read_block(
    function: Function, block: list[ast.stmt], test: tuple[ast.expr, bool] | None, *, in_loop: bool
) -> None:
    """Read the statements of a block. test: the condition of the block; in_loop: whether it is the body of a loop."""
    for statement in block:
        _read_exit(function, statement, test)
        _read_assignments(function, statement)
        if isinstance(statement, ast.For):
            _read_loop(function, statement, _names(statement.target), statement.iter)
            _read_block(function, statement.body, None, in_loop=True)
        elif isinstance(statement, ast.While):
            targets = tuple(n.target.id for n in ast.walk(statement.test) if isinstance(n, ast.NamedExpr))
            if targets:
                _read_loop(function, statement, targets, statement.test)
            _read_block(function, statement.body, None, in_loop=True)
        elif isinstance(statement, ast.If):
            _read_block(function, statement.body, (statement.test, True), in_loop=False)
            _read_block(function, statement.orelse, (statement.test, False), in_loop=False)
            if not statement.orelse and ((in_loop and statement is block[-1]) or _yields(statement)):
                body, end = statement.body[0].lineno, statement.body[-1].end_lineno or statement.lineno
                tail = Tail(statement.lineno, body, end, statement.test)
                function.tails.update(dict.fromkeys(range(statement.lineno, body), tail))
        elif isinstance(statement, (ast.With, ast.Try)):
            _read_block(function, statement.body, test, in_loop=in_loop)


def _read_exit(function: Function, statement: ast.stmt, test: tuple[ast.expr, bool] | None) -> None:
    condition, holds = test or (None, True)
    if isinstance(statement, (ast.Continue, ast.Break)) and condition is not None:
        kind = "continue" if isinstance(statement, ast.Continue) else "break"
        function.exits[statement.lineno] = Exit(kind, condition, holds)
    elif isinstance(statement, ast.Return):
        value = statement.value
        result = None if value is None or isinstance(value, (ast.Constant, ast.Name, ast.List, ast.Tuple)) else value
        function.exits[statement.lineno] = Exit("return", condition, holds, result)


def _read_loop(function: Function, node: ast.For | ast.While, targets: tuple[str, ...], over: ast.expr) -> None:
    loop = Loop(node.lineno, node.body[0].lineno, node.end_lineno or node.lineno, targets, over)
    function.loops.append(loop)
    function.bodies[loop.body] = loop


def _read_assignments(function: Function, statement: ast.stmt) -> None:
    last = statement.end_lineno or statement.lineno
    if isinstance(statement, ast.Assign):
        names = tuple(name for target in statement.targets for name in _names(target))
        function.assignments.append((statement.lineno, last, names, statement.value))
    elif isinstance(statement, (ast.AnnAssign, ast.AugAssign)):
        value = statement.value if isinstance(statement, ast.AnnAssign) else None
        function.assignments.append((statement.lineno, last, _names(statement.target), value))
    if isinstance(statement, ast.If):
        for node in ast.walk(statement.test):
            if isinstance(node, ast.NamedExpr):
                end = statement.body[0].lineno - 1
                function.assignments.append((statement.lineno, end, (node.target.id,), node.value))


def _yields(block: ast.stmt) -> bool:
    return any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in ast.walk(block))


def _names(target: ast.expr) -> tuple[str, ...]:
    return tuple(node.id for node in ast.walk(target) if isinstance(node, ast.Name))
