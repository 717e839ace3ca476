"""Records what the reading code does with each candidate, through the trace hook of Python.

The record is a tree: a function call contains the iterations of its loops, and these contain further calls. Where a
function leaves a loop or returns, the record has the parts of the condition that decided.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import CodeType, FrameType, TracebackType
from typing import Any

from graphkit.explain.conditions import Decision, Part
from graphkit.explain.source import Exit, Function, Line, Loop, function_of
from graphkit.model import Statement

#: Modules that are recorded; a name that ends with a dot means all modules of a package.
RECORDED = (
    "graphkit.relations", "graphkit.relations.", "graphkit.discourse.", "graphkit.recognition.names",
    "graphkit.recognition.persons", "graphkit.recognition.posts", "graphkit.recognition.titles",
    "graphkit.recognition.phrases",
)  # fmt: skip
_GENERATOR = 0x20
#: Maximum number of calls that are kept as the origin of a value.
_MOST_CALLS = 12
#: Maximum number of frames without a record between a function and the recorded one that called it.
_MOST_FRAMES = 8


@dataclass(slots=True)
class Outcome:
    """The end of the work on a candidate, or of a call.

    kind: continue, break, return, not accepted (the condition at the end of a loop body is false) or empty (a loop
    without iterations). calls: for each part, the calls that computed its value.
    """

    kind: str
    parts: list[Part]
    calls: list[list[Call]]


@dataclass(slots=True)
class Item:
    """One iteration of a loop. values: the loop variables; names: all variables of the function at the end."""

    loop: Loop
    function: Function
    values: dict[str, Any]
    children: list[Item | Call | Outcome] = field(default_factory=list)
    made: list[Statement] = field(default_factory=list)
    names: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Call:
    """A call of a recorded function. line: where it was called. made: the statements that a generator yielded."""

    function: Function
    arguments: dict[str, Any]
    line: Line
    children: list[Item | Call | Outcome] = field(default_factory=list)
    made: list[Statement] = field(default_factory=list)
    value: Any = None


def calls_in(node: Item | Call) -> Iterator[Call]:
    """Yield all calls below a node, each before those inside it."""
    for child in node.children:
        if isinstance(child, Call):
            yield child
        if not isinstance(child, Outcome):
            yield from calls_in(child)


class Recorder:
    """Records the calls of the reading code while it is active (`with recorder:`), in this thread."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self._functions: dict[CodeType, Function | None] = {}
        self._frames: dict[FrameType, _Frame] = {}
        self._before: Any = None

    def __enter__(self) -> Recorder:
        self._before = sys.gettrace()
        sys.settrace(self._on_call)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        sys.settrace(self._before)
        self._frames.clear()

    def _on_call(self, frame: FrameType, event: str, value: Any) -> Any:
        """Begin the record of a call, or continue that of a generator."""
        code = frame.f_code
        if code not in self._functions:
            module = frame.f_globals.get("__name__", "")
            self._functions[code] = function_of(code, module) if _is_recorded(module) else None
        function = self._functions[code]
        if function is None or event != "call":
            return None
        known = self._frames.get(frame)
        if known is not None:
            return known.on_event
        line, parent = self._caller(frame)
        names = frame.f_locals
        count = code.co_argcount + code.co_kwonlyargcount
        call = Call(function, {name: names.get(name) for name in code.co_varnames[:count]}, line)
        if parent is None:
            self.calls.append(call)
        else:
            parent.add(call)
        started = self._frames[frame] = _Frame(self, call, bool(code.co_flags & _GENERATOR))
        return started.on_event

    def _caller(self, frame: FrameType) -> tuple[Line, _Frame | None]:
        """Return the nearest caller that is recorded, and the line in it."""
        back = frame.f_back
        for _ in range(_MOST_FRAMES):
            if back is None:
                break
            found = self._frames.get(back)
            if found is not None:
                return back.f_lineno, found
            back = back.f_back
        return 0, None

    def ended(self, frame: FrameType) -> None:
        self._frames.pop(frame, None)


def _is_recorded(module: str) -> bool:
    return any(module == name or (name.endswith(".") and module.startswith(name)) for name in RECORDED)


