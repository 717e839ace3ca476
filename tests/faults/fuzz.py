"""Mutated inputs: each is accepted or rejected with a reason, in bounded time and memory.

`python -m tests.faults.fuzz --number 10000` runs them in processes of some hundred inputs; the tests run a few. Inputs
that once failed are kept in tests/faults/found and are tried first.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

import graphkit
from graphkit.errors import GraphkitError
from graphkit.extractors import checked, load_extractor
from graphkit.ledger.store import FILE
from graphkit.model import Failure, Ignored, NoReport, Report
from graphkit.reading import count_inputs, cut, read_piece
from graphkit.repair import repair

ROOT = Path(__file__).parent.parent.parent
SHARED = ROOT.parent / "shared"
FOUND = Path(__file__).parent / "found"
#: Maximum duration of one input in seconds, and maximum address space of the process in bytes.
LONGEST = 10
MEMORY = 6 * 1024**3
#: Number of inputs per process.
BATCH = 500

#: Sequences that are difficult to read: punctuation, text direction, surrogates, long numbers, markup, queries.
PIECES = (
    "\x00",
    "\u202e",
    "\u2066",
    "\ufeff",
    "\ud800",
    "\U0001f600",
    "\u3000" * 50,
    "“" * 30,
    "”",
    "《",
    "》" * 20,
    "（" * 40,
    "、" * 200,
    "。" * 100,
    "\r",
    "\n\n\n",
    "\t",
    "9" * 400,
    "一" * 500,
    "3月32日",
    "0年13月",
    "市委书记" * 30,
    "王" * 300,
    "1.7亿" * 50,
    "他强调，" * 60,
    "项目" * 200,
    "a" * 5000,
    "<script>alert(1)</script>",
    "<!--",
    "]]>",
    "&#x110000;",
    "&" * 100,
    "'; DROP TABLE report; --",
    "\\",
    '"',
    "{",
    "[" * 2000,
    "\x1b[31m",
    "=cmd|' /C calc'!A0",
    "①②③",
    "第" * 100,
    "·" * 50,
    "\u0301" * 200,
)


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The data with some bytes changed, removed, repeated or truncated, or with a problematic sequence inserted."""
    found = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        at = chance.randrange(len(found) + 1)
        size = min(len(found) - at, chance.choice((1, 2, 8, 100, 2000)))
        how = chance.randrange(7)
        if how == 0:
            found[at : at + size] = chance.randbytes(size)
        elif how == 1:
            del found[at : at + size]
        elif how == 2:
            found[at:at] = found[at : at + size] * chance.choice((1, 2, 50))
        elif how == 3:
            del found[at:]
        elif how == 4:
            encoding, errors = chance.choice(
                (
                    ("utf-8", "surrogatepass"),
                    ("utf-16-le", "surrogatepass"),
                    ("utf-8", "replace"),
                    ("gb18030", "replace"),
                )
            )
            found[at:at] = chance.choice(PIECES).encode(encoding, errors)
        elif how == 5 and at < len(found):
            found[at] ^= 1 << chance.randrange(8)
        else:
            other = chance.randrange(len(found) + 1)
            found[at:at] = found[other : other + size]
    return bytes(found[:2_000_000])


def mixed(text: str, chance: random.Random) -> str:
    """A text with problematic sequences inserted and its sentences in another order."""
    parts = [p for p in text.replace("。", "。\x1f").split("\x1f") if p]
    for _ in range(chance.choice((1, 3, 10))):
        parts.insert(chance.randrange(len(parts) + 1), chance.choice((*PIECES, chance.choice(parts))))
    if chance.random() < 0.3:
        chance.shuffle(parts)
    return "".join(parts)


def read(path: Path) -> str:
    """The result of reading a file: the number of reports, or the reason of the failure."""
    reports = reasons = 0
    extractor = load_extractor()
    assert count_inputs([path]) >= 0
    for item in (item for part in cut([path]) for piece in part for item in read_piece(piece)):
        if isinstance(item, Report):
            reports += 1
            for reading in checked(extractor.read([item])):
                for statement in reading.statements:
                    assert item.text[statement.start : statement.end].strip()
        else:
            assert isinstance(item, (Failure, Ignored, NoReport))
            assert item.reason
            assert item.source
            reasons += 1
    assert reports or reasons, "neither a report nor a reason"
    return "accepted" if reports else "refused"


