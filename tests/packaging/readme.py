"""The README as a user follows it: its commands in order, and the output that it prints for them."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.M | re.S)
#: What a build of more than ten seconds prints, on a machine with other work.
_PROGRESS = re.compile(r"\d[\d,]* of (?:about )?\d[\d,]* reports, ")
_SECONDS = re.compile(r"\d+(?:\.\d+)? s\b")
END = "--end-of-command--"


@dataclass
class Step:
    """A command, and the output that the README prints for it (empty: none is printed)."""

    command: str
    output: str = ""


@dataclass
class Shell:
    """A bash process that runs commands one after the other; standard output and error are read together."""

    folder: Path
    environment: dict[str, str]
    process: subprocess.Popen[str] = field(init=False)

    def __post_init__(self) -> None:
        self.process = subprocess.Popen(
            ["bash", "--norc", "--noprofile"],
            cwd=self.folder,
            env=self.environment,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def run(self, command: str) -> tuple[int, str]:
        """Exit code and output of a command."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f'{{ {command}\n}} </dev/null\necho "{END} $?"\n')
        self.process.stdin.flush()
        lines: list[str] = []
        for line in self.process.stdout:
            if END in line:
                before, _, code = line.partition(END)
                return int(code), "".join([*lines, before])
            lines.append(line)
        raise AssertionError(f"the shell ended in: {command}\n{''.join(lines)}")

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(60)


def steps(page: Path) -> Iterator[Step]:
    """The commands of the page's `sh` blocks; a `text` block is the output of the command before it."""
    last: Step | None = None
    for kind, body in _BLOCK.findall(page.read_text(encoding="utf-8")):
        if kind == "text":
            assert last is not None, "the page prints output before its first command"
            last.output = body
            continue
        for line in body.splitlines():
            if last is not None:
                yield last
            last = Step(line)
    if last is not None:
        yield last


def same(printed: str, real: str) -> bool:
    """Whether the real output is the printed one, except for durations, progress and spaces at line ends."""

    def normal(text: str) -> list[str]:
        lines = [line.rstrip() for line in text.strip().splitlines() if not _PROGRESS.match(line)]
        return [_SECONDS.sub("N s", line) for line in lines]

    return normal(printed) == normal(real)
