"""Standard input in a compressed or binary format is recognized by its first bytes."""

from __future__ import annotations

import io

import pytest

from graphkit.model import Failure, Report
from graphkit.reading import read_paths
from tests.reading.every_format import Sample, compressed, written

SAMPLE = Sample(
    "何清嘉在云雾镇强调 抓好春耕",
    "2024-04-06",
    "临汾新闻网",
    "山西省临汾市",
    ("4月5日，石渡县委书记何清嘉到云雾镇调研春耕生产。",),
)
ENDINGS = (
    ".txt", ".html", ".rss", ".jsonl", ".json", ".jsonl.gz", ".json.zst", ".txt.xz", ".txt.bz2", ".docx", ".odt", ".rtf",
    ".pdf", ".epub", ".xlsx", ".ods", ".xls", ".zip", ".tar", ".tar.gz", ".tar.zst", ".tgz",
)  # fmt: skip


def read(monkeypatch: pytest.MonkeyPatch, data: bytes) -> list[object]:
    class Stream:
        buffer = io.BytesIO(data)

    monkeypatch.setattr("sys.stdin", Stream())
    return list(read_paths(["-"]))


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_format_is_recognized(monkeypatch: pytest.MonkeyPatch, ending: str) -> None:
    (report,) = read(monkeypatch, written(SAMPLE, ending))
    assert isinstance(report, Report), report
    assert (report.title, report.date, report.publisher) == (SAMPLE.title, SAMPLE.date, SAMPLE.publisher)
    assert SAMPLE.paragraphs[0] in report.text.split("\n")
    assert report.source.startswith("standard input")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x1f\x8b", "damaged"),
        (b"\x28\xb5\x2f\xfd\x00", "damaged"),
        (b"PK\x03\x04", "not a whole .zip"),
        (b"%PDF-1.4", "PDF"),
        (b"{\\rtf1 {x", "cut off"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Word"),
        (compressed(b" " * 30_000_000, ".zst"), "refused as a bomb"),
        (compressed(compressed(b"x", ".gz"), ".gz"), ""),
    ],
    ids=["gzip", "zstd", "zip", "pdf", "rtf", "ole", "bomb", "compressed twice"],
)
def test_damaged_input_is_a_failure(monkeypatch: pytest.MonkeyPatch, data: bytes, words: str) -> None:
    monkeypatch.setattr("graphkit.reading.old_office.find_program", lambda: None)
    (failure,) = read(monkeypatch, data)
    assert isinstance(failure, Failure)
    assert words in failure.reason
    assert "standard input" in failure.source
