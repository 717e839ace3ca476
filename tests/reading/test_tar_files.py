"""Each member of an archive made by tar is read or listed with a reason; none can lead out of it or fill the memory."""

from __future__ import annotations

import io
import os
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import graphkit
from graphkit.model import Failure, Ignored, NoReport, NotRead, Report
from graphkit.reading import archives, cut, read_paths, read_piece
from tests.reading.every_format import compressed, tar

TEXT = "4月5日，石渡县委书记何清嘉到云雾镇调研。"
ENDINGS = {".tar": "", ".tar.gz": ".gz", ".TGZ": ".gz", ".tar.bz2": ".bz2", ".tar.xz": ".xz", ".tar.zst": ".zst"}


def member(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def pack(path: Path, *members: tarfile.TarInfo | tuple[str, bytes], **options: object) -> Path:
    with tarfile.open(path, "w", **options) as archive:  # type: ignore[call-overload]
        for one in members:
            if isinstance(one, tuple):
                info = tarfile.TarInfo(one[0])
                info.size = len(one[1])
                archive.addfile(info, io.BytesIO(one[1]))
            else:
                archive.addfile(one)
    return path


@pytest.mark.parametrize("ending", ENDINGS)
def test_members_are_read_in_the_order_of_the_archive(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"r{ending}"
    files = {
        "./z/b.txt": TEXT.encode(),
        "a.txt": f"{TEXT}1".encode(),
        "photo.png": b"x",
        "c.tar.gz": b"x",
        ".x/d.txt": b"x",
    }
    path.write_bytes(compressed(tar(files), ENDINGS[ending]))
    found = list(read_paths([path]))
    assert [type(f) for f in found] == [Report, Report, NotRead, NotRead, Ignored]
    assert [r.id for r in found if isinstance(r, Report)] == ["z/b", "a"]
    assert [f.source.partition("!")[2] for f in found if isinstance(f, NotRead)] == ["photo.png", "c.tar.gz"]
    in_folder = list(read_paths([tmp_path]))
    assert [f.source for f in in_folder] == [f.source for f in found]
    assert [r.id for r in in_folder if isinstance(r, Report)] == ["r/z/b", "r/a"]


@pytest.mark.parametrize(
    ("one", "kind", "words"),
    [
        (member("l.txt", tarfile.SYMTYPE, "good.txt"), Ignored, "read under that name"),
        (member("x/l.txt", tarfile.SYMTYPE, "../good.txt"), Ignored, "read under that name"),
        (member("l.txt", tarfile.LNKTYPE, "good.txt"), Ignored, "read under that name"),
        (member("l.txt", tarfile.SYMTYPE, "/etc/passwd"), NotRead, "not followed"),
        (member("l.txt", tarfile.SYMTYPE, "../../etc/passwd"), NotRead, "not followed"),
        (member("l.txt", tarfile.LNKTYPE, "/etc/passwd"), NotRead, "not followed"),
        (member("l.txt", tarfile.SYMTYPE, "l.txt"), NotRead, "not followed"),
        (member(".l.txt", tarfile.SYMTYPE, "good.txt"), Ignored, "hidden"),
        (member("p.txt", tarfile.FIFOTYPE), NotRead, "a FIFO"),
        (member("d.txt", tarfile.CHRTYPE), NotRead, "a character device"),
        (member("d.txt", tarfile.BLKTYPE), NotRead, "a block device"),
        (("../a.txt", b"x"), Failure, "out of the archive"),
        (("/etc/a.txt", b"x"), Failure, "out of the archive"),
        (("x/../../a.txt", b"x"), Failure, "out of the archive"),
    ],
    ids=lambda value: value.name if isinstance(value, tarfile.TarInfo) else None,
)
def test_links_devices_and_paths_out_of_the_archive_are_listed(
    tmp_path: Path, one: tarfile.TarInfo | tuple[str, bytes], kind: type, words: str
) -> None:
    path = pack(tmp_path / "r.tar", one, ("good.txt", TEXT.encode()))
    reports = [f for f in read_paths([path]) if isinstance(f, Report)]
    (other,) = [f for f in read_paths([path]) if not isinstance(f, Report)]
    assert [r.text for r in reports] == [TEXT]
    assert type(other) is kind
    assert words in other.reason


def damaged_header(data: bytes) -> bytes:
    return data[:1024] + b"x" * 512 + data[1536:]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda data: b"", "not a .tar file"),
        (lambda data: b"no archive" * 200, "not a .tar file"),
        (lambda data: data[:540], "damaged"),
        (lambda data: data[:1300], "damaged after 1 members"),
        (lambda data: data[:1024], "the end mark is missing"),
        (damaged_header, "damaged after 1 members"),
    ],
    ids=["empty", "text", "cut in the first file", "cut in a header", "cut between files", "damaged header"],
)
@pytest.mark.parametrize("ending", [".tar", ".tar.zst"])
def test_a_damaged_archive_is_a_failure_after_its_whole_files(
    tmp_path: Path, change: Callable[[bytes], bytes], words: str, ending: str
) -> None:
    data = change(tar({"a.txt": TEXT.encode(), "b.txt": TEXT.encode()}))
    path = tmp_path / f"r{ending}"
    path.write_bytes(compressed(data, ENDINGS[ending]))
    *reports, failure = read_paths([path])
    assert all(isinstance(r, Report) for r in reports)
    assert isinstance(failure, Failure)
    assert words in failure.reason
    assert len(reports) == (len(data) > 1000 and "not a" not in words)


