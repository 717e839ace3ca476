"""The divisions of entities follow from names and from what they are located in."""

from __future__ import annotations

from pathlib import Path

import pytest

import graphkit
from graphkit.files.tables import Tables
from graphkit.recognition import gazetteer
from graphkit.stores.locations import write_locations

#: Texts whose project has only the location that they state, and the division that is expected.
LOCATED = {
    "霜林新材料项目位于洪洞县。": "141024",
    "霜林新材料项目位于临汾市。霜林新材料项目落户洪洞县。": "141024",
    "霜林新材料项目位于山西省。霜林新材料项目落户临汾市。": "141000",
    "霜林新材料项目落户临汾经济开发区。": "141000",
    # Of two counties, the one with the lower code.
    "霜林新材料项目位于洪洞县。霜林新材料项目落户襄汾县。": "141023",
}


def locations(graph: graphkit.Graph) -> dict[str, str]:
    tables = Tables()
    write_locations(tables, graph.content())
    return {row[0]: row[1] for row in tables.rows("SELECT id, code FROM location")}


@pytest.mark.parametrize(("text", "code"), LOCATED.items())
def test_the_smallest_division_is_used(tmp_path: Path, text: str, code: str) -> None:
    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.add({"id": "a", "text": f"6月1日消息，{text}", "date": "2024-06-02"}, extractor="fast")
        found = locations(graph)
    assert [c for i, c in found.items() if i.startswith("Project:霜林")] == [code]


def test_every_code_is_that_of_a_division(tmp_path: Path) -> None:
    records = [{"id": str(n), "text": f"6月1日消息，{t}", "date": "2024-06-02"} for n, t in enumerate(LOCATED)]
    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.add(records, extractor="fast")
        codes = set(locations(graph).values())
    assert codes
    assert all(gazetteer.coded(code) is not None for code in codes)
