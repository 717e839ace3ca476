"""Wikidata ids of entities whose names identify them."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from graphkit.model import Entity


def wikidata_id(entity: Entity) -> str | None:
    """Return the Wikidata id of an entity, by its type and its division code or name, or None."""
    return _ids().get((entity.type, entity.code or entity.name))


@cache
def _ids() -> dict[tuple[str, str], str]:
    """Return the ids in data/wikidata.tsv by (type, division code or name)."""
    path = Path(__file__).parent / "data" / "wikidata.tsv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader((line for line in file if not line.startswith("#")), delimiter="\t")
        return {(kind, key): qid for kind, key, qid in rows}
