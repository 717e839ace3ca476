"""A report is read in the same way from every format, and the table of formats agrees with the code and the page."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from graphkit.extractors import load_extractor
from graphkit.model import Reading, Report
from graphkit.reading import formats, list_inputs, read_paths
from graphkit.reading.sources import READERS
from tests.commands import run_command
from tests.conftest import ROOT
from tests.reading.every_format import Sample, endings, samples, written

SAMPLE = Sample(
    "何清嘉在云雾镇调研时强调 抓好春耕生产",
    "2024-04-06",
    "临汾新闻网",
    "山西省临汾市",
    (
        "4月5日，石渡县委书记何清嘉到云雾镇调研春耕生产。她强调，要优化营商环境，推动项目落地。",
        "县长周远航参加调研。他指出，云雾镇投资1200万元建设产业园，占地600亩，要抓好春茶开采和高标准农田建设，确保全年粮食产量稳定。",
        "4月6日，石渡县召开春耕生产工作会议。何清嘉主持会议并讲话，县农业农村局局长方知行作汇报。",
    ),
)


def read(path: Path) -> Report:
    (report,) = read_paths([path])
    assert isinstance(report, Report), report
    return report


def reading(folder: Path, ending: str) -> Reading:
    path = folder / f"r{ending}"
    path.write_bytes(written(SAMPLE, ending))
    return next(iter(load_extractor("fast").read([read(path)])))


def facts(found: Reading) -> set[tuple[object, ...]]:
    """The statements, each with its quote and with the words of its subject and object in the text."""
    text = found.report.text
    spans = (
        (s, ((s.start, s.end), (s.subject.start, s.subject.end), (s.object.start, s.object.end)))
        for s in found.statements
    )
    return {
        (
            s.subject.name,
            s.relation,
            s.kind,
            s.object.name,
            str(s.status),
            s.speaker,
            s.date,
            *(text[a:b] for a, b in at),
        )
        for s, at in spans
    }


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[object, ...]]:
    found = facts(reading(tmp_path_factory.mktemp("plain"), ".txt"))
    assert len(found) > 8
    return found


@pytest.mark.parametrize("ending", endings())
def test_a_report_has_the_same_statements_in_every_format(
    tmp_path: Path, ending: str, expected: set[tuple[object, ...]]
) -> None:
    found = reading(tmp_path, ending)
    report = found.report
    assert (report.title, report.date, report.publisher, report.place) == (
        SAMPLE.title, SAMPLE.date, SAMPLE.publisher, SAMPLE.place,
    )  # fmt: skip
    assert facts(found) == expected
    quotes = [report.text[s.start : s.end] for s in found.statements]
    assert all(any(quote in words for words in (SAMPLE.title, *SAMPLE.paragraphs)) for quote in quotes)


def check_mixed_files(folder: Path, number: int) -> None:
    """Write files of mixed formats, read the folder, and compare what is read with what was written."""
    wanted = {}
    reports = itertools.cycle(samples(10_000))
    for n, (ending, sample) in enumerate(zip(itertools.cycle(endings()), reports, strict=False)):
        if n == number:
            break
        (folder / f"{n:04d}").mkdir()
        path = folder / f"{n:04d}" / f"r{n:04d}{ending}"
        path.write_bytes(written(sample, ending))
        wanted[str(path)] = sample
    listing = list_inputs([folder])
    assert listing.skipped == []
    assert {str(path) for path in listing.paths} == set(wanted)
    problems = []
    for path in listing.paths:
        report, sample = read(Path(path)), wanted[str(path)]
        fields = [
            (name, getattr(report, name), getattr(sample, name)) for name in ("title", "date", "publisher", "place")
        ]
        problems += [(str(path), field) for field in fields if field[1] != field[2]]
        lines = report.text.split("\n")
        problems += [(str(path), p) for p in sample.paragraphs if p not in lines]
    assert problems == []


def test_mixed_files_are_read_with_their_fields_and_text(tmp_path: Path) -> None:
    check_mixed_files(tmp_path, 2 * len(endings()))


@pytest.mark.slow
def test_twenty_files_of_each_format_are_read_with_their_fields_and_text(tmp_path: Path) -> None:
    check_mixed_files(tmp_path, 20 * len(endings()))


def test_the_table_of_formats_is_complete() -> None:
    names = [ending for found in formats.FORMATS for ending in found.endings]
    assert len(names) == len(set(names))
    assert all(name.startswith(".") and name == name.lower() for name in names)
    assert all(found.shape in formats.SHAPES for found in formats.FORMATS)
    assert set(READERS) == set(formats.endings_of(formats.DOCUMENT, formats.LINES, formats.TABLE))


def test_the_page_contains_the_table_of_formats() -> None:
    page = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    assert formats.with_table(page) == page, "run `make docs`"


def test_doctor_lists_the_formats_and_what_they_need(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphkit.cli.doctor.find_program", lambda: None)
    printed = run_command("doctor", "--graph", str(tmp_path / "g")).stdout
    assert all(ending in printed for ending in READERS)
    assert "note     .doc .wps .dot .wpt are only read if LibreOffice is installed" in printed
    monkeypatch.setattr("graphkit.cli.doctor.find_program", lambda: "/opt/soffice")
    printed = run_command("doctor", "--graph", str(tmp_path / "g")).stdout
    assert "ok       .doc .wps .dot .wpt are read with LibreOffice (/opt/soffice)" in printed
