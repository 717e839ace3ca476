"""Calibrates the confidence of rules: `python -m graphkit.training.calibration` (`make calibrate`).

The precision of each rule is measured on the gold data (a statement is correct if a gold triple, core or optional,
matches it) and on manually checked samples of the corpus (`judged_statements.tsv`: report, subject, relation, object, 1
or 0). The reliability table comes from five-fold cross-validation over the reports.
"""

from __future__ import annotations

import argparse
import itertools
import random
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from graphkit.building import Outcome, read_in_chunks
from graphkit.evaluation.gold import gold_record, read_records
from graphkit.evaluation.scoring import explained
from graphkit.extractors import load_extractor
from graphkit.files.output import write_output
from graphkit.model import Report, Statement, Status
from graphkit.reading import read_paths
from graphkit.relations import confidence

JUDGED = Path(__file__).parent / "data" / "judged_statements.tsv"
FOLDS = 5
#: Weight of the confidence before calibration, in statements.
PRIOR = 10.0
BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1.01)


@dataclass(frozen=True, slots=True)
class Judged:
    """A statement and whether it is correct. first: the confidence of the rule before calibration."""

    report: str
    rule: str
    relation: str
    first: float
    right: bool

    @property
    def key(self) -> tuple[str, str, str]:
        return self.rule, self.relation, f"{self.first:.2f}"


def from_gold(gold: Path, reports: Path) -> list[Judged]:
    """Return the actual statements of the gold reports."""
    expected = {r["id"]: r["relations"] for r in read_records(gold)}
    found = []
    for reading in read_in_chunks([reports], load_extractor(), Outcome()):
        triples = expected.get(reading.report.id, [])
        kept = [s for s in reading.statements if s.status is Status.ACTUAL]
        rows = gold_record(reading)["relations"]
        right = {(row["s"], row["r"], row["o"]) for row, hit in zip(rows, explained(triples, rows), strict=True) if hit}
        for s in kept:
            value = f"{s.kind}={s.object.name}" if s.kind else s.object.name
            found.append(_judged(s, (s.subject.name, s.relation, value) in right))
    return found


def from_samples(judged: Path, reports: Path) -> list[Judged]:
    """Return the manually checked statements of the corpus."""
    verdicts: dict[str, dict[tuple[str, str, str], bool]] = defaultdict(dict)
    for line in judged.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            report, subject, relation, obj, right = line.split("\t")
            verdicts[report][subject, relation, obj] = right == "1"
    wanted = [r for r in read_paths([reports]) if isinstance(r, Report) and r.id in verdicts]
    found = []
    for reading in load_extractor().read(wanted):
        for s in reading.statements:
            value = f"{s.kind}={s.object.name}" if s.kind else s.object.name
            verdict = verdicts[s.report].get((s.subject.name, s.relation, value))
            if verdict is not None and s.status is Status.ACTUAL:
                found.append(_judged(s, verdict))
    return found


def _judged(s: Statement, right: bool) -> Judged:
    return Judged(s.report, s.rule, s.relation, s.confidence, right)


def shares(judged: Iterable[Judged]) -> dict[tuple[str, str, str], tuple[float, int]]:
    """Return (precision, number of statements) by (rule, relation, confidence before calibration).

    The precision is a weighted average with the confidence before calibration, whose weight is PRIOR.
    """
    right: defaultdict[tuple[str, str, str], list[bool]] = defaultdict(list)
    for j in judged:
        right[j.key].append(j.right)
    return {k: (min(0.98, (sum(v) + PRIOR * float(k[2])) / (len(v) + PRIOR)), len(v)) for k, v in sorted(right.items())}


def held_out(judged: Sequence[Judged]) -> list[tuple[float, bool]]:
    """Return for each statement the confidence that was measured on the other folds, and whether it is correct."""
    ids = sorted({j.report for j in judged})
    random.Random(3).shuffle(ids)
    fold = {r: k % FOLDS for k, r in enumerate(ids)}
    tables = [shares(j for j in judged if fold[j.report] != k) for k in range(FOLDS)]
    return [(tables[fold[j.report]].get(j.key, (j.first, 0))[0], j.right) for j in judged]


def reliability(pairs: Iterable[tuple[float, bool]]) -> list[tuple[str, int, float, float]]:
    """Return (bin, number, mean confidence, share of correct statements) of the bins with statements."""
    rows = []
    pairs = list(pairs)
    for low, high in itertools.pairwise(BINS):
        inside = [(c, r) for c, r in pairs if low <= c < high]
        if inside:
            rows.append(
                (
                    f"{low:.2f}–{min(high, 1.0):.2f}",
                    len(inside),
                    sum(c for c, _ in inside) / len(inside),
                    sum(r for _, r in inside) / len(inside),
                )
            )
    return rows


def plot(rows: Sequence[tuple[str, int, float, float]]) -> str:
    """Return the reliability table as an SVG image: share of correct statements by mean confidence."""

    def x(v: float) -> float:
        return 50 + 300 * v

    def y(v: float) -> float:
        return 350 - 300 * v

    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="400" font-family="sans-serif" font-size="11">',
        '<rect width="400" height="400" fill="white"/>',
        f'<path d="M{x(0)} {y(0)} L{x(1)} {y(1)}" stroke="#999" stroke-dasharray="4"/>',
        f'<path d="M{x(0)} {y(1)} V{y(0)} H{x(1)}" stroke="black" fill="none"/>',
        '<text x="200" y="390" text-anchor="middle">confidence</text>',
        '<text x="14" y="200" transform="rotate(-90 14 200)" text-anchor="middle">share of correct statements</text>',
    ]
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        parts += [
            f'<text x="{x(tick)}" y="365" text-anchor="middle">{tick}</text>',
            f'<text x="44" y="{y(tick) + 4}" text-anchor="end">{tick}</text>',
        ]
    for _, number, mean, share in rows:
        parts.append(
            f'<circle cx="{x(mean):.1f}" cy="{y(share):.1f}" r="{3 + number**0.5 / 6:.1f}" fill="#1f5fa8" '
            f'fill-opacity="0.7"><title>{number} statements</title></circle>'
        )
    return "\n".join([*parts, "</svg>"]) + "\n"


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description="Measure the precision of each rule, and write the confidence table.")
    parser.add_argument("--gold", type=Path, required=True)
    parser.add_argument("--reports", type=Path, required=True, help="the reports that the gold file annotates")
    parser.add_argument("--corpus", type=Path, required=True, help="the reports of judged.tsv")
    parser.add_argument("--plot", type=Path, help="write the reliability plot, SVG")
    options = parser.parse_args(arguments)
    # The confidence before calibration is needed, not that of an earlier table.
    confidence.FILE.unlink(missing_ok=True)
    judged = from_gold(options.gold, options.reports) + from_samples(JUDGED, options.corpus)
    table = shares(j for j in judged if j.relation != "emphasized")
    lines = ["# rule, relation, first value, share of right statements, statements judged. Made by `make calibrate`."]
    lines += ["\t".join((*key, f"{share:.2f}", str(number))) for key, (share, number) in table.items()]
    confidence.FILE.parent.mkdir(exist_ok=True)
    confidence.FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    rows = reliability(held_out([j for j in judged if j.relation != "emphasized"]))
    print(
        f"{len(judged)} statements judged; five folds over the reports, emphasized left out (make train calibrates it):"
    )
    for name, number, mean, share in rows:
        print(f"{name}\t{number}\t{mean:.3f}\t{share:.3f}")
    if options.plot:
        write_output(options.plot, plot(rows))


if __name__ == "__main__":
    main(sys.argv[1:])
