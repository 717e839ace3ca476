"""Labels by the rules: reports of the corpus with what the rules say about them, for a first training."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

from graphkit.encoder.roles import RELATIONS
from graphkit.evaluation.gold import gold_record
from graphkit.extractors import load_extractor
from graphkit.model import Report
from graphkit.reading import read_paths
from graphkit.reading.normalized import normalize
from graphkit.training.encoder.examples import Annotated

#: Relations in which the rules miss too much to teach what is none.
WITHOUT = ("has_attribute", "has_part", "pursues", "located_in")
#: Minimum and maximum number of characters of a report.
LENGTHS = (150, 1600)


def silver(corpus: Path, number: int, seed: int, excluded: Iterable[str]) -> list[Annotated]:
    """Draw reports of the corpus and annotate them with the rules. excluded: texts that are used for measurement."""
    known = {text[:80] for text in excluded}
    found = [r for r in read_paths([str(corpus)]) if isinstance(r, Report)]
    usable = [r for r in found if LENGTHS[0] < len(r.text) < LENGTHS[1] and r.text[:80] not in known]
    chosen = random.Random(seed).sample(usable, min(number, len(usable)))
    annotated = []
    for reading in load_extractor("fast").read(chosen):
        triples = [t for t in gold_record(reading)["relations"] if t["r"] in RELATIONS]
        text, title = normalize(reading.report.text).text, normalize(reading.report.title).text
        annotated.append(Annotated(reading.report.id, text, title, tuple(triples)))
    return annotated
