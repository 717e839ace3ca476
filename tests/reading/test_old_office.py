"""Old Word files are converted by LibreOffice, if it is installed; old workbooks are read.

LibreOffice itself is not needed: a script in PATH stands in for it.
"""

from __future__ import annotations

import os
import stat
import sys
import time
from pathlib import Path

import pytest

import graphkit
from graphkit.model import Failure, NoReport, NotRead, Report
from graphkit.reading import libreoffice, read_paths
from tests.reading.every_format import Sample, written
from tests.reading.old_workbooks import container, xls

SAMPLE = Sample(
    "何清嘉在云雾镇强调 抓好春耕",
    "2024-04-06",
    "临汾新闻网",
    "山西省临汾市",
    ("4月5日，石渡县委书记何清嘉到云雾镇调研春耕生产。",),
)
TEXT = "\n".join(SAMPLE.lines)
OLD = container(b"\xec\xa5" + b"x" * 5000, "WordDocument")
#: A program that takes the options of LibreOffice and writes the prepared file.
CONVERTS = """
profile = next(a for a in args if a.startswith("-env:UserInstallation=file://"))
folder = profile.removeprefix("-env:UserInstallation=file://")
assert not os.path.exists(folder), "each conversion needs its own profile"
os.makedirs(folder)
out = args[args.index("--outdir") + 1]
assert args[args.index("--convert-to") + 1] == "docx:MS Word 2007 XML" and "--headless" in args
os.makedirs(out, exist_ok=True)
shutil.copy(os.path.join(os.path.dirname(os.path.abspath(__file__)), "result.docx"), os.path.join(out, "input.docx"))
"""
posix = pytest.mark.skipif(os.name == "nt", reason="the program that stands in for LibreOffice is a script")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for reports. PATH contains no LibreOffice."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(libreoffice, "_PLACES", ())
    (tmp_path / "bin").mkdir()
    (tmp_path / "reports").mkdir()
    return tmp_path / "reports"


def install(folder: Path, code: str, name: str = "soffice") -> None:
    program = folder.parent / "bin" / name
    program.write_text(
        f"#!{sys.executable}\nimport os, shutil, subprocess, sys, time\nargs = sys.argv[1:]\n{code}", "utf-8"
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    (program.parent / "result.docx").write_bytes(written(SAMPLE, ".docx"))


@pytest.mark.parametrize("name", ["r.doc", "r.wps", "R.DOC", "r.dot", "r.wpt"])
def test_without_libreoffice_the_reason_says_how_to_convert(folder: Path, name: str) -> None:
    (folder / name).write_bytes(OLD)
    (found,) = read_paths([folder])
    assert isinstance(found, NotRead)
    assert (found.source, found.kind) == (str(folder / name), "unknown type")
    assert (
        "LibreOffice is not installed: install it, or open the file in Word or WPS and save it as .docx" in found.reason
    )


@posix
@pytest.mark.parametrize("program", ["soffice", "libreoffice"])
@pytest.mark.parametrize("name", ["r.doc", "r.wps"])
def test_an_old_file_is_converted(folder: Path, name: str, program: str) -> None:
    install(folder, CONVERTS, program)
    (folder / name).write_bytes(OLD)
    (report,) = read_paths([folder])
    assert isinstance(report, Report)
    assert (report.id, report.text, report.title, report.date) == ("r", TEXT, SAMPLE.title, SAMPLE.date)


@posix
def test_the_result_does_not_depend_on_the_number_of_workers(folder: Path) -> None:
    install(folder, CONVERTS)
    for n in range(6):
        (folder / f"r{n}.doc").write_bytes(OLD)
    graphs = []
    for workers in (1, 3):
        with graphkit.open(folder.parent / f"g{workers}", create=True) as graph:
            assert graph.build(folder, workers=workers).added == 6
            graphs.append({s.id for s in graph.statements()})
    assert graphs[0] == graphs[1]


@posix
@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("print('Error: source file could not be loaded')", "could not be loaded"),
        ("sys.exit(77)", "cannot convert it; open it"),
        ("os.kill(os.getpid(), 11)", "cannot convert it"),
        (CONVERTS.replace('"result.docx"', '"soffice"'), "not a whole .docx"),
        (CONVERTS.replace("shutil.copy(", "(lambda a, b: os.symlink(a, b))("), "cannot convert it"),
    ],
    ids=["message", "exit code", "crash", "damaged result", "link"],
)
def test_a_failed_conversion_is_a_failure(folder: Path, code: str, words: str) -> None:
    install(folder, code)
    (folder / "r.doc").write_bytes(OLD)
    (found,) = read_paths([folder])
    assert type(found) is Failure
    assert words in found.reason


