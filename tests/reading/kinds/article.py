"""The invented report of these tests, and checks that an input is read as this report."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from graphkit.model import PassageKind, Report
from graphkit.reading import Found, list_inputs, read_input
from graphkit.reading.normalized import normalize
from graphkit.reading.passages import make_layout

TITLE = "何清嘉到云雾镇调研春耕生产"
DAY = "2024-03-06"
PUBLISHER = "石渡日报"
PARAGRAPHS = (
    "3月5日，石渡县委书记何清嘉到云雾镇调研春耕生产。县长周远航参加调研。",
    "在青禾产业园，何清嘉详细了解项目建设情况。她强调，要优化营商环境，推动高质量发展，确保全年粮食产量稳定。",
    "何清嘉指出，云雾镇要抓好春茶开采和高标准农田建设，持续巩固拓展脱贫攻坚成果。",
)
TEXT = "\n".join(PARAGRAPHS)


def sentences(report: Report) -> str:
    """Return the sentences of a report that are read, without headlines, captions, datelines and words of the page."""
    normalized = normalize(report.text)
    layout = make_layout(normalized, report.title)
    wanted = (PassageKind.LEAD, PassageKind.SENTENCE)
    return "".join(normalized.text[s.start : s.end] for s in layout.sentences if s.kind in wanted)


def check(report: Found, *, title: str = TITLE, date: str = DAY, publisher: str = PUBLISHER, place: str = "") -> None:
    """Check the fields of a report, and that exactly the sentences of PARAGRAPHS are read from it."""
    assert isinstance(report, Report), report
    fields = (report.title, report.date, report.publisher, report.place)
    assert fields == (title, date, publisher, place)
    assert sentences(report) == "".join(PARAGRAPHS)


def reports(found: Iterable[Found]) -> list[Report]:
    return [one for one in found if isinstance(one, Report)]


def read_file(folder: Path, name: str, data: bytes | str, encoding: str = "utf-8") -> list[Found]:
    """Write a file and read it."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode(encoding))
    return list(read_input(path))


def read_folder(folder: Path) -> list[Found]:
    """Read the files of a folder in the order of their names, as a build does."""
    listing = list_inputs([folder])
    names = [listing.name(path) if hasattr(listing, "name") else None for path in listing.paths]
    return [found for path, name in zip(listing.paths, names, strict=True) for found in read_input(path, name)]
