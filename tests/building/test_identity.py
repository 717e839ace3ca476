"""Ids are locations: equal file names in different folders are different reports, and no report replaces another."""

from __future__ import annotations

import itertools
import json
import shutil
import zipfile
from pathlib import Path

import pytest

import graphkit
from graphkit.reading.identity import base_of, is_plain
from tests.building.locations import A, B, C, built, stored, write
from tests.conftest import SHARED

#: Files of a folder, and the ids of their reports.
LAYOUTS: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "equal names in two folders": ({"a/1.txt": A, "b/1.txt": B}, {"a/1": A, "b/1": B}),
    "days": ({"2024/04/01.txt": A, "2024/05/01.txt": B, "2023/04/01.txt": C},
             {"2024/04/01": A, "2024/05/01": B, "2023/04/01": C}),
    "the folder and a folder in it": ({"1.txt": A, "x/1.txt": B}, {"1": A, "x/1": B}),
    "Chinese names": ({"石渡/要闻.txt": A, "云泽/要闻.txt": B}, {"石渡/要闻": A, "云泽/要闻": B}),
    "blanks and marks": ({"a b/1 (2).txt": A, "a#b/1 (2).txt": B, "a%2Fb/1 (2).txt": C},
                         {"a b/1 (2)": A, "a#b/1 (2)": B, "a%2Fb/1 (2)": C}),
    "equal texts in two folders": ({"a/1.txt": A, "b/1.txt": A}, {"a/1": A, "b/1": A}),
    "one name alone": ({"a/1.txt": A, "b/2.txt": B}, {"a/1": A, "b/2": B}),
    "records with default ids": ({"a/r.jsonl": json.dumps({"text": A}), "b/r.jsonl": json.dumps({"text": B})},
                                 {"a/r-1": A, "b/r-1": B}),
    "records with their own ids": ({"a/r.jsonl": json.dumps({"id": "5", "text": A})}, {"5": A}),
    "pages": ({"a/t1.html": f"<title>t</title><p>{A}{A}{A}</p>", "b/t1.txt": B}, {"b/t1": B}),
    "deep folders": ({"a/b/c/d/1.txt": A, "a/b/c/1.txt": B, "1.txt": C}, {"a/b/c/d/1": A, "a/b/c/1": B, "1": C}),
}  # fmt: skip


@pytest.mark.parametrize("name", LAYOUTS)
def test_ids_are_locations_in_the_folder(tmp_path: Path, name: str) -> None:
    files, expected = LAYOUTS[name]
    folder = write(tmp_path / "r", files)
    assert expected.items() <= built(tmp_path / "g", folder).items()
    with zipfile.ZipFile(tmp_path / "r.zip", "w") as archive:
        for inner, text in files.items():
            archive.writestr(inner, text)
    # The location of an archive begins below it, as that of a folder.
    assert built(tmp_path / "h", tmp_path / "r.zip") == built(tmp_path / "g", folder)
    folder.rename(tmp_path / "other")
    with graphkit.open(tmp_path / "g") as graph:
        outcome = graph.build(tmp_path / "other")
        assert (outcome.added, len(outcome.failures)) == (0, 0)
        assert outcome.skipped == len(stored(graph))


@pytest.mark.skipif(not (SHARED / "cases/reading/01-same-stem").exists(), reason="needs ../shared")
def test_the_case_of_equal_stems(tmp_path: Path) -> None:
    found = built(tmp_path / "g", SHARED / "cases/reading/01-same-stem")
    assert sorted(found) == ["20240401/01", "20240402/01"]


def test_arguments_with_equal_names_are_both_kept_in_every_order(tmp_path: Path) -> None:
    folders = [
        write(tmp_path / name, {"1.txt": text, "only-" + name + ".txt": C})
        for name, text in zip("xy", (A, B), strict=True)
    ]
    results = [built(tmp_path / f"g{n}", *order) for n, order in enumerate(itertools.permutations(folders))]
    results.append(built(tmp_path / "w", *folders, workers=2))
    with graphkit.open(tmp_path / "late", create=True) as graph:
        graph.build(folders[1])
        assert stored(graph) == {"1": B, "only-y": C}
        graph.build(folders[0])
        results.append(stored(graph))
    for found in results:
        assert found == results[0]
        assert sorted((base_of(i), text) for i, text in found.items()) == sorted(
            [("1", A), ("1", B), ("only-x", C), ("only-y", C)]
        )


