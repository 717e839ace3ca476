"""Values that an export cannot represent are rejected with their field."""

from __future__ import annotations

import dataclasses
import io
import json
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest

import graphkit
from graphkit.errors import ExportError, ReadingError, SchemaError, UsageError
from graphkit.ledger import entry_of
from graphkit.model import Reading, Report, Statement
from graphkit.reading.fields import describe
from graphkit.schema import load_schema
from graphkit.schema.values import is_date
from graphkit.stores.rdf.terms import Iris, date
from tests.stores.arbitrary_text import REFUSED, said


@pytest.mark.parametrize("field", ["id", "title", "publisher", "place", "url"])
@pytest.mark.parametrize("bad", [*(f"a{c}b" for c in REFUSED), "字" * 1_000_000])
def test_report_fields_that_no_export_can_represent_are_rejected_with_position(field: str, bad: str) -> None:
    fields: dict[str, Any] = {"id": "r", "text": "石渡县召开会议。", field: bad}
    with pytest.raises(ReadingError, match=rf"{field}: .*character \d+ is"):
        describe(Report(**fields))


HOSTILE = (
    '2024"^^<x:t> } } ; DROP ALL ; INSERT DATA { <x:a> <x:b> "',
    "2024-01-02\n",
    "２０２４-01-02",
    "2024-13-01",
    "2024-02-30",
    "习近平",
    "2024-01-02/",
    "/",
    "--13-01",
    "2024-01-02/x",
    20240102,
    None,
)


@pytest.mark.parametrize("value", HOSTILE)
def test_an_invalid_date_is_rejected_and_never_written_unescaped(value: Any) -> None:
    assert not is_date(value)
    report, statement = said("林知远")
    with pytest.raises(SchemaError, match="date"):
        load_schema().check(dataclasses.replace(statement, date=value), report)
    if isinstance(value, str):
        (quad,) = pyoxigraph.parse(f"<x:s> <x:p> {date(value)} <x:g> .".encode(), pyoxigraph.RdfFormat.N_QUADS)
        assert quad.object.value == value


@pytest.mark.parametrize("value", ["", "2024-01-02", "--01-02", "2024-01-02/2024-01-03", "--12-31/--01-02"])
def test_valid_dates_are_accepted(value: str) -> None:
    assert is_date(value)


@pytest.mark.parametrize("field", [f.name for f in dataclasses.fields(Statement)])
def test_every_field_of_a_statement_is_checked(field: str) -> None:
    report, statement = said("林知远")
    bad: Any = "a\x00b" if field not in ("subject", "object") else dataclasses.replace(statement.subject, name="a\x00b")
    with pytest.raises(SchemaError):
        load_schema().check(dataclasses.replace(statement, **{field: bad}), report)


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ("name", "今天召开会议。随后调研"),
        ("name", "林" * 101),
        ("name", 3),
        ("aliases", ({},)),
        ("aliases", ["a"]),
        ("aliases", ("a\ud800",)),
        ("antecedent", (1,)),
        ("antecedent", (3, 99)),
        ("antecedent", ("0", "1")),
        ("start", -1),
        ("start", True),
        ("end", 1.5),
    ],
)
def test_every_field_of_a_mention_is_checked(field: str, bad: Any) -> None:
    report, statement = said("林知远")
    with pytest.raises(SchemaError):
        load_schema().check(
            dataclasses.replace(statement, subject=dataclasses.replace(statement.subject, **{field: bad})), report
        )


@pytest.mark.parametrize(
    "base",
    [
        "abc",
        "http://x/>",
        "http://x/ y",
        "http://x/#",
        "http://x/#a/",
        "http://x/\n",
        'http://x/"',
        "http://x/{}",
        "http://x/\\",
    ],
)
def test_an_invalid_base_is_rejected(base: str) -> None:
    with pytest.raises(UsageError, match="base") as found:
        Iris(base)
    assert "\n" not in str(found.value)


def test_validate_reports_fields_that_no_export_can_represent(tmp_path: Path) -> None:
    report, statement = said("林知远")
    with graphkit.open(tmp_path / "g", create=True) as graph:
        bad = dataclasses.replace(report, title="a\x0cb", date="2024-99-01")
        graph.ledger.put(entry_of(Reading(bad, (dataclasses.replace(statement, date='"'),), (), ()), "test", "1"))
        found = list(graph.validate(shacl=False))
    assert any("title: control characters: character 1" in line for line in found)
    assert any(line.startswith(f"{report.id}: date:") for line in found)
    assert any("date '\"' is not a date" in line for line in found)


@pytest.mark.parametrize("format_", ["graphml", "gexf", "rdfxml"])
@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ("title", "\x0c"),
        ("publisher", "\x00"),
        ("url", "\x1f"),
        ("place", "\uffff"),
        ("id", "\x0b"),
        ("title", "\ufffe"),
    ],
)
def test_characters_not_allowed_in_xml_are_rejected_by_exports(
    format_: str, field: str, bad: str, tmp_path: Path
) -> None:
    """Reading rejects these characters; a ledger of an older version can contain them."""
    report, statement = said("林知远")
    changed: dict[str, Any] = {field: f"ab{bad}c"}
    with graphkit.open(tmp_path / "g", create=True) as graph:
        old = dataclasses.replace(report, **changed)
        graph.ledger.put(entry_of(Reading(old, (dataclasses.replace(statement, report=old.id),), (), ()), "test", "1"))
        out = tmp_path / "out"
        with pytest.raises(ExportError, match=rf"report .*: {field}: character 2 is U\+{ord(bad):04X}") as caught:
            graph.export(format_, out)
        assert not out.exists()
        assert "\n" not in str(caught.value)
        if bad != "\x00":
            nquads = io.BytesIO()
            graph.export("nquads", nquads)
            assert any(
                q.object.value == f"ab{bad}c" for q in pyoxigraph.parse(nquads.getvalue(), pyoxigraph.RdfFormat.N_QUADS)
            )


@pytest.mark.parametrize("format_", ["graphml", "gexf", "rdfxml"])
@pytest.mark.parametrize("place", ["title", "text"])
@pytest.mark.parametrize("bad", REFUSED)
def test_characters_not_allowed_in_xml_are_rejected_or_converted_by_reading(
    format_: str, place: str, bad: str, tmp_path: Path
) -> None:
    record = {"id": "r", "title": "标题", "text": "3月5日，市委书记林知远到石渡县调研。"}
    source = tmp_path / "r.jsonl"
    source.write_text(json.dumps({**record, place: f"a{bad}b{record[place]}"}), encoding="utf-8")
    with graphkit.open(tmp_path / "g", create=True) as graph:
        outcome = graph.build(source)
        assert len(outcome.failures) == (place == "title")
        graph.export(format_, tmp_path / "out")