@posix
def test_a_program_that_hangs_is_ended_with_its_children(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libreoffice, "LIMIT", 2)
    mark = folder.parent / "child"
    install(folder, f"p = subprocess.Popen(['{sys.executable}', '-c', 'import time; time.sleep(600)'])\n"
            f"open({str(mark)!r}, 'w').write(str(p.pid))\ntime.sleep(600)")  # fmt: skip
    (folder / "r.doc").write_bytes(OLD)
    (found,) = read_paths([folder])
    assert isinstance(found, Failure)
    assert "more than 2 seconds" in found.reason
    for _ in range(100):
        if not _is_running(int(mark.read_text())):
            break
        time.sleep(0.1)
    assert not _is_running(int(mark.read_text()))


def _is_running(number: int) -> bool:
    try:
        os.kill(number, 0)
        return Path(f"/proc/{number}/stat").read_text().split()[2] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


@posix
def test_nothing_is_left_in_the_temporary_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import tempfile

    (folder.parent / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder.parent / "tmp"))
    install(folder, CONVERTS)
    (folder / "r.doc").write_bytes(OLD)
    assert len(list(read_paths([folder]))) == 1
    assert list((folder.parent / "tmp").iterdir()) == []


@pytest.mark.parametrize("ending", [".rtf", ".docx", ".odt", ".html"])
@pytest.mark.parametrize("name", ["r.doc", "r.wps"])
def test_a_file_in_another_format_is_read_without_libreoffice(folder: Path, ending: str, name: str) -> None:
    (folder / name).write_bytes(written(SAMPLE, ending))
    (report,) = read_paths([folder])
    assert isinstance(report, Report)
    assert SAMPLE.paragraphs[0] in report.text


@pytest.mark.parametrize(
    ("name", "data", "kind", "words"),
    [
        ("r.doc", b"", NoReport, "empty"),
        ("r.doc", b" \n", NoReport, "empty"),
        ("r.doc", TEXT.encode(), Failure, "rename it to .txt"),
        ("r.doc", xls({"a": [["text"]]}), Failure, "rename it to .xls"),
        ("r.xls", b"", Failure, "not a workbook"),
        ("r.xls", b"text\tdate\nx\ty\n", Failure, "text with the ending"),
        ("r.xls", b"<html><table></table></html>", Failure, "a web page with the ending"),
        ("r.xls", OLD, Failure, "it holds no sheets"),
        ("r.xls", OLD[:300], Failure, "damaged"),
        ("r.xls", xls({"a": [["text"], [TEXT]]})[:2000], Failure, "damaged"),
    ],
    ids=range(10),
)
def test_other_files_are_listed_with_a_remedy(folder: Path, name: str, data: bytes, kind: type, words: str) -> None:
    (folder / name).write_bytes(data)
    (found,) = read_paths([folder])
    assert type(found) is kind
    assert words in found.reason  # type: ignore[union-attr]


def test_the_rows_of_an_old_workbook_are_read(folder: Path) -> None:
    rows = [["编号", "日期", "正文"], ["a", 45387, TEXT], ["b", "2024年4月7日", f"{TEXT}2"]]
    (folder / "r.xls").write_bytes(xls({"一月": rows, "二月": rows[:2]}))
    found = [r for r in read_paths([folder]) if isinstance(r, Report)]
    assert [(r.id, r.date) for r in found] == [("a", "2024-04-05"), ("b", "2024-04-07"), ("a", "2024-04-05")]
    assert found[2].source == f"{folder / 'r.xls'}!二月:2"


@pytest.mark.parametrize("cells", [[(65535, 255)], [(20_000, 250)], [(60_000, 100), (5, 200)]], ids=range(3))
@pytest.mark.parametrize("sheets", [1, 40])
def test_a_workbook_that_claims_many_cells_is_rejected(folder: Path, cells: list[tuple[int, int]], sheets: int) -> None:
    data = xls({f"s{n}": [["text"], [TEXT]] for n in range(sheets)}, extra=cells)
    (folder / "r.xls").write_bytes(data)
    started = time.process_time()
    (failure,) = read_paths([folder])
    assert time.process_time() - started < 3
    assert isinstance(failure, Failure)
    assert "at most 4,000,000 are read" in failure.reason
