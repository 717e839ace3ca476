"""Results that take minutes are computed once and shared by all test processes and runs.

They depend only on the package and on data. A result is a folder under `~/.cache/graphkit/tests` whose name contains a
hash of all files that it depends on. Only the newest folder of each name is kept. With `GRAPHKIT_TEST_CACHE=off` every
run of pytest computes the results again.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).parent.parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "graphkit" / "tests"
_IGNORED = {"__pycache__", "explorer"}


def package_files() -> list[Path]:
    """Code and data of the package without the page, and the pinned versions of what it uses."""
    found = [p for p in (ROOT / "graphkit").rglob("*") if p.is_file() and not _IGNORED & set(p.parts)]
    return [*found, *(ROOT / "schemas").rglob("*.toml"), ROOT / "constraints.txt"]


def digest(paths: Iterable[Path]) -> str:
    """Hash of the names and bytes of files."""
    found = hashlib.sha256()
    for path in sorted(paths):
        name = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path.name
        found.update(f"{name}\0{path.stat().st_size}\0".encode())
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                found.update(block)
    return found.hexdigest()[:16]


def cached(name: str, data: Iterable[Path], make: Callable[[Path], None], folder: Path = CACHE) -> Path:
    """The folder `name`, filled by `make` when the package or `data` has changed. Other processes wait for it."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = folder / f"{name}-{digest([*package_files(), *data])}"
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if wanted.is_dir():
            return wanted
        for old in folder.glob(f"{name}-*"):
            shutil.rmtree(old, ignore_errors=True)
        unfinished = folder / f"{name}-unfinished"
        unfinished.mkdir()
        make(unfinished)
        unfinished.rename(wanted)
    return wanted
