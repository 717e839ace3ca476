"""The places that reports come from, as entities."""

from __future__ import annotations

from graphkit.model import Entity, Report
from graphkit.resolution.short_forms import home
from graphkit.stores.content import Content


def homes(content: Content) -> list[Entity]:
    """Places that reports come from and no statement names, in order of id."""
    found = {place.id: place for row in content.reports() if (place := home_of(row.report)) is not None}
    return [place for place_id, place in sorted(found.items()) if not content.resolution.knows(place_id)]


def home_of(report: Report) -> Entity | None:
    """The division that a report comes from, as an entity; None when its place is unknown."""
    division = home(report.place)
    return (
        Entity(f"Place:{division.code}", "Place", division.name, code=division.code) if division is not None else None
    )
