"""Trains the model of policy phrases: `python -m graphkit.training.phrase_model` (`make train`).

The counts of phrases come from the corpus, without labels; the labels come from the gold data. The printed figures come
from five-fold cross-validation over the gold reports. The shipped model is trained on all gold reports.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from graphkit.building import Outcome, read_in_chunks
from graphkit.discourse.scene import Scene, Speech, read_scenes
from graphkit.evaluation.gold import gold_record, read_records
from graphkit.evaluation.scoring import Score, plain, score
from graphkit.extractors import load_extractor
from graphkit.model import Report
from graphkit.reading import read_paths
from graphkit.recognition.marks import MarkedReport, mark_words
from graphkit.recognition.persons import mark_persons
from graphkit.recognition.phrase_candidates import SET_PHRASE, Known
from graphkit.recognition.phrase_features import Candidate, Voice
from graphkit.recognition.phrase_model import PhraseModel, write_counts, write_model
from graphkit.recognition.phrases import candidates_in, choose, equal_cuts, same_phrase, sure_phrases
from graphkit.recognition.tagger import shared_tagger
from graphkit.relations.drafting import Context

#: Minimum number of reports that contain a phrase whose count is kept.
LEAST_REPORTS = 4
FOLDS = 5
#: Inverse regularization strength and minimum score of a phrase, chosen by cross-validation.
STRENGTH = 0.15
THRESHOLD = 0.4
#: Minimum number of candidates with a feature. Rarer features would lead to overfitting.
LEAST_CANDIDATES = 2


@dataclass(frozen=True, slots=True)
class Labelled:
    """A candidate with the probabilities that it is no phrase, an optional phrase, and a phrase of the gold data."""

    candidate: Candidate
    belief: tuple[float, float, float]


@dataclass(slots=True)
class SpeechSample:
    """A speech of a gold report: phrases that need no model (sure), and the candidates of each clause."""

    report: str
    speaker: str
    text: str
    sure: list[str]
    clauses: list[list[Labelled]]
    gold: list[dict[str, Any]]


def _read(paths: Iterable[Path]) -> Iterator[MarkedReport]:
    reports = (r for r in read_paths(paths) if isinstance(r, Report))
    while chunk := list(islice(reports, 32)):
        yield from map(mark_persons, mark_words(chunk, shared_tagger()))


def _speeches(marked: MarkedReport) -> Iterator[tuple[Context, Scene, Speech]]:
    context = Context(marked, tuple(read_scenes(marked)))
    for scene in context.scenes:
        for speech in scene.speeches:
            if speech.speaker.type in ("Person", "Meeting"):
                yield context, scene, speech


class _Everything(dict[str, Known]):
    """Treats all word sequences as set phrases during counting, because the counts decide which of them are."""

    def get(self, key: str, default: Any = None) -> Known:
        return Known(SET_PHRASE, 1)


def count(paths: Iterable[Path]) -> dict[str, Known]:
    """Return the number of reports with each candidate, and the number of different words before it (up to 20)."""
    reports: Counter[str] = Counter()
    left: defaultdict[str, set[str]] = defaultdict(set)
    for marked in _read(paths):
        seen: set[str] = set()
        for _, scene, speech in _speeches(marked):
            for clause in candidates_in(
                marked, scene.sentence, speech.start, speech.end, Voice(speech.via, speech.speaker.type), _Everything()
            ):
                for c in clause:
                    words = marked.text[c.start : c.end]
                    seen.add(words)
                    if len(left[words]) < 20:
                        left[words].add(next(f for f in c.features if f.startswith("pw:")))
        reports.update(seen)
    return {w: Known(n, len(left[w])) for w, n in reports.items() if n >= LEAST_REPORTS}


def samples(gold: Path, reports: Path, known: dict[str, Known]) -> list[SpeechSample]:
    """Return the speeches of the gold reports with labelled candidates."""
    records = {r["id"]: [t for t in r["relations"] if t["r"] == "emphasized"] for r in read_records(gold)}
    found = []
    for marked in _read([reports]):
        for context, scene, speech in _speeches(marked):
            mention = context.mention(speech.speaker)
            names = [plain(n) for n in (mention.name, *mention.aliases)]
            mine = [
                t
                for t in records.get(marked.report.id, [])
                if any(_near(n, plain(g)) for n in names for g in (t["s"], *t.get("s_alt", [])))
            ]
            sure = sure_phrases(marked.text, speech.start, speech.end)
            clauses = [
                [
                    Labelled(c, _belief(marked.text[c.start : c.end], mine))
                    for c in clause
                    if not any(p.start < c.end and c.start < p.end for p in sure)
                ]
                for clause in candidates_in(
                    marked, scene.sentence, speech.start, speech.end, Voice(speech.via, speech.speaker.type), known
                )
            ]
            found.append(
                SpeechSample(
                    marked.report.id,
                    mention.name,
                    marked.text,
                    [marked.text[p.start : p.end] for p in sure],
                    clauses,
                    mine,
                )
            )
    return found


def _near(a: str, b: str) -> bool:
    short, long = sorted((a, b), key=len)
    return a == b or (len(short) >= 2 and short in long and 2 * len(short) >= len(long))


def _belief(words: str, gold: list[dict[str, Any]]) -> tuple[float, float, float]:
    best, belief = 0, (1.0, 0.0, 0.0)
    for triple in gold:
        core = triple.get("core", True)
        wordings = [plain(o) for o in (triple["o"], *triple.get("o_alt", []))]
        if plain(words) in wordings:
            rank, found = (4, (0.0, 0.0, 1.0)) if core else (2, (0.0, 1.0, 0.0))
        elif any(_near(plain(words), w) for w in wordings):
            rank, found = (3, (0.5, 0.0, 0.5)) if core else (1, (0.6, 0.4, 0.0))
        else:
            continue
        if rank > best:
            best, belief = rank, found
    return belief


def fit(speeches: Sequence[SpeechSample], strength: float = STRENGTH) -> dict[str, float]:
    """Return the weight of each feature: the log-odds of a phrase against no phrase (optional phrases: third class)."""
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    rows = [labelled for s in speeches for clause in s.clauses for labelled in clause]
    often = Counter(f for row in rows for f in row.candidate.features)
    x: list[dict[str, int]] = []
    y: list[int] = []
    weight: list[float] = []
    for row in rows:
        features = {f: 1 for f in row.candidate.features if often[f] >= LEAST_CANDIDATES}
        for label, share in enumerate(row.belief):
            if share:
                x.append(features)
                y.append(label)
                weight.append(share)
    vectorizer = DictVectorizer()
    model = LogisticRegression(C=strength, max_iter=400).fit(vectorizer.fit_transform(x), y, sample_weight=weight)
    difference = model.coef_[2] - model.coef_[0]
    weights = {str(n): float(w) for n, w in zip(vectorizer.get_feature_names_out(), difference, strict=True)}
    weights["b"] = weights.get("b", 0.0) + float(model.intercept_[2] - model.intercept_[0])
    return {name: round(w, 3) for name, w in weights.items() if abs(w) >= 0.02}


def folds(speeches: Sequence[SpeechSample]) -> list[int]:
    """Return the fold of each speech. All speeches of a report are in the same fold."""
    ids = sorted({s.report for s in speeches})
    random.Random(3).shuffle(ids)
    place = {r: k % FOLDS for k, r in enumerate(ids)}
    return [place[s.report] for s in speeches]


def held_out(
    speeches: Sequence[SpeechSample], threshold: float = THRESHOLD, strength: float = STRENGTH
) -> list[tuple[SpeechSample, str, float]]:
    """Return the phrases of each speech by a model that was trained without its report: (speech, phrase, score).

    Phrases that need no model have the score 1.
    """
    fold = folds(speeches)
    models = [
        PhraseModel(fit([s for s, f in zip(speeches, fold, strict=True) if f != k], strength), threshold, ())
        for k in range(FOLDS)
    ]
    found = []
    said: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for s, f in zip(speeches, fold, strict=True):
        chosen = [(w, 1.0) for w in s.sure]
        for clause in s.clauses:
            chosen += [
                (s.text[c.start : c.end], score) for c, score in choose(models[f], [x.candidate for x in clause], [])
            ]
        for words, value in chosen:
            before = said[s.report, s.speaker]
            if not any(same_phrase(words, b) for b in before):
                before.append(words)
                found.append((s, words, value))
    return found


def calibration(found: Sequence[tuple[SpeechSample, str, float]]) -> tuple[tuple[float, float], ...]:
    """Return increasing pairs (score, share of correct phrases) from the held-out phrases, by isotonic regression."""
    from sklearn.isotonic import IsotonicRegression

    scored = sorted((score, float(_belief(words, s.gold)[0] < 1)) for s, words, score in found if score < 1)
    shares = IsotonicRegression(y_min=0.05, y_max=0.97, out_of_bounds="clip").fit_transform(
        [a for a, _ in scored], [b for _, b in scored]
    )
    steps: list[tuple[float, float]] = []
    for (value, _), share in zip(scored, shares, strict=True):
        if not steps or share > steps[-1][1] + 0.01:
            steps.append((round(value, 3), round(float(share), 3)))
    return tuple(steps)


def whole_score(
    gold: Path, reports: Path, found: Sequence[tuple[SpeechSample, str, float]], *, strict: bool = False
) -> Score:
    """Return the score of the extractor with the held-out phrases instead of those of the shipped model."""
    by_report: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for reading in read_in_chunks([reports], load_extractor(), Outcome()):
        by_report[reading.report.id] = [t for t in gold_record(reading)["relations"] if t["r"] != "emphasized"]
    for s, words, _ in found:
        by_report[s.report].append({"s": s.speaker, "r": "emphasized", "o": words, "o_alt": list(equal_cuts(words))})
    return score(read_records(gold), [{"id": i, "relations": r} for i, r in by_report.items()], strict=strict)


def print_figures(gold: Path, reports: Path, found: Sequence[tuple[SpeechSample, str, float]]) -> None:
    for strict in (False, True):
        result = whole_score(gold, reports, found, strict=strict)
        counts = result.relations["emphasized"]
        print(
            f"five folds, {'strict' if strict else 'relaxed'}: "
            f"emphasized P {counts.precision:.3f} R {counts.recall:.3f} F1 {counts.f1:.3f}; "
            f"micro {result.micro.f1:.3f}, facts {result.facts.f1:.3f}, macro {result.macro_f1:.3f}"
        )


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description="Train the model of policy phrases.")
    parser.add_argument("--corpus", type=Path, help="reports to count phrases in; left out: the shipped counts stay")
    parser.add_argument("--gold", type=Path, required=True, help="gold file with emphasized triples")
    parser.add_argument("--reports", type=Path, required=True, help="the reports that the gold file annotates")
    options = parser.parse_args(arguments)
    if options.corpus:
        counts = count([options.corpus])
        write_counts(counts)
        print(f"{len(counts)} phrases counted in {options.corpus.name}")
    from graphkit.recognition.phrase_model import phrase_counts

    speeches = samples(options.gold, options.reports, phrase_counts())
    found = held_out(speeches)
    print_figures(options.gold, options.reports, found)
    model = PhraseModel(fit(speeches), THRESHOLD, calibration(found))
    write_model(model)
    print(f"{len(model.weights)} weights written")


if __name__ == "__main__":
    main(sys.argv[1:])