def test_a_changed_file_replaces_its_report_and_no_other(tmp_path: Path) -> None:
    x, y = write(tmp_path / "x", {"1.txt": A}), write(tmp_path / "y", {"1.txt": B})
    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.build([x, y])
        write(x, {"1.txt": C})
        outcome = graph.build([x, y])
        assert (outcome.added, outcome.skipped) == (1, 1)
        assert sorted(stored(graph).values()) == sorted((B, C))
        write(y, {"1.txt": C})
        graph.build([y])
        # Both files now contain the same report, so that it has no suffix.
        assert stored(graph) == {"1": C}
        write(x, {"1.txt": A})
        graph.build([x])
        assert sorted(stored(graph).values()) == sorted((A, C))
    assert built(tmp_path / "once", x, y) == built(tmp_path / "g", x, y)


def test_files_that_exchange_their_texts(tmp_path: Path) -> None:
    x, y = write(tmp_path / "x", {"1.txt": A}), write(tmp_path / "y", {"1.txt": B})
    for workers in (1, 2):
        with graphkit.open(tmp_path / f"g{workers}", create=True) as graph:
            graph.build(x, workers=workers)
            write(x, {"1.txt": B}), write(y, {"1.txt": A})
            outcome = graph.build([x, y], workers=workers)
            assert sorted(stored(graph).values()) == sorted((A, B))
            assert outcome.added + outcome.skipped == 2
            write(x, {"1.txt": A}), write(y, {"1.txt": B})


def test_a_file_alone_has_the_id_that_it_has_in_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write(tmp_path / "r", {"a/1.txt": A, "b/1.txt": B})
    monkeypatch.chdir(tmp_path)
    with graphkit.open("g", create=True) as graph:
        graph.build("r/a/1.txt")
        assert stored(graph) == {"1": A}
        graph.build("r")
        assert stored(graph) == {"a/1": A, "b/1": B}
        write(folder, {"a/1.txt": C, "a/2.txt": A})
        graph.build(["r/a/1.txt", tmp_path / "r/a/2.txt"])
        assert stored(graph) == {"a/1": C, "a/2": A, "b/1": B}
    assert built(tmp_path / "once", folder, "r/a/1.txt", "r/a") == built(tmp_path / "twice", "r/a", folder)


def test_a_failed_file_of_a_folder_keeps_its_id_when_it_is_retried(tmp_path: Path) -> None:
    folder = write(tmp_path / "r", {"a/1.txt": "", "b/1.txt": B})
    with graphkit.open(tmp_path / "g", create=True) as graph:
        assert len(graph.build(folder).failures) == 1
        write(folder, {"a/1.txt": A})
        graph.retry()
        assert stored(graph) == {"a/1": A, "b/1": B}


@pytest.mark.parametrize(
    ("pattern", "ids"),
    [("*/1.txt", ["a/1", "b/1"]), ("a/*.txt", ["1", "2"]), ("**/1.txt", ["a/1", "b/1", "b/c/1"]),
     ("?", ["a/1", "a/2", "b/1", "b/c/1"]), ("b/c/[0-9].txt", ["1"])],
)  # fmt: skip
def test_ids_of_a_glob_pattern_begin_at_its_first_wildcard(tmp_path: Path, pattern: str, ids: list[str]) -> None:
    folder = write(tmp_path / "r", {"a/1.txt": A, "a/2.txt": B, "b/1.txt": C, "b/c/1.txt": A + B})
    assert sorted(built(tmp_path / "g", f"{folder}/{pattern}")) == ids


