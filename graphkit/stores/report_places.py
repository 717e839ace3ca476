"""The places of reports as entities."""

from __future__ import annotations

from graphkit.model import Entity, Report
from graphkit.resolution.short_forms import home
from graphkit.stores.content import Content


def report_places(content: Content) -> list[Entity]:
    """Return the places of reports that occur in no statement, ordered by id."""
    found = {place.id: place for row in content.reports() if (place := place_of(row.report)) is not None}
    return [place for place_id, place in sorted(found.items()) if not content.resolution.knows(place_id)]


def place_of(report: Report) -> Entity | None:
    """Return the administrative division of the place of a report as an entity, or None if it is unknown."""
    division = home(report.place)
    return (
        Entity(f"Place:{division.code}", "Place", division.name, code=division.code) if division is not None else None
    )
