"""The version of the extractor follows from its code and data."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

import graphkit
from graphkit.extractors import load_extractor
from graphkit.extractors.version import SOURCES, extractor_version, source_hash
from graphkit.schema.definition import schema_path

PACKAGE = Path(graphkit.__file__).parent


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(PACKAGE, folder / "graphkit", ignore=shutil.ignore_patterns("vendor", "__pycache__"))
    shutil.copy(schema_path(), folder)
    return folder


def hash_of(copied: Path) -> str:
    return source_hash(copied / "graphkit", copied / "graphkit.toml")


def test_a_changed_byte_in_any_reading_file_changes_the_version(copied: Path) -> None:
    before = hash_of(copied)
    paths = [
        p
        for s in SOURCES
        for p in (
            (copied / "graphkit" / s).rglob("*") if (copied / "graphkit" / s).is_dir() else [copied / "graphkit" / s]
        )
    ]
    files = [p for p in (*paths, copied / "graphkit.toml") if p.is_file()]
    assert len(files) > 60
    for path in files:
        content = path.read_bytes()
        middle = len(content) // 2
        path.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :] if content else b"#")
        assert hash_of(copied) != before, path
        path.write_bytes(content)
    assert hash_of(copied) == before


def test_a_new_or_renamed_file_changes_the_version(copied: Path) -> None:
    before, new = hash_of(copied), copied / "graphkit" / "relations" / "more.py"
    new.write_text("")
    first = hash_of(copied)
    new = new.rename(new.with_name("other.py"))
    assert len({before, first, hash_of(copied)}) == 3
    new.unlink()
    assert hash_of(copied) == before


def test_other_files_line_endings_and_compiled_files_do_not_change_the_version(copied: Path) -> None:
    before = hash_of(copied)
    cli, visits = copied / "graphkit" / "cli" / "build.py", copied / "graphkit" / "relations" / "visits.py"
    cli.write_text(cli.read_text(encoding="utf-8") + "# a comment\n", encoding="utf-8")
    visits.write_bytes(visits.read_bytes().replace(b"\n", b"\r\n"))
    (visits.parent / "__pycache__").mkdir()
    (visits.parent / "__pycache__" / "visits.cpython-311.pyc").write_bytes(b"x")
    assert hash_of(copied) == before


def test_another_version_of_a_dependency_changes_the_version(copied: Path) -> None:
    assert source_hash(copied / "graphkit", copied / "graphkit.toml", ["numpy"]) != source_hash(
        copied / "graphkit", copied / "graphkit.toml", ["none"]
    )


def test_the_copy_has_the_version_of_the_original(copied: Path) -> None:
    assert load_extractor().version == extractor_version() == f"7+{source_hash(PACKAGE, schema_path())}"


def test_the_version_is_computed_quickly_and_not_during_import() -> None:
    code = "import sys, graphkit; import graphkit.extractors; print('graphkit.extractors.version' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
    seconds = []
    for _ in range(5):
        start = time.process_time()
        source_hash(PACKAGE, schema_path())
        seconds.append(time.process_time() - start)
    assert min(seconds) < 0.2, "it is computed at each start of a command"


def test_reports_of_another_extractor_version_are_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text("市委书记林知远到石渡县调研。", encoding="utf-8")
    with graphkit.open(tmp_path / "g", create=True) as graph:
        assert graph.build(tmp_path / "a.txt").added == 1
        assert graph.build(tmp_path / "a.txt").added == 0
        monkeypatch.setattr("graphkit.extractors.offline.extractor_version", lambda: "7+00000000")
        assert graph.build(tmp_path / "a.txt").added == 1
