"""Facts about Phrase entities from the phrase index, which includes uses outside of statements."""

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
    """Facts about a phrase.

    Several entities can be variants of one phrase. The facts of the main entity are about all variants, those of the
    other entities about their own variant. first, last: dates of the first and the last report that use the phrase, ""
    if unknown. first_report: id of the first report. reports, mentions: number of reports and of occurrences.
    broader: ids of the longest phrases that the phrase contains. variant_of: id of the main entity, "" for the main
    entity itself.
    """

    first: str = ""
    last: str = ""
    first_report: str = ""
    reports: int = 0
    mentions: int = 0
    broader: tuple[str, ...] = ()
    variant_of: str = ""


@dataclass(frozen=True, slots=True)
class PhraseUse:
    """Number of occurrences of a phrase in one report, and the voices that use it, sorted."""

    phrase: str
    count: int
    voices: tuple[str, ...]


class PhraseFacts:
    """The facts in a working file. A graph without phrases has no file and no facts."""

    def __init__(self, path: Path | None) -> None:
        self._tables = None if path is None else Tables(path, read_only=True)

    def close(self) -> None:
        if self._tables is not None:
            self._tables.close()

    def get(self, entity_id: str) -> PhraseFact | None:
        """Return the facts about an entity, or None if the phrase index does not contain it."""
        rows = self._rows(
            "SELECT first, last, first_report, reports, mentions, broader, variant_of FROM fact WHERE id = ?", entity_id
        )
        return next((_fact_of(row) for row in rows), None)

    def items(self) -> Iterator[tuple[str, PhraseFact]]:
        """Yield entity ids with their facts, ordered by id."""
        for row in self._rows(
            "SELECT id, first, last, first_report, reports, mentions, broader, variant_of FROM fact ORDER BY id"
        ):
            yield row[0], _fact_of(row[1:])

    def in_report(self, report_id: str) -> list[PhraseUse]:
        """Return the uses of Phrase entities in a report, ordered by entity id."""
        rows = self._rows("SELECT id, count, voices FROM used WHERE report = ? ORDER BY id", report_id)
        return [PhraseUse(entity_id, count, tuple(voices.split())) for entity_id, count, voices in rows]

    def _rows(self, sql: str, *arguments: object) -> Iterator[Any]:
        return iter(()) if self._tables is None else self._tables.rows(sql, *arguments)


def _fact_of(row: Any) -> PhraseFact:
    first, last, first_report, reports, mentions, broader, variant_of = row
    return PhraseFact(first, last, first_report, reports, mentions, tuple(json.loads(broader)), variant_of)


def build_facts(index: PhraseIndex, entities: Iterable[Entity], path: Path) -> None:
    """Write the facts about the Phrase entities that the phrase index contains to a new working file."""
    tables = Tables(path)
    tables.run(
        "CREATE TABLE fact (id TEXT PRIMARY KEY, first TEXT, last TEXT, first_report TEXT, reports INTEGER, "
        "mentions INTEGER, broader TEXT, variant_of TEXT) WITHOUT ROWID",
        "CREATE TABLE found (report INTEGER, id TEXT, count INTEGER, voices TEXT)",
    )
    of_phrase = _entities_of_phrases(index, entities)
    main_entities = {number: _main_entity(index, number, found) for number, found in of_phrase.items()}
    for number, found in sorted(of_phrase.items()):
        for entity_id, key in found:
            is_main = entity_id == main_entities[number]
            uses = _uses(index, number, None if is_main else key)
            tables.put("fact", _fact_row(index, number, entity_id, uses, main_entities))
            tables.write("found", ((report, entity_id, count, voices) for report, count, voices in _in_reports(uses)))
    _write_uses(tables, index)
    tables.finish()
    tables.close()


def _entities_of_phrases(index: PhraseIndex, entities: Iterable[Entity]) -> dict[int, list[tuple[str, int]]]:
    """Return the entity ids and name keys of each phrase, by the number of the phrase in the index."""
    of_phrase: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for entity in entities:
        number = index.find(entity.name) if entity.type == "Phrase" else None
        if number is not None:
            of_phrase[number].append((entity.id, key_of(entity.name)))
    return of_phrase


def _fact_row(
    index: PhraseIndex, number: int, entity_id: str, uses: Uses, main_entities: dict[int, str]
) -> tuple[object, ...]:
    main_entity = main_entities[number]
    is_main = entity_id == main_entity
    first, last, first_report = _dates(index, uses)
    reports = len(np.unique(uses.report))
    broader = sorted(main_entities[b] for b in _broader(index, number, main_entities)) if is_main else []
    broader_json = json.dumps(broader, ensure_ascii=False)
    return entity_id, first, last, first_report, reports, len(uses), broader_json, "" if is_main else main_entity


def _write_uses(tables: Tables, index: PhraseIndex) -> None:
    """Write the table of uses by report id, from the table `found` with report numbers."""
    tables.run(
        "CREATE TABLE used (report TEXT, id TEXT, count INTEGER, voices TEXT, PRIMARY KEY (report, id)) WITHOUT ROWID",
        "CREATE TABLE report (number INTEGER PRIMARY KEY, id TEXT)",
    )
    tables.write("report", enumerate(index.report_ids))
    tables.run(
        "INSERT INTO used SELECT r.id, f.id, f.count, f.voices FROM found f "
        "JOIN report r ON r.number = f.report ORDER BY r.id, f.id",
        "DROP TABLE found",
        "DROP TABLE report",
    )


def _main_entity(index: PhraseIndex, number: int, found: list[tuple[str, int]]) -> str:
    """Return the entity whose name is the most frequent variant, otherwise the one with the lowest id."""
    key = key_of(index.names[number])
    return min(found, key=lambda e: (e[1] != key, e[0]))[0]


def _broader(index: PhraseIndex, number: int, main_entities: dict[int, str]) -> set[int]:
    """Return the longest phrases inside a phrase that are entities.

    Phrases that are not entities are searched in turn.
    """
    found: set[int] = set()
    pending, seen = list(index.broader[number]), {number}
    while pending:
        inner = pending.pop()
        if inner in seen:
            continue
        seen.add(inner)
        if inner in main_entities:
            found.add(inner)
        else:
            pending += index.broader[inner]
    return found


def _uses(index: PhraseIndex, number: int, variant: int | None) -> Uses:
    """Return the uses of a phrase. variant: key of the only variant to include, None for all variants."""
    uses = index.uses(number)
    if variant is None:
        return uses
    forms = index.lists["forms"]
    included = [f for f in np.unique(uses.form).tolist() if key_of(forms[f]) == variant]
    return uses.only(np.isin(uses.form, included))


def _dates(index: PhraseIndex, uses: Uses) -> tuple[str, str, str]:
    """Return the dates of the first and the last report, and the id of the first report."""
    dated = [r for r in np.unique(uses.report).tolist() if index.dates[r]]
    if not dated:
        return "", "", ""
    first = min(dated, key=lambda r: (index.dates[r], index.report_ids[r]))
    return index.dates[first], max(index.dates[r] for r in dated), index.report_ids[first]


def _in_reports(uses: Uses) -> Iterator[tuple[int, int, str]]:
    """Yield the number of each report, its number of occurrences, and their voices."""
    counts: dict[int, int] = defaultdict(int)
    voices: dict[int, set[int]] = defaultdict(set)
    for report, voice in zip(uses.report.tolist(), uses.voice.tolist(), strict=True):
        counts[report] += 1
        voices[report].add(voice)
    for report, count in counts.items():
        yield report, count, " ".join(sorted(VOICES[v] for v in voices[report]))