class _Frame:
    """The record of one call while it runs."""

    def __init__(self, recorder: Recorder, call: Call, is_generator: bool) -> None:
        self._recorder = recorder
        self._call = call
        self._is_generator = is_generator
        self._items: list[Item] = []
        #: For each of them, how many of the calls were made before it.
        self._before: list[int] = []
        self._previous: Line = 0
        self._iterated: set[Loop] = set()
        self._calls: list[Call] = []
        #: The last return of the function; what its expression calls is known only at the end.
        self._result: Outcome | None = None

    def add(self, child: Item | Call | Outcome) -> None:
        """Add a child to the current iteration, or to the call."""
        (self._items[-1] if self._items else self._call).children.append(child)
        if isinstance(child, Call):
            self._calls.append(child)

    def on_event(self, frame: FrameType, event: str, value: Any) -> Any:
        if event == "line":
            self._on_line(frame, frame.f_lineno)
        elif event == "return":
            self._on_return(frame, value)
        return self.on_event

    def _on_line(self, frame: FrameType, line: Line) -> None:
        function = self._call.function
        self._leave(frame, line)
        while self._items and not self._items[-1].loop.body <= line <= self._items[-1].loop.end:
            self._close(frame)
        loop = function.bodies.get(line)
        if loop is not None and (not self._items or self._items[-1].loop is not loop):
            self._iterated.add(loop)
            names = frame.f_locals
            item = Item(loop, function, {name: names.get(name) for name in loop.targets})
            self.add(item)
            self._items.append(item)
            self._before.append(len(self._calls))
        found = function.exits.get(line)
        if found is not None:
            self._record(frame, line, found)
        self._previous = line

    def _leave(self, frame: FrameType, line: Line) -> None:
        """Record that the condition at the end of a loop body was false, or that a loop had no iteration."""
        function, previous = self._call.function, self._previous
        tail = function.tails.get(previous)
        if tail is not None and not tail.header <= line <= tail.end:
            self._record(frame, previous, Exit("not accepted", tail.test, False))
        for loop in function.loops:
            if loop.is_header(previous) and not loop.header <= line <= loop.end:
                if loop not in self._iterated:
                    self._record(frame, previous, Exit("empty", loop.over, False))
                self._iterated.discard(loop)

    def _close(self, frame: FrameType) -> None:
        item = self._items.pop()
        # Values do not depend on what earlier iterations computed.
        del self._calls[self._before.pop() :]
        item.names = dict(frame.f_locals)

    def _on_return(self, frame: FrameType, value: Any) -> None:
        if self._is_generator and value is not None:
            if isinstance(value, Statement):
                self._call.made.append(value)
                for item in self._items:
                    item.made.append(value)
            return
        self._leave(frame, 0)
        while self._items:
            self._close(frame)
        self._call.value = value
        if self._result is not None:
            self._result.calls = [self._computed(part) for part in self._result.parts]
        self._recorder.ended(frame)

    def _record(self, frame: FrameType, line: Line, found: Exit) -> None:
        """Record an exit with the parts of its condition and of its result."""
        decision = Decision(self._call.function, {**frame.f_globals, **frame.f_locals}, line)
        parts = decision.parts(found.test, found.holds) if found.test is not None else []
        if found.result is not None and self._call.function.decides:
            parts += decision.parts(found.result, bool(decision.value(found.result)))
        outcome = Outcome(found.kind, parts, [self._computed(part) for part in parts])
        if found.kind != "return":
            self.add(outcome)
        elif self._result is None:
            # A return of several lines is reported once for each of them.
            self.add(outcome)
            self._result = outcome

    def _computed(self, part: Part) -> list[Call]:
        """Return the last calls in the lines that computed a part."""
        found: list[Call] = []
        name = getattr(part.function, "__name__", "")
        for call in reversed(self._calls):
            if name and call.function.name != name and not part.variable:
                continue
            if any(first <= call.line <= last for first, last in part.lines):
                found.insert(0, call)
            elif found or len(found) == _MOST_CALLS:
                break
        return found