def test_an_archive_that_is_cut_off_in_its_compression_is_a_failure(tmp_path: Path) -> None:
    data = tar({f"{n}.txt": os.urandom(3000).hex().encode() for n in range(100)})
    for ending in (".tar.gz", ".tar.zst", ".tar.xz", ".tar.bz2"):
        path = tmp_path / f"r{ending}"
        whole = compressed(data, ENDINGS[ending])
        path.write_bytes(whole[: len(whole) // 2])
        assert "damaged" in list(read_paths([path]))[-1].reason  # type: ignore[union-attr]


@pytest.mark.parametrize("ending", [".tar.gz", ".tar.zst", ".tar.xz", ".tar.bz2"])
def test_a_bomb_is_rejected(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"r{ending}"
    path.write_bytes(compressed(tar({"a.txt": b" " * 30_000_000}), ENDINGS[ending]))
    (failure,) = read_paths([path])
    assert isinstance(failure, Failure)
    assert "refused as a bomb" in failure.reason


def test_a_large_header_is_rejected(tmp_path: Path) -> None:
    path = pack(tmp_path / "r.tar", (f"{'x' * 2_000_000}.txt", b"x"), format=tarfile.GNU_FORMAT)
    (failure,) = read_paths([path])
    assert isinstance(failure, Failure)
    assert "a header of 2,000,005 bytes" in failure.reason


def test_limits_of_members_and_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "r.tar"
    path.write_bytes(tar({f"{n}.txt": TEXT.encode() for n in range(9)}))
    monkeypatch.setattr(archives, "MAX_MEMBERS", 5)
    *reports, failure = read_paths([path])
    assert len(reports) == 5
    assert isinstance(failure, Failure)
    assert "more than 5 members" in failure.reason
    monkeypatch.setattr(archives, "MAX_MEMBERS", 9)
    monkeypatch.setattr(archives, "MAX_ARCHIVE", 100)
    assert "more than 100 bytes" in list(read_paths([path]))[-1].reason  # type: ignore[union-attr]


def test_an_archive_without_files_contains_no_report(tmp_path: Path) -> None:
    path = pack(tmp_path / "r.tar", member("folder", tarfile.DIRTYPE))
    (found,) = read_paths([path])
    assert isinstance(found, NoReport)
    assert [f for part in cut([path]) for piece in part for f in read_piece(piece)] == [found]


def test_names_in_gb18030_are_read(tmp_path: Path) -> None:
    path = pack(tmp_path / "r.tar", ("石渡.txt", TEXT.encode()), encoding="gb18030", format=tarfile.GNU_FORMAT)
    (report,) = read_paths([path])
    assert isinstance(report, Report)
    assert (report.id, report.source) == ("石渡", f"{path}!石渡.txt")


@given(st.lists(st.tuples(st.sampled_from(["a", "b", "c/d"]), st.sampled_from([".txt", ".png", ".zip"])), max_size=12))
def test_parts_contain_each_member_once(tmp_path_factory: pytest.TempPathFactory, names: list[tuple[str, str]]) -> None:
    path = tmp_path_factory.mktemp("t") / "r.tar.zst"
    files = {f"{n}{name}{ending}": f"{n}{TEXT}".encode() for n, (name, ending) in enumerate(names)}
    path.write_bytes(compressed(tar(files), ".zst"))
    found = list(read_paths([path]))
    assert len(found) == max(len(files), 1)
    assert [f for part in cut([path]) for piece in part for f in read_piece(piece)] == found


def test_an_archive_is_read_the_same_with_any_number_of_workers(tmp_path: Path) -> None:
    path = tmp_path / "r.tar.gz"
    files = {f"{n}.txt": f"{TEXT}{n}".encode() for n in range(1200)}
    path.write_bytes(compressed(tar({**files, "x.png": b"x"}), ".gz"))
    assert sum(len(part) for part in cut([path])) > 1
    with graphkit.open(tmp_path / "g", create=True) as graph:
        outcome = graph.build(path, workers=2)
        assert outcome.added == 1200
        assert graph.build(path, workers=1).added == 0
