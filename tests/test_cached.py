from __future__ import annotations

from pathlib import Path

import pytest

from tests.cached import cached, digest


def test_a_result_is_computed_once_and_again_when_its_data_change(tmp_path: Path) -> None:
    data = tmp_path / "data.txt"
    data.write_text("one", encoding="utf-8")
    made = []

    def make(folder: Path) -> None:
        made.append(data.read_text(encoding="utf-8"))
        (folder / "result").write_text(made[-1], encoding="utf-8")

    first = cached("x", [data], make, tmp_path / "cache")
    assert cached("x", [data], make, tmp_path / "cache") == first
    data.write_text("two", encoding="utf-8")
    second = cached("x", [data], make, tmp_path / "cache")
    assert (second / "result").read_text(encoding="utf-8") == "two"
    assert made == ["one", "two"]
    assert not first.exists()


def test_an_incomplete_result_is_not_used(tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        (folder / "half").touch()
        raise RuntimeError

    with pytest.raises(RuntimeError):
        cached("x", [], fail, tmp_path / "cache")
    assert list(cached("x", [], lambda folder: None, tmp_path / "cache").iterdir()) == []


def test_the_digest_depends_on_names_and_contents(tmp_path: Path) -> None:
    one, two = tmp_path / "1" / "a", tmp_path / "2" / "b"
    for path in (one, two):
        path.parent.mkdir()
        path.write_bytes(b"same")
    assert len({digest([one]), digest([two]), digest([one, two])}) == 3
    before = digest([one])
    one.write_bytes(b"sama")
    assert digest([one]) != before
