"""`python -m tests.mutation [NAME…]`: plants each bug of mutations.toml in a copy and runs the tests that must find it.

Of the everyday tests (`make test`), the files that the mutation names are run first, then those of the folder of its
code and of the folders that depend on it (WIDER), until the first failure. The exit code is 1 if a bug was not found,
or if its code is no longer in the package.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
FAST = "not corpus and not slow and not server and not browser and not soak"
#: Folder of the package → folders and files of tests that run if the named ones do not find the bug.
WIDER = {
    "reading": ["reading", "relations", "evaluation"],
    "recognition": ["recognition", "discourse", "relations", "phrases", "evaluation"],
    "discourse": ["discourse", "relations", "evaluation"],
    "relations": ["relations", "evaluation", "test_long_inputs"],
    "resolution": ["resolution", "review", "stores", "export", "building"],
    "decisions": ["decisions", "review", "stores"],
    "ledger": ["ledger", "review", "decisions", "building", "test_repair"],
    "review": ["review", "decisions", "stores", "export"],
    "schema": ["schema", "stores", "export"],
    "stores": ["stores", "export", "schema"],
    "export": ["export", "stores", "schema"],
}
SOURCES = (".py", ".js", ".tsv", ".toml")
#: Maximum duration of the tests of one mutation in seconds.
LIMIT = 900


@dataclass(frozen=True, slots=True)
class Mutation:
    """A bug: the text `old`, which occurs once in the package, is replaced by `new`."""

    name: str
    old: str
    new: str
    tests: list[str]


def read_mutations() -> list[Mutation]:
    text = Path(__file__).with_name("mutations.toml").read_text(encoding="utf-8")
    return [Mutation(**m) for m in tomllib.loads(text)["mutation"]]


def files_with(root: Path, words: str) -> list[Path]:
    """Files of the package that contain the text, one entry for each occurrence."""
    sources = [p for p in sorted((root / "graphkit").rglob("*")) if p.suffix in SOURCES]
    return [p for p in sources for _ in range(p.read_text(encoding="utf-8").count(words))]


def files_of_tests(root: Path, names: list[str]) -> list[Path]:
    """Test files with these names, and all test files of folders with these names."""
    tests = root / "tests"
    return sorted(
        {p for n in names for p in ((tests / n).rglob("test_*.py") if (tests / n).is_dir() else tests.rglob(f"{n}.py"))}
    )


def wider_tests(root: Path, code: Path) -> list[Path]:
    folder = code.relative_to(root / "graphkit").parts[0]
    return files_of_tests(root, WIDER.get(folder, [folder]))


def copy_project(folder: Path) -> Path:
    """The files that git tracks, and a link to the folder `shared` next to the copy."""
    copy = folder / "project"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True, text=True
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy / name)
    if (ROOT.parent / "shared").exists():
        (folder / "shared").symlink_to((ROOT.parent / "shared").resolve())
    return copy


def run_tests(copy: Path, files: list[Path]) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-x",
        "-p",
        "no:cacheprovider",
        "-m",
        FAST,
        "--basetemp",
        str(copy.parent / "tmp"),
    ]
    env = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [*command, *map(str, files)], cwd=copy, env=env, capture_output=True, text=True, timeout=LIMIT
    )


def try_mutation(mutation: Mutation) -> tuple[str, str]:
    """`found`, `MISSED` or `not applicable`, and the first failure."""
    if len(files_with(ROOT, mutation.old)) != 1:
        return "not applicable", f"its code stands {len(files_with(ROOT, mutation.old))} times in the package"
    with tempfile.TemporaryDirectory(prefix="graphkit-mutation-") as folder:
        copy = copy_project(Path(folder))
        (path,) = files_with(copy, mutation.old)
        path.write_text(path.read_text(encoding="utf-8").replace(mutation.old, mutation.new), encoding="utf-8")
        named = files_of_tests(copy, mutation.tests)
        for files in (named, [p for p in wider_tests(copy, path) if p not in named]):
            try:
                done = run_tests(copy, files)
            except subprocess.TimeoutExpired:
                return "found", f"no end after {LIMIT} s"
            failed = next((line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))), "")
            if done.returncode == 1 and failed:
                return "found", failed.partition(" - ")[0].removeprefix("FAILED ")
            if done.returncode not in (0, 5):
                return "not applicable", (done.stdout + done.stderr)[-400:]
    return "MISSED", ""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="only mutations with one of these words in their name")
    parser.add_argument("--jobs", type=int, default=2)
    chosen = parser.parse_args(arguments)
    mutations = [m for m in read_mutations() if not chosen.names or any(n in m.name for n in chosen.names)]
    counts = {"found": 0, "MISSED": 0, "not applicable": 0}
    started = time.monotonic()
    with ThreadPoolExecutor(chosen.jobs) as pool:
        for mutation, (result, words) in zip(mutations, pool.map(try_mutation, mutations), strict=True):
            counts[result] += 1
            print(f"{result:15} {mutation.name}: {words}", flush=True)
    print(f"{counts} in {time.monotonic() - started:.0f} s")
    return 0 if counts["found"] == len(mutations) else 1


if __name__ == "__main__":
    sys.exit(main())
