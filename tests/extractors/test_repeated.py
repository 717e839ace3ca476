"""Reports with the same content are read once, and the result is the same as if each was read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.extractors.offline import FastExtractor, OfflineExtractor
from graphkit.extractors.repeated import RepeatedReports
from graphkit.model import Reading, Report

TEXT = "3月2日，市委书记林知远到石渡县白云社区调研。市长陈若川陪同调研。"


class Reader:
    """Counts the reports that are read."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def __call__(self, reports: Sequence[Report]) -> Iterator[Reading]:
        for report in reports:
            self.read.append(report.id)
            yield Reading(report, ())


@given(st.lists(st.lists(st.integers(0, 9), max_size=12), max_size=5))
@settings(max_examples=200, deadline=None)
def test_each_report_gets_a_reading_of_its_content(calls: list[list[int]]) -> None:
    repeated, reader, number = RepeatedReports(), Reader(), 0
    for call in calls:
        reports = [Report(f"r{number + k}", f"第{n}篇") for k, n in enumerate(call)]
        number += len(call)
        readings = list(repeated.read(reports, reader))
        assert [r.report for r in readings] == reports
    assert len(reader.read) == len({n for call in calls for n in call})


@pytest.mark.parametrize("field", ["text", "title", "date", "publisher", "place", "url"])
def test_a_report_with_another_field_is_read(field: str) -> None:
    report = Report("a", TEXT, "标题", "2024-03-03", "石渡日报", "石渡县", "https://example.org/1")
    other = replace(report, id="b", **{field: getattr(report, field)[:-1] + "8"})
    reader = Reader()
    list(RepeatedReports().read([report, other], reader))
    assert reader.read == ["a", "b"]


def test_only_the_last_readings_are_kept() -> None:
    repeated, reader = RepeatedReports(), Reader()
    for n in range(200):
        list(repeated.read([Report(f"r{n}", f"第{n}篇")], reader))
    list(repeated.read([Report("last", "第199篇"), Report("first", "第0篇")], reader))
    assert reader.read[-1] == "first"
    assert "last" not in reader.read
    list(repeated.read([Report("long 1", "长" * 5000)], reader))
    list(repeated.read([Report("long 2", "长" * 5000)], reader))
    assert reader.read[-1] == "long 2", "long texts are not kept from one call to the next"


def test_two_interleaved_calls_do_not_mix_their_readings() -> None:
    repeated, reader = RepeatedReports(), Reader()
    one = repeated.read([Report(f"a{n}", f"第{n}篇") for n in range(5)], reader)
    other = repeated.read([Report(f"b{n}", f"第{n % 3}篇") for n in range(6)], reader)
    for _ in range(5):
        first, second = next(one), next(other)
        assert first.report.text == f"第{int(first.report.id[1:])}篇"
        assert second.report.text == f"第{int(second.report.id[1:]) % 3}篇"


@pytest.mark.parametrize("extractor", [FastExtractor, OfflineExtractor])
def test_statements_of_a_reprint_name_their_report(extractor: type[FastExtractor]) -> None:
    reports = [Report("first", TEXT, "标题", "2024-03-03"), Report("reprint", TEXT, "标题", "2024-03-03")]
    first, reprint = extractor().read(reports)
    (alone,) = extractor().read(reports[1:])
    assert first.statements
    assert reprint == alone
    assert {s.report for s in reprint.statements} == {"reprint"}
