"""What the index of phrases knows of the Phrase entities of a graph: every use of theirs, not only those in statements."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from graphkit.files.tables import Tables
from graphkit.model import Entity
from graphkit.phrases.index.reader import VOICES, PhraseIndex, Uses
from graphkit.phrases.keys import key_of


@dataclass(frozen=True, slots=True)
class PhraseFact:
    """first, last: dates of the first and last report that uses the phrase, "" when unknown; of all its wordings, when the
    entity stands for them. reports, mentions: how many use it, in how many places. broader: ids of the largest phrases inside
    it. variant_of: id of the entity that stands for its wordings, "" when it is that itself."""

    first: str = ""
    last: str = ""
    first_report: str = ""
    reports: int = 0
    mentions: int = 0
    broader: tuple[str, ...] = ()
    variant_of: str = ""


@dataclass(frozen=True, slots=True)
class PhraseUse:
    """Places of one report that use a phrase, and who says it there, in order."""

    phrase: str
    count: int
    voices: tuple[str, ...]


class PhraseFacts:
    """The facts in a working file. Without one (a graph without phrases) there are none."""

    def __init__(self, path: Path | None) -> None:
        self._tables = None if path is None else Tables(path, read_only=True)

    def close(self) -> None:
        if self._tables is not None:
            self._tables.close()

    def get(self, entity_id: str) -> PhraseFact | None:
        """The fact of an entity, None for one that the index does not know."""
        rows = self._rows(
            "SELECT first, last, first_report, reports, mentions, broader, variant_of FROM fact WHERE id = ?", entity_id
        )
        return next((_fact_of(row) for row in rows), None)

    def items(self) -> Iterator[tuple[str, PhraseFact]]:
        """Entity ids and their facts, in order of id."""
        for row in self._rows(
            "SELECT id, first, last, first_report, reports, mentions, broader, variant_of FROM fact ORDER BY id"
        ):
            yield row[0], _fact_of(row[1:])

    def in_report(self, report_id: str) -> list[PhraseUse]:
        """Uses of Phrase entities in a report, in order of their ids."""
        rows = self._rows("SELECT id, count, voices FROM used WHERE report = ? ORDER BY id", report_id)
        return [PhraseUse(entity_id, count, tuple(voices.split())) for entity_id, count, voices in rows]

    def _rows(self, sql: str, *arguments: object) -> Iterator[Any]:
        return iter(()) if self._tables is None else self._tables.rows(sql, *arguments)


def _fact_of(row: Any) -> PhraseFact:
    first, last, first_report, reports, mentions, broader, variant_of = row
    return PhraseFact(first, last, first_report, reports, mentions, tuple(json.loads(broader)), variant_of)


def build_facts(index: PhraseIndex, entities: Iterable[Entity], path: Path) -> None:
    """Write the facts of the Phrase entities that the index knows into a new working file."""
    tables = Tables(path)
    tables.run(
        "CREATE TABLE fact (id TEXT PRIMARY KEY, first TEXT, last TEXT, first_report TEXT, reports INTEGER, mentions INTEGER, broader TEXT, variant_of TEXT) WITHOUT ROWID",
        "CREATE TABLE found (report INTEGER, id TEXT, count INTEGER, voices TEXT)",
    )
    of_phrase: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for entity in entities:
        if entity.type == "Phrase":
            place = index.find(entity.name)
            if place is not None:
                of_phrase[place].append((entity.id, key_of(entity.name)))
    heads = {place: _head(index, place, found) for place, found in of_phrase.items()}
    for place, found in sorted(of_phrase.items()):
        for entity_id, key in found:
            is_head = entity_id == heads[place]
            uses = _uses(index, place, None if is_head else key)
            first, last, first_report = _dates(index, uses)
            broader = sorted(heads[b] for b in _known(index, place, heads)) if is_head else []
            tables.put(
                "fact",
                (
                    entity_id,
                    first,
                    last,
                    first_report,
                    len(np.unique(uses.report)),
                    len(uses),
                    json.dumps(broader, ensure_ascii=False),
                    "" if is_head else heads[place],
                ),
            )
            tables.write("found", ((report, entity_id, count, voices) for report, count, voices in _in_reports(uses)))
    tables.run(
        "CREATE TABLE used (report TEXT, id TEXT, count INTEGER, voices TEXT, PRIMARY KEY (report, id)) WITHOUT ROWID",
        "CREATE TABLE report (number INTEGER PRIMARY KEY, id TEXT)",
    )
    tables.write("report", enumerate(index.report_ids))
    tables.run(
        "INSERT INTO used SELECT r.id, f.id, f.count, f.voices FROM found f JOIN report r ON r.number = f.report ORDER BY r.id, f.id",
        "DROP TABLE found",
        "DROP TABLE report",
    )
    tables.finish()
    tables.close()


def _head(index: PhraseIndex, place: int, found: list[tuple[str, int]]) -> str:
    """The entity that stands for all wordings: the one with the commonest wording, else the first by name."""
    key = key_of(index.names[place])
    return min(found, key=lambda e: (e[1] != key, e[0]))[0]


def _known(index: PhraseIndex, place: int, heads: dict[int, str]) -> set[int]:
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


def _uses(index: PhraseIndex, place: int, only: int | None) -> Uses:
    """only: key of the wording whose uses are wanted, None for all."""
    uses = index.uses(place)
    if only is None:
        return uses
    forms = index.lists["forms"]
    mine = [f for f in np.unique(uses.form).tolist() if key_of(forms[f]) == only]
    return uses.only(np.isin(uses.form, mine))


def _dates(index: PhraseIndex, uses: Uses) -> tuple[str, str, str]:
    """Dates of the first and the last report, and the id of the first."""
    dated = [r for r in np.unique(uses.report).tolist() if index.dates[r]]
    if not dated:
        return "", "", ""
    first = min(dated, key=lambda r: (index.dates[r], index.report_ids[r]))
    return index.dates[first], max(index.dates[r] for r in dated), index.report_ids[first]


def _in_reports(uses: Uses) -> Iterator[tuple[int, int, str]]:
    """Number of a report, its uses, and their voices."""
    counts: dict[int, int] = defaultdict(int)
    voices: dict[int, set[int]] = defaultdict(set)
    for report, voice in zip(uses.report.tolist(), uses.voice.tolist(), strict=True):
        counts[report] += 1
        voices[report].add(voice)
    for report, count in counts.items():
        yield report, count, " ".join(sorted(VOICES[v] for v in voices[report]))