def test_archives_in_a_folder_are_folders(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    folder.mkdir()
    for name, text in (("z.zip", A), ("y.zip", B)):
        with zipfile.ZipFile(folder / name, "w") as archive:
            archive.writestr("a/1.txt", text)
            archive.writestr("b\\1.txt", C)
    assert built(tmp_path / "g", folder) == {"z/a/1": A, "z/b/1": C, "y/a/1": B, "y/b/1": C}
    alone = built(tmp_path / "h", folder / "z.zip", folder / "y.zip")
    assert sorted(base_of(i) for i in alone) == ["a/1", "a/1", "b/1"]


@pytest.mark.parametrize("name", ["z.tar", "z.tar.gz", "z.tgz", "z.zip"])
@pytest.mark.parametrize("workers", [1, 2])
def test_archives_of_every_kind_give_the_same_ids(tmp_path: Path, name: str, workers: int) -> None:
    folder = write(tmp_path / "r", {"in/1.txt": A, "b/1.txt": B})
    shutil.make_archive(str(folder / "z"), "gztar" if "gz" in name else name.rpartition(".")[2], folder / "b")
    packed = next(folder.glob("z.*"))
    packed.rename(folder / name)
    assert built(tmp_path / "g", folder, workers=workers) == {"in/1": A, "b/1": B, "z/1": B}
    assert built(tmp_path / "h", folder / name, workers=workers) == {"1": B}


def test_files_that_differ_only_in_their_extension_are_both_kept(tmp_path: Path) -> None:
    folder = write(tmp_path / "r", {"1.txt": A, "1.md": B, "2.txt": C, "2.md": C})
    found = built(tmp_path / "g", folder)
    assert sorted(map(base_of, found)) == ["1", "1", "2"]
    assert found["2"] == C


def test_an_own_id_that_looks_like_one_with_a_suffix_is_no_other_report(tmp_path: Path) -> None:
    records = [{"id": "x", "text": A}, {"id": "x", "text": B}]
    path = tmp_path / "r.jsonl"
    path.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    (looks,) = (i for i, text in built(tmp_path / "g", path).items() if text == A)
    records.append({"id": looks, "text": C})
    for number, order in enumerate(itertools.permutations(records)):
        path = tmp_path / f"r{number}.jsonl"
        path.write_text("\n".join(map(json.dumps, order)), encoding="utf-8")
        found = built(tmp_path / f"g{number}", path)
        assert found[looks] == A
        assert sorted(found.values()) == sorted((A, B, C))


def test_content_that_moves_to_another_line_is_not_doubled(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    lines = [json.dumps({"text": t}) for t in (A, B, C)]
    path.write_text("\n".join(lines), encoding="utf-8")
    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.build(path)
        path.write_text("\n".join(lines[1:]), encoding="utf-8")
        graph.build(path)
        assert stored(graph) == {"r-1": B, "r-2": C}
        path.write_text("\n".join(lines), encoding="utf-8")
        graph.build(path)
        assert stored(graph) == {"r-1": A, "r-2": B, "r-3": C}


def test_removed_reports_give_their_id_back(tmp_path: Path) -> None:
    x, y = write(tmp_path / "x", {"1.txt": A}), write(tmp_path / "y", {"1.txt": B})
    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.build([x, y])
        (of_a,) = (i for i, text in stored(graph).items() if text == A)
        assert graph.remove(of_a)
        assert not graph.remove(of_a)
        assert stored(graph) == {"1": B}
        assert all(s.report == "1" for s in graph.statements())


def test_reports_of_a_graph_of_an_earlier_version_are_not_doubled(tmp_path: Path) -> None:
    folder = write(tmp_path / "r", {"a/1.txt": A, "b/2.txt": B, "3.txt": C})
    with graphkit.open(tmp_path / "g", create=True) as graph:
        for file in ("a/1.txt", "b/2.txt", "3.txt"):
            graph.build(folder / file)
        graph.ledger._db.execute("DELETE FROM origin")
        graph.ledger._db.execute("DELETE FROM root")
        assert sorted(stored(graph)) == ["1", "2", "3"]
        graph.build(folder)
        assert stored(graph) == {"a/1": A, "b/2": B, "3": C}


def test_ids_with_folders_in_exports_and_queries(tmp_path: Path) -> None:
    folder = write(tmp_path / "r", {"石渡/a b/1.txt": A, "x/1.txt": B, "y/1.txt": B, "1.txt": C, "x%2F1.txt": A})
    write(tmp_path / "s", {"1.txt": A})
    ids = sorted(built(tmp_path / "g", folder, tmp_path / "s"))
    assert sum(not is_plain(i) for i in ids) == 2
    with graphkit.open(tmp_path / "g") as graph:
        assert sorted(r["i"] for r in graph.cypher("MATCH (r:Report) RETURN r.report_id AS i")) == ids
        iris = [r["r"] for r in graph.sparql("SELECT DISTINCT ?r { ?r ?p ?o FILTER regex(str(?r), '/report/[^#]*$') }")]
        assert len(iris) == len(set(iris)) == len(ids)
        assert any(iri.endswith("report/x%2F1") for iri in iris)
        assert any(iri.endswith("report/x%252F1") for iri in iris)
        for report_id in ids:
            rows = graph.cypher("MATCH (r:Report {report_id: $i}) RETURN r.characters AS n", i=report_id)
            assert rows == [{"n": len(stored(graph)[report_id])}]
            assert graph.reading(report_id) is not None
        for name in ("nquads", "trig", "rdfxml", "jsonld", "graphml", "csv", "cypher"):
            graph.export(name, tmp_path / f"out.{name}")
        graph.export("csv", f"{tmp_path / 'tables'}/")
        graph.export("neo4j-admin", f"{tmp_path / 'neo4j'}/")
        spans = [s for row in graph.cypher("MATCH ()-[v:VISITED]->() RETURN v.spans AS s") for s in row["s"]]
        assert {s.rpartition(":")[0] for s in spans} <= set(ids)
        assert list(graph.validate()) == []
