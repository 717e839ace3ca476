"""Output files behave as with `cp`, and files of the user in output folders are kept."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import graphkit
from graphkit.errors import ExportError, GraphkitError, UsageError
from graphkit.files.output import MARKER, open_output, write_folder, write_output

posix = pytest.mark.skipif(os.name != "posix", reason="devices, pipes and links of POSIX")


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def fail(path: Path) -> None:
    with open_output(path) as out:
        out.write(b"half")
        raise OSError(28, "No space left on device")


def test_a_failure_keeps_the_old_file_and_leaves_no_partial_file(tmp_path: Path) -> None:
    path = tmp_path / "x.nq"
    path.write_text("old")
    (tmp_path / "x.nq.part").write_text("the user's")
    with pytest.raises(ExportError, match="No space left"):
        fail(path)
    write_output(path, "new")
    assert files(tmp_path) == {"x.nq": b"new", "x.nq.part": b"the user's"}


@posix
def test_an_existing_file_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text("old")
    path.chmod(0o640)
    write_output(path, "new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@posix
def test_a_symbolic_link_is_kept_and_its_target_is_written(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    for name in ("there", "not-yet"):
        link = tmp_path / name
        link.symlink_to(tmp_path / "real" / name)
        if name == "there":
            (tmp_path / "real" / name).write_text("old")
        write_output(link, "new")
        assert link.is_symlink()
        assert (tmp_path / "real" / name).read_text() == "new"
    assert sorted(p.name for p in (tmp_path / "real").iterdir()) == ["not-yet", "there"]


@posix
def test_devices_and_pipes_are_written_directly(tmp_path: Path) -> None:
    write_output("/dev/null", "x")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    fifo = tmp_path / "pipe"
    os.mkfifo(fifo)
    found: list[bytes] = []
    reader = threading.Thread(target=lambda: found.append(fifo.read_bytes()))
    reader.start()
    write_output(fifo, "x")
    reader.join(10)
    assert found == [b"x"]
    assert stat.S_ISFIFO(fifo.stat().st_mode)


@posix
def test_an_open_file_is_appended_to(tmp_path: Path) -> None:
    with open(tmp_path / "log", "wb") as log:
        log.write(b"before ")
        log.flush()
        link = tmp_path / "link"
        link.symlink_to(f"/dev/fd/{log.fileno()}")
        for path in (f"/dev/fd/{log.fileno()}", f"/proc/self/fd/{log.fileno()}", link):
            write_output(path, "x")
    assert (tmp_path / "log").read_bytes() == b"before xxx"


@posix
def test_paths_that_cannot_be_written_are_rejected_with_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "closed").write_text("old")
    (tmp_path / "closed").chmod(0o444)
    for path, words in (
        (tmp_path / "loop", "the symbolic links form a loop"),
        (tmp_path / "closed", "read-only"),
        (tmp_path / "none" / "x", "this folder does not exist"),
        (tmp_path, "is a folder"),
        (tmp_path / ("x" * 300), "too long"),
        (f"{tmp_path}/new/", "this folder does not exist"),
        ("", "the output path is empty"),
        ("a\0b", "not a valid file name"),
        (tmp_path / "closed" / "x", "cannot be written"),
    ):
        with pytest.raises(GraphkitError, match=words):
            write_output(path, "new")
    assert (tmp_path / "closed").read_text() == "old"


@pytest.mark.parametrize("format_", ["csv", "neo4j-admin"])
def test_a_folder_with_other_files_is_rejected_and_kept(
    example_graph: graphkit.Graph, tmp_path: Path, format_: str
) -> None:
    folder = tmp_path / "out"
    for name in ("nodes/mine.csv", "nodes/Person.csv", "relationships/mine.txt", "nodes.csv", "notes.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"mine: {name}")
    before = files(folder)
    with pytest.raises(UsageError, match="force=True"):
        example_graph.export(format_, folder)
    assert files(folder) == before
    example_graph.export(format_, folder, force=True)
    after = files(folder)
    written = json.loads(after.pop(MARKER))["exports"][format_]
    assert set(before) - set(written) == {n for n in before if after[n] == before[n]}
    assert not any(n.endswith(".part") for n in os.listdir(folder))


def test_an_export_replaces_only_files_that_graphkit_wrote(example_graph: graphkit.Graph, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    example_graph.export("neo4j-admin", f"{folder}/")
    first = files(folder)
    (folder / "nodes" / "mine.csv").write_text("mine")
    example_graph.export("csv", folder)
    example_graph.export("neo4j-admin", folder)
    after = files(folder)
    assert after["nodes/mine.csv"] == b"mine"
    assert {n: after[n] for n in first if n != MARKER} == {n: first[n] for n in first if n != MARKER}
    assert {"nodes.csv", "relationships.csv"} < set(after)


def put(*names: str):  # type: ignore[no-untyped-def]
    def write(folder: Path) -> None:
        for name in names:
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text("new")

    return write


def test_files_of_an_earlier_export_that_are_obsolete_are_removed(tmp_path: Path) -> None:
    write_folder(tmp_path, "x", put("sub/a.csv", "sub/b.csv", "old/c.csv"))
    write_folder(tmp_path, "x", put("sub/a.csv"))
    assert set(files(tmp_path)) == {MARKER, "sub/a.csv"}
    assert not (tmp_path / "old").exists()


def test_a_file_of_the_user_with_an_export_name_is_not_replaced(tmp_path: Path) -> None:
    write_folder(tmp_path, "x", put("a.csv"))
    (tmp_path / "b.csv").write_text("mine")
    with pytest.raises(UsageError, match=r"b\.csv already exists and was not written by graphkit"):
        write_folder(tmp_path, "x", put("a.csv", "b.csv"))
    assert (tmp_path / "b.csv").read_text() == "mine"


@pytest.mark.parametrize(
    "marker",
    [
        "",
        "[]",
        "{}",
        '{"exports": 1}',
        '{"exports": {"x": ["../victim"]}}',
        '{"exports": {"x": ["/etc/passwd"]}}',
        '{"exports": {"x": ["a/../../victim"]}}',
        '{"exports": {"x": [1]}}',
        "[" * 100_000,
        '{"exports": {"x": [".ssh"]}}',
    ],
)
def test_a_marker_file_of_another_program_is_ignored(tmp_path: Path, marker: str) -> None:
    (tmp_path / "victim").write_text("mine")
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / MARKER).write_text(marker)
    with pytest.raises(UsageError, match="was not written by graphkit"):
        write_folder(folder, "x", put("a.csv"))
    assert (tmp_path / "victim").read_text() == "mine"


@posix
def test_a_link_instead_of_a_subfolder_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "victim").mkdir()
    folder = tmp_path / "out"
    write_folder(folder, "x", put("a.csv"))
    (folder / "sub").symlink_to(tmp_path / "victim")
    for force in (False, True):
        with pytest.raises(UsageError, match="a folder of this name must be written"):
            write_folder(folder, "x", put("a.csv", "sub/b.csv"), force=force)
    assert list((tmp_path / "victim").iterdir()) == []


def test_a_failed_first_export_leaves_no_folder(tmp_path: Path) -> None:
    def write(folder: Path) -> None:
        (folder / "a").write_text("half")
        raise OSError(28, "No space left on device")

    with pytest.raises(ExportError, match="No space left"):
        write_folder(tmp_path / "new", "x", write)
    assert not (tmp_path / "new").exists()


def test_an_export_into_a_folder_uses_the_default_file_name(example_graph: graphkit.Graph, tmp_path: Path) -> None:
    example_graph.export("nquads", tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["graph.nq"]


@posix
def test_only_partial_files_of_killed_processes_are_removed(tmp_path: Path) -> None:
    code = (
        "import sys, time\nfrom graphkit.files.output import open_output\nwith open_output(sys.argv[1]) as out:\n    "
        "out.write(b'half')\n    print(flush=True)\n    time.sleep(60)"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path / name)], stdout=subprocess.PIPE)
        for name in ("killed", "running")
    ]
    try:
        for process in processes:
            assert process.stdout is not None
            process.stdout.readline()
        assert len(list(tmp_path.iterdir())) == 2
        processes[0].kill()
        processes[0].wait()
        (tmp_path / ".graphkit-notes.part").write_text("of the user")
        write_output(tmp_path / "x", "whole")
        names = sorted(p.name for p in tmp_path.iterdir())
        assert len(names) == 3, names
        assert {".graphkit-notes.part", "x"} < set(names)
    finally:
        for process in processes:
            process.kill()
            process.communicate()
