"""What the index of phrases knows of the Phrase entities of a graph: every use of theirs, not only those in statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from graphkit.model import Entity
from graphkit.phrases.index import VOICES, PhraseIndex
from graphkit.phrases.keys import key_of


@dataclass(slots=True)
class PhraseFact:
    """first, last: dates of the first and last report that uses the phrase, "" when unknown; of all its wordings, when the
    entity stands for them. broader: ids of the largest phrases inside it. variant_of: id of the entity that stands for its
    wordings, "" when it is that itself. uses: report id → (places, voices in order)."""

    first: str = ""
    last: str = ""
    first_report: str = ""
    mentions: int = 0
    broader: tuple[str, ...] = ()
    variant_of: str = ""
    uses: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)


def phrase_facts(index: PhraseIndex, entities: Iterable[Entity]) -> dict[str, PhraseFact]:
    """Facts by entity id, of the Phrase entities that the index knows."""
    of_phrase: dict[int, list[Entity]] = defaultdict(list)
    for entity in entities:
        if entity.type == "Phrase":
            place = index.find(entity.name)
            if place is not None:
                of_phrase[place].append(entity)
    heads = {place: _head(index, place, found) for place, found in of_phrase.items()}
    facts: dict[str, PhraseFact] = {}
    for place, found in sorted(of_phrase.items()):
        head = heads[place]
        broader = tuple(sorted(heads[b].id for b in _known(index, place, heads)))
        for entity in found:
            only = None if entity is head else key_of(entity.name)
            fact = _fact(index, place, only)
            if entity is head:
                fact.broader = broader
            else:
                fact.variant_of = head.id
            facts[entity.id] = fact
    return facts


def _head(index: PhraseIndex, place: int, found: list[Entity]) -> Entity:
    """The entity that stands for all wordings: the one with the commonest wording, else the first by name."""
    key = key_of(index.names[place])
    return min(found, key=lambda e: (key_of(e.name) != key, e.id))


def _known(index: PhraseIndex, place: int, heads: dict[int, Entity]) -> set[int]:
    """The largest phrases inside that are entities; where one is none, those inside of it."""
    found: set[int] = set()
    ways, seen = list(index.broader[place]), {place}
    while ways:
        inner = ways.pop()
        if inner in seen:
            continue
        seen.add(inner)
        if inner in heads:
            found.add(inner)
        else:
            ways += index.broader[inner]
    return found


def _fact(index: PhraseIndex, place: int, only: int | None) -> PhraseFact:
    """only: key of the wording whose uses are counted, None for all."""
    uses = index.uses(place)
    if only is not None:
        forms = index.lists["forms"]
        mine = [f for f in np.unique(uses.form).tolist() if key_of(forms[f]) == only]
        uses = uses.only(np.isin(uses.form, mine))
    fact = PhraseFact(mentions=len(uses))
    if not len(uses):
        return fact
    counts: dict[int, int] = {}
    voices: dict[int, set[int]] = {}
    for report, voice in zip(uses.report.tolist(), uses.voice.tolist(), strict=True):
        counts[report] = counts.get(report, 0) + 1
        voices.setdefault(report, set()).add(voice)
    fact.uses = {index.report_ids[r]: (n, tuple(sorted(VOICES[v] for v in voices[r]))) for r, n in counts.items()}
    dated = [r for r in counts if index.dates[r]]
    if dated:
        first = min(dated, key=lambda r: (index.dates[r], index.report_ids[r]))
        fact.first, fact.first_report = index.dates[first], index.report_ids[first]
        fact.last = max(index.dates[r] for r in dated)
    return fact
