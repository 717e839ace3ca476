"""Measures that reading and extraction take time in proportion to the length of a report, for many kinds of long input.

    python -m benchmarks.long_inputs [--families NAME…] [--sizes 10000 20000 40000] [--rounds 5] [--megabyte]

Each input is written to a file and processed as by `graphkit extract`: reading, recognition, statements, JSON lines.
Time is processor time (median of the rounds), so that other programs have little influence. The exit code is 1 if
doubling the length multiplies the time by more than 2.3, or if 1 MB needs 30 seconds or 1 GiB.
"""

from __future__ import annotations

import argparse
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from benchmarks.long_input_families import Family, chosen
from graphkit.building import Outcome, read_in_chunks
from graphkit.cli.extract import ExtractFormat, _lines
from graphkit.encoder.session import shared_encoder
from graphkit.extractors import Extractor, load_extractor

#: Bounds of issue 22, bar 5.
LARGEST_RATIO = 2.3
MEGABYTE_SECONDS = 30.0
MEGABYTE_MEMORY = 1024
#: Seconds of one round after which no more rounds are measured, because the bound is violated.
TOO_LONG = 60.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--families", nargs="*", default=[], help="names of families, or how they begin (default: all)")
    parser.add_argument("--sizes", nargs="*", type=int, default=[10_000, 20_000, 40_000], help="lengths in characters")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of which the median counts")
    parser.add_argument(
        "--megabyte", action="store_true", help="measure 1 MB of each family in a process of its own instead"
    )
    arguments = parser.parse_args()
    families = chosen(arguments.families)
    failed = megabytes(families) if arguments.megabyte else growth(families, sorted(arguments.sizes), arguments.rounds)
    print(f"{len(families)} families, {len(failed)} beyond the bounds" + (f": {' '.join(failed)}" if failed else ""))
    sys.exit(1 if failed else 0)


def growth(families: Iterable[Family], sizes: list[int], rounds: int) -> list[str]:
    """Prints the time for each size and the ratio for each doubling; names of the families beyond the bound."""
    extractor = load_extractor()
    failed = []
    print(f"{'family':32} " + " ".join(f"{size:>9,}" for size in sizes) + "   time for each doubling", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        _extract(_written(folder, Family("warm-up", "青石"), 100), extractor)
        for family in families:
            times = _times([_written(folder, family, size) for size in sizes], extractor, rounds)
            ratios = [_per_doubling(a, b, s, t) for a, b, s, t in zip(times, times[1:], sizes, sizes[1:], strict=False)]
            bad = any(r > LARGEST_RATIO for r in ratios) or len(times) < len(sizes)
            failed += [family.name] if bad else []
            print(
                f"{family.name:32} "
                + " ".join(f"{t:9.3f}" for t in times)
                + "   "
                + " ".join(f"{r:5.2f}" for r in ratios)
                + (" TOO MUCH" if bad else ""),
                flush=True,
            )
    return failed


def _times(paths: list[Path], extractor: Extractor, rounds: int) -> list[float]:
    """Median processor time of each file; the files take turns."""
    found: list[list[float]] = [[] for _ in paths]
    for _ in range(rounds):
        for number, path in enumerate(paths):
            found[number].append(_extract(path, extractor))
            if found[number][-1] > TOO_LONG:
                return [statistics.median(f) for f in found if f]
    return [statistics.median(f) for f in found]


def _extract(path: Path, extractor: Extractor) -> float:
    """Processor seconds of `graphkit extract` on a file. Nothing is reused from the files before it."""
    shared_encoder().forget()
    extractor = load_extractor(extractor.name)
    started = time.process_time()
    outcome = Outcome()
    for reading in read_in_chunks([path], extractor, outcome):
        for _ in _lines(reading, ExtractFormat.jsonl, True):
            pass
    return time.process_time() - started


def _per_doubling(first: float, second: float, size: int, longer: int) -> float:
    """How much the time grows for each doubling between two sizes."""
    return float((second / first) ** (1 / math.log2(longer / size)))


def _written(folder: str, family: Family, size: int) -> Path:
    path = Path(folder) / f"{family.name}-{size}{family.ending}"
    path.write_text(family.text(size), encoding="utf-8")
    return path


def megabytes(families: Iterable[Family]) -> list[str]:
    """Prints time and memory of `graphkit extract` for 1 MB of each family; returns the families beyond a limit."""
    failed = []
    print(f"{'family':32} {'seconds':>9} {'MiB':>7}  exit code", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for family in families:
            path = Path(folder) / f"megabyte{family.ending}"
            path.write_bytes(one_megabyte(family))
            seconds, memory, code = _process(path)
            bad = seconds > MEGABYTE_SECONDS or memory > MEGABYTE_MEMORY
            failed += [family.name] if bad else []
            print(f"{family.name:32} {seconds:9.1f} {memory:7.0f}  {code}" + (" TOO MUCH" if bad else ""), flush=True)
    return failed


def one_megabyte(family: Family) -> bytes:
    """A text of the family with about 1,000,000 bytes."""
    short = family.text(3000)
    return family.text(int(1_000_000 * len(short) / len(short.encode()))).encode()


def _process(path: Path) -> tuple[float, float, int]:
    """Processor seconds, largest memory in MiB and exit code of `graphkit extract`, start of the program included."""
    command = [sys.executable, "-m", "graphkit", "extract", str(path), "--format", "jsonl", "--all-status"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, process.returncode


if __name__ == "__main__":
    main()