class Fuzz:
    """Inputs of every kind, derived from real reports if ../shared exists, otherwise from the examples."""

    def __init__(self, chance: random.Random, folder: Path) -> None:
        self._chance = chance
        self._folder = folder
        self._files = sorted(
            p
            for p in [*(ROOT / "examples").rglob("*"), *(SHARED / "raw").rglob("*")]
            if p.is_file() and p.suffix in (".txt", ".html", ".htm", ".jsonl", ".csv", ".docx", ".pdf", ".zip")
        )
        texts = [
            json.loads(line)["text"]
            for p in self._files
            if p.suffix == ".jsonl"
            for line in p.read_text(encoding="utf-8", errors="ignore").splitlines()
            if line.startswith("{")
        ]
        gold = SHARED / "gold" / "dev.reports.jsonl"
        if gold.exists():
            texts += [json.loads(line)["text"] for line in gold.read_text(encoding="utf-8").splitlines()]
        self._texts = [t for t in texts if isinstance(t, str)] + [
            p.read_text(encoding="utf-8") for p in self._files if p.suffix == ".txt" and ROOT in p.parents
        ]
        self._graph = folder / "graph"
        with graphkit.open(self._graph, create=True) as graph:
            graph.build(ROOT / "examples" / "reports")
            self._words = [e.name for e in graph.entities()][:50]
            self._opened = graphkit.open(self._graph)
            self._opened.cypher("RETURN 1 AS n")
            self._opened.sparql("ASK {}")

    def one(self) -> tuple[str, str]:
        """Generates and tries one input; returns its kind and the result."""
        kinds: list[tuple[Callable[[], tuple[str, str]], int]] = [
            (self._file, 40),
            (self._text, 24),
            (self._lines, 14),
            (self._archive, 6),
            (self._docx, 6),
            (self._ledger, 4),
            (self._parameter, 6),
        ]
        make = self._chance.choices([k for k, _ in kinds], [w for _, w in kinds])[0]
        return make()

    def _write(self, ending: str, data: bytes) -> Path:
        path = self._folder / f"input{ending}"
        path.write_bytes(data)
        return path

    def _file(self) -> tuple[str, str]:
        path = self._chance.choice(self._files)
        return path.suffix, read(self._write(path.suffix, mutated(path.read_bytes(), self._chance)))

    def _text(self) -> tuple[str, str]:
        text = mixed(self._chance.choice(self._texts), self._chance)
        return "text", read(
            self._write(".txt", text.encode(self._chance.choice(("utf-8", "gb18030", "utf-16")), "replace"))
        )

    def _lines(self) -> tuple[str, str]:
        records = [
            {
                "id": self._odd(),
                "text": mixed(self._chance.choice(self._texts), self._chance),
                "date": self._odd(),
                "title": self._odd(),
                "publisher": self._odd(),
            }
            for _ in range(2)
        ]
        data = "\n".join(json.dumps(r, ensure_ascii=self._chance.random() < 0.5) for r in records).encode(
            "utf-8", "surrogatepass"
        )
        return "lines", read(
            self._write(".jsonl", data if self._chance.random() < 0.6 else mutated(data, self._chance))
        )

    def _odd(self) -> object:
        return self._chance.choice(("", None, 7, "2024-02-30", "二〇二四年二月", [], {}, True, 1e308, *PIECES))

    def _archive(self) -> tuple[str, str]:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for n in range(3):
                name = self._chance.choice(
                    ("a.txt", "../b.txt", "/c.txt", "d.html", "e.zip", "报道.txt", "\u202ef.txt", "g" * 300 + ".txt")
                )
                archive.writestr(
                    f"{n}{name}" if self._chance.random() < 0.7 else name,
                    mixed(self._chance.choice(self._texts), self._chance).encode("utf-8", "replace"),
                )
        data = out.getvalue()
        return "zip", read(self._write(".zip", data if self._chance.random() < 0.4 else mutated(data, self._chance)))

    def _docx(self) -> tuple[str, str]:
        import docx

        out = io.BytesIO()
        document = docx.Document()
        for part in mixed(self._chance.choice(self._texts), self._chance).split("。"):
            document.add_paragraph("".join(c for c in part if c >= " " and not 0xD800 <= ord(c) < 0xE000))
        document.save(out)
        data = out.getvalue()
        return "docx", read(self._write(".docx", data if self._chance.random() < 0.4 else mutated(data, self._chance)))

    def _ledger(self) -> tuple[str, str]:
        """A damaged ledger is rejected with a reason or read; after a repair it is a valid graph."""
        graph = self._folder / "damaged"
        shutil.rmtree(graph, ignore_errors=True)
        graph.mkdir()
        with sqlite3.connect(self._graph / FILE) as db, sqlite3.connect(graph / FILE) as copy:
            db.backup(copy)
        copy.close()
        (graph / FILE).write_bytes(mutated((graph / FILE).read_bytes(), self._chance))
        how = "accepted"
        try:
            with graphkit.open(graph) as opened:
                opened.ledger.check()
                opened.export("nquads", io.BytesIO())
                list(opened.validate(shacl=False))
        except GraphkitError as error:
            assert str(error)
            how = "refused"
        try:
            repair(graph)
        except GraphkitError as error:
            assert any(w in str(error) for w in ("another program", "newer graphkit")), error
            return "ledger", how
        with graphkit.open(graph) as opened:
            opened.ledger.check()
            assert list(opened.validate(shacl=False)) == []
        return "ledger", how

    def _parameter(self) -> tuple[str, str]:
        value = self._chance.choice((*PIECES, *self._words, mixed(self._chance.choice(self._texts), self._chance)))
        query = self._chance.choice(
            (
                "MATCH (n) WHERE n.name = $x RETURN n.name AS name",
                f"MATCH (n {{name: '{value}'}}) RETURN n",
                value,
                "RETURN $x AS x",
            )
        )
        sparql = self._chance.choice(
            ("SELECT ?s WHERE { ?s rdfs:label ?x }", f'SELECT ?s WHERE {{ ?s rdfs:label "{value}" }}', value)
        )
        how = "accepted"
        for ask, words in ((self._opened.cypher, query), (self._opened.sparql, sparql)):
            try:
                ask(words, x=value)
            except GraphkitError as error:
                assert str(error)
                how = "refused"
        return "query", how


