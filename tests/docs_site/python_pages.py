"""Runs the Python code of a tutorial in order, and compares what it prints with the output that the page shows.

    python -m tests.docs_site.python_pages docs/tutorials/political-scientist.md

writes the real outputs into the page and into its Chinese counterpart, which has the same blocks.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.conftest import ROOT

#: A block of Python code, and the block behind it with what the code prints, if there is one.
_CODE = re.compile(r"^```python\n(?P<code>.*?)^```\n(?:\n```text\n(?P<output>.*?)^```\n)?", re.M | re.S)
_SHELL = re.compile(r"^```bash\n(.*?)^```$", re.M | re.S)


def prepare(page: str, folder: Path) -> None:
    """Run the commands of a page that write its data."""
    for line in "\n".join(_SHELL.findall(page)).splitlines():
        if line.startswith("python examples/"):
            _, script, *arguments = line.split()
            subprocess.run(
                [sys.executable, str(ROOT / script), *arguments], cwd=folder, check=True, capture_output=True
            )


def outputs(page: str, folder: Path) -> Iterator[tuple[str, str, str]]:
    """Run the blocks of a page in a folder and yield their code, the printed output and the output of the page."""
    names: dict[str, Any] = {"__name__": "tutorial"}
    with contextlib.chdir(folder):
        for block in _CODE.finditer(page):
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                exec(compile(block["code"], "<tutorial>", "exec"), names)
            yield block["code"], printed.getvalue(), block["output"] or ""


def with_outputs(page: str, folder: Path) -> str:
    """Return a page with the real outputs of its code."""
    prepare(page, folder)
    real = iter(list(outputs(page, folder)))

    def block(found: re.Match[str]) -> str:
        code, printed, _ = next(real)
        return f"```python\n{code}```\n" + (f"\n```text\n{printed}```\n" if printed else "")

    return _CODE.sub(block, page)


def main(path: Path) -> None:
    """Write the outputs into a page and its Chinese counterpart, and its pictures into docs/pictures."""
    os.environ.pop("GRAPHKIT_EXTRACTOR", None)
    with tempfile.TemporaryDirectory() as folder:
        page = with_outputs(path.read_text(encoding="utf-8"), Path(folder))
        path.write_text(page, encoding="utf-8")
        pictures = re.findall(r'savefig\("([^"]+)"', page)
        shown = re.findall(r"\]\((\S+\.png)\)", page)
        for name, target in zip(pictures, shown, strict=True):
            (path.parent / target).write_bytes((Path(folder) / name).read_bytes())
    chinese = path.with_suffix(".zh.md")
    blocks = iter([m.group() for m in _CODE.finditer(page)])
    text = chinese.read_text(encoding="utf-8")
    chinese.write_text(_CODE.sub(lambda _: next(blocks), text), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