def _too_long(_: int, __: FrameType | None) -> None:
    raise TimeoutError(f"more than {LONGEST} s")


def batch(seed: int, number: int) -> Counter[str]:
    """Tries `number` inputs in this process. Raises for the first one that causes a failure, and keeps it."""
    signal.signal(signal.SIGALRM, _too_long)
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        fuzz = Fuzz(random.Random(seed), Path(name))
        for n in range(number):
            signal.alarm(LONGEST)
            try:
                kind, how = fuzz.one()
            except BaseException:
                print(f"seed {seed}, input {n}", file=sys.stderr)
                for path in Path(name).glob("input.*"):
                    shutil.copy(path, Path(tempfile.gettempdir()) / f"graphkit-fuzz-{seed}-{n}{path.suffix}")
                raise
            finally:
                signal.alarm(0)
            counts[f"{kind} {how}"] += 1
    return counts


def batches(number: int, first: int) -> Iterator[Counter[str]]:
    """Runs batches in separate processes, so that a crash ends one batch only."""
    for seed in range(first, first + -(-number // BATCH)):
        done = subprocess.run(
            [sys.executable, "-m", "tests.faults.fuzz", "--batch", str(seed), "--number", str(min(BATCH, number))],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"seed {seed} ended with {done.returncode}:\n{done.stderr[-3000:]}"
        yield Counter(json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=1, help="seed of the first batch")
    parser.add_argument("--batch", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.batch is not None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        counts = batch(chosen.batch, chosen.number)
        counts["MiB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(json.dumps(counts))
        return
    total: Counter[str] = Counter()
    most = 0
    for counts in batches(chosen.number, chosen.first):
        most = max(most, counts.pop("MiB"))
        total += counts
    print(f"{total.total()} inputs, {most} MiB at most; " + ", ".join(f"{k} {v}" for k, v in sorted(total.items())))


if __name__ == "__main__":
    main()
