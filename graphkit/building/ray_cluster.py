"""Reading, and bringing names together, on the nodes of a Ray cluster (extra [ray]). Scheduling, retries after a lost worker or node: Ray's.

The driver lists the inputs and cuts them into tasks. A task reads and extracts its parts on a node and leaves a shard: a
Parquet file of reports with their rows, written whole or not at all. The driver reads the shards in the order of the
inputs into the ledger and takes them away. Inputs and shards must lie where all nodes see them: a shared folder, or for
the shards an object store that pyarrow knows (s3://, gs://). A build that was cut off finds the shards that are whole.
"""

from __future__ import annotations

import hashlib
import logging
import os
import socket
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import accumulate, chain, islice, pairwise
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import pyarrow as pa
import pyarrow.fs as pafs
import pyarrow.parquet as pq

from graphkit.building.batch import Item, Known, Read, process_part
from graphkit.errors import UsageError, WorkerError
from graphkit.extractors import Extractor
from graphkit.ledger import Entry, Ledger
from graphkit.ledger.entry import Row
from graphkit.model import Failure, Ignored, NoReport, NotRead
from graphkit.reading import Part

_log = logging.getLogger(__name__)
#: Parts of a task: about a hundred reports, so that a lost task costs a second or two and no node waits long for the last one.
TASK_PARTS = 1
#: Tasks under way for each processor of the cluster.
TASKS_PER_CPU = 2
#: How often Ray runs a task again whose worker or node died.
RETRIES = 5
#: Seconds that a cluster has to answer.
CONNECT_TIMEOUT = 10
#: Where a cluster of this machine alone listens.
LOOPBACK = "127.0.0.1"

_TEXT, _INT, _FLOAT = pa.string(), pa.int64(), pa.float64()


def _struct(**columns: pa.DataType) -> pa.DataType:
    return pa.struct(list(columns.items()))


_REPORT = _struct(**dict.fromkeys(("id", "fingerprint", "sha256", "title", "date", "publisher", "place", "level", "url", "text", "extractor", "extractor_version"), _TEXT))
_MENTION = {"type": _TEXT, "name": _TEXT, "start": _INT, "end": _INT, "aliases": _TEXT, "anchor": _TEXT}
#: Name of a list in an Entry → what its rows hold.
_LISTS = {
    "passages": _struct(report=_TEXT, kind=_TEXT, start=_INT, end=_INT, item=_INT),
    "utterances": _struct(report=_TEXT, start=_INT, end=_INT, type=_TEXT, speaker=_TEXT),
    "statements": _struct(
        id=_TEXT, report=_TEXT, relation=_TEXT, kind=_TEXT, status=_TEXT, speaker=_TEXT, date=_TEXT, start=_INT, end=_INT, rule=_TEXT, confidence=_FLOAT,
        **{f"s_{k}": v for k, v in _MENTION.items()}, **{f"o_{k}": v for k, v in _MENTION.items()}, date_basis=_TEXT,
    ),
}
#: A row an input: `what` is read, known, failure, not read (with the kind), empty or ignored; report and the lists only where it was read.
SCHEMA = pa.schema([
    ("part", pa.int32()), ("what", _TEXT), ("id", _TEXT), ("fingerprint", _TEXT), ("source", _TEXT), ("reason", _TEXT), ("report", _REPORT),
    ("words", pa.binary()), ("refused", pa.list_(_TEXT)), ("unread_date", _TEXT), *((name, pa.list_(kind)) for name, kind in _LISTS.items()),
])

_WHAT: dict[type, str] = {Failure: "failure", NoReport: "empty", Ignored: "ignored"}
_CLASS: dict[str, Any] = {what: kind for kind, what in _WHAT.items()}
_NOT_READ = "not read: "
_PLAIN = ("part", "what", "id", "fingerprint", "source", "reason", "words", "refused", "unread_date")

Task = list[Part]
Block = TypeVar("Block")
Result = TypeVar("Result")


class Cluster:
    """A Ray cluster that works: the one at RAY_ADDRESS or that Ray was started on before, else one of this machine alone.

    Use it as a context manager.
    """

    def __init__(self, ledger: Ledger, extractor: Extractor, shards: str) -> None:
        """shards: folder or URL that all nodes see; "" is the graph's folder. Raises UsageError without Ray."""
        try:
            import ray
        except ModuleNotFoundError:
            raise UsageError("--engine ray needs Ray: run `pip install ray`") from None
        self._ray: Any = ray
        self._mine = False
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._ledger = ledger
        self._extractor = extractor
        base = shards if "://" in shards else str((Path(shards) if shards else ledger.path.parent).resolve())
        #: A folder of its own, so that nothing else is ever taken away. (The address of an object store may end in ?options.)
        place, mark, options = base.partition("?") if "://" in base else (base, "", "")
        self._shards = f"{place.rstrip('/')}/graphkit-shards-{ledger.identity}{mark}{options}"

    def __enter__(self) -> Cluster:
        ray = self._ray
        self._mine = not ray.is_initialized()
        if self._mine:
            # Nothing leaves the machine unasked: Ray would report that it is used.
            os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
            _check_reachable(os.environ.get("RAY_ADDRESS", ""))
            with self._translated_errors():
                self._init()
        return self

    def _init(self) -> None:
        """Join the cluster that is there, else start one that only this user on this machine reaches."""
        wanted = os.environ.get("RAY_ADDRESS", "")
        if wanted not in ("", "local"):
            self._ray.init(log_to_driver=False)
            self._log_cluster("RAY_ADDRESS names it")
            return
        if not wanted:
            try:
                self._ray.init(address="auto", log_to_driver=False)
                self._log_cluster("it runs on this machine; with RAY_ADDRESS=local graphkit starts one of its own")
                return
            except ConnectionError:
                pass
        # (A short path: the names of Ray's sockets in it may have about a hundred characters. Ray opens its own folder to all
        # users; the one around it stays this user's.)
        self._folder = tempfile.TemporaryDirectory(prefix="gk-ray-", ignore_cleanup_errors=True)
        with _on_loopback():
            self._ray.init(address="local", log_to_driver=False, include_dashboard=False, _node_ip_address=LOOPBACK, _temp_dir=f"{self._folder.name}/r")

    def _log_cluster(self, reason: str) -> None:
        """Nobody sends reports to a cluster of others without being told."""
        _log.warning("the running Ray cluster at %s is used: %s", self._ray.get_runtime_context().gcs_address, reason)

    def __exit__(self, *_: object) -> None:
        if self._mine and self._ray.is_initialized():
            self._ray.shutdown()
        if self._folder is not None:
            self._folder.cleanup()

    def results(self, parts: Iterator[Part]) -> Iterator[tuple[Part, list[Item]]]:
        """Parts with what became of their reports, in order."""
        ray = self._ray
        with self._translated_errors(), self._translated_shard_errors():
            files, folder = _place(self._shards)
            _make_private(files, folder)
            known = ray.put(frozenset(_key(i, f) for i, f in self._ledger.read_by(self._extractor.name, self._extractor.version)))
            extractor = ray.put(self._extractor)
            remote = self._remote(_task)

            def send(task: Task) -> Any:
                return remote.remote(task, extractor, known, self._shards)

            for task, path in self._submit_ahead(send, iter(lambda: list(islice(parts, TASK_PARTS)), [])):
                yield from self._read_shard(files, task, path, send)
            files.delete_dir(folder)

    def spread(self, function: Callable[[Block], Result], blocks: Iterable[Block], /) -> Iterable[Result]:
        """What `function` makes of each block on the nodes, in order (graphkit.resolution.spread). A single block is not worth the way."""
        remaining = iter(blocks)
        first = list(islice(remaining, 2))
        if len(first) < 2:
            yield from map(function, first)
            return
        remote = self._remote(_call)
        with self._translated_errors():
            for _, result in self._submit_ahead(lambda block: remote.remote(function, block), chain(first, remaining)):
                yield result

    def _remote(self, function: Callable[..., Any]) -> Any:
        return self._ray.remote(max_retries=RETRIES, num_cpus=1)(function)

    def _submit_ahead(self, send: Callable[[Block], Any], blocks: Iterable[Block]) -> Iterator[tuple[Block, Any]]:
        """Blocks with their results, in order; a few for each processor are under way."""
        ahead = TASKS_PER_CPU * max(1, int(self._ray.cluster_resources().get("CPU", 1)))
        waiting: deque[tuple[Block, Any]] = deque()
        for block in blocks:
            waiting.append((block, send(block)))
            if len(waiting) >= ahead:
                block, answer = waiting.popleft()
                yield block, self._ray.get(answer)
        while waiting:
            block, answer = waiting.popleft()
            yield block, self._ray.get(answer)

    @contextmanager
    def _translated_errors(self) -> Iterator[None]:
        """What goes wrong in words."""
        try:
            yield
        except (self._ray.exceptions.RayError, ConnectionError) as error:
            words = getattr(error, "cause", None) or str(error).splitlines()[0]
            raise WorkerError(f"the Ray cluster gave up: {words}; run the same command again, what was read is kept") from None

    @contextmanager
    def _translated_shard_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise WorkerError(f"--shards {self._shards}: {error}; all nodes and this machine must be able to read and write there") from None

    def _read_shard(self, files: pafs.FileSystem, task: Task, path: str, send: Callable[[Task], Any]) -> Iterator[tuple[Part, list[Item]]]:
        found = _shard(files, path, len(task))
        if any(isinstance(item, Known) and not self._is_known(item) for items in found for item in items):
            # The shard of a build that was cut off; a report of it was taken out of the graph since.
            files.delete_file(path)
            found = _shard(files, self._ray.get(send(task)), len(task))
        yield from zip(task, found, strict=True)
        files.delete_file(path)

    def _is_known(self, item: Known) -> bool:
        return self._ledger.has(item.id, item.fingerprint, self._extractor.name, self._extractor.version)


def _make_private(files: pafs.FileSystem, folder: str) -> None:
    """Make the folder of the shards; on a disk only its user may look into it."""
    if isinstance(files, pafs.LocalFileSystem):
        Path(folder).parent.mkdir(parents=True, exist_ok=True)
        Path(folder).mkdir(mode=0o700, exist_ok=True)
    else:
        files.create_dir(folder, recursive=True)


def _shard(files: pafs.FileSystem, path: str, parts: int) -> list[list[Item]]:
    found: list[list[Item]] = [[] for _ in range(parts)]
    with files.open_input_file(path) as file:
        table = pq.ParquetFile(file).read().combine_chunks()
    for part, item in _items(table):
        found[part].append(item)
    return found


@contextmanager
def _on_loopback() -> Iterator[None]:
    """Let Ray keep 127.0.0.1: on Linux it would put the machine's address on the network in its place, and listen everywhere.

    (It keeps it on macOS and Windows, by this same setting, and takes the node's address for what to listen at.)
    """
    from ray._private import ray_constants

    before = getattr(ray_constants, "ENABLE_RAY_CLUSTER", None)
    setattr(ray_constants, "ENABLE_RAY_CLUSTER", False)  # noqa: B010
    try:
        yield
    finally:
        setattr(ray_constants, "ENABLE_RAY_CLUSTER", before)  # noqa: B010


def _check_reachable(address: str) -> None:
    """Raises WorkerError when nobody listens at `host:port`: Ray itself would try for minutes."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not host or not port.isdecimal():
        return
    try:
        socket.create_connection((host, int(port)), timeout=CONNECT_TIMEOUT).close()
    except OSError as error:
        raise WorkerError(f"no Ray cluster answers at {address} (RAY_ADDRESS): {error.strerror or error}") from None


def _place(shards: str) -> tuple[pafs.FileSystem, str]:
    try:
        files, folder = pafs.FileSystem.from_uri(shards)
    except (pa.ArrowInvalid, OSError) as error:
        raise UsageError(f"--shards {shards}: {error}") from None
    return files, folder


def _key(report_id: str, fingerprint: str) -> bytes:
    return hashlib.blake2b(f"{report_id}\x1f{fingerprint}".encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _call(function: Callable[[Block], Result], block: Block) -> Result:
    """On a node: any work on a block."""
    return function(block)


def _task(task: Task, extractor: Extractor, known: frozenset[bytes], shards: str) -> str:
    """On a node: reads a task and leaves its shard. Gives the shard's path; one that is there whole is not made again."""
    files, folder = _place(shards)
    name = hashlib.sha256(repr((task, extractor.name, extractor.version, SCHEMA.names)).encode("utf-8", "surrogatepass")).hexdigest()[:32]
    path = f"{folder}/{name}.parquet"
    if files.get_file_info(path).type is pafs.FileType.File:
        return path
    items = [(n, item) for n, part in enumerate(task) for item in process_part(part, extractor, lambda i, f: _key(i, f) in known)]
    # A name of its own: a task that Ray believes to be lost may still be writing.
    unfinished = f"{path}.{uuid4().hex}.part"
    with files.open_output_stream(unfinished) as out:
        pq.write_table(_table(items), out, compression="zstd")
    files.move(unfinished, path)
    return path


def _table(items: list[tuple[int, Item]]) -> pa.Table:
    """Items, each with the number of its part, as a table of SCHEMA, made column by column."""
    entries = [item.entry if isinstance(item, Read) else None for _, item in items]
    plain = [
        (n, *_plain(item), e.words if e else None, e.refused if e else None, item.unread_date if isinstance(item, Read) else None)
        for (n, item), e in zip(items, entries, strict=True)
    ]
    found = {name: pa.array(column, SCHEMA.field(name).type) for name, column in zip(_PLAIN, _columns(plain, len(_PLAIN)), strict=True)}
    names = [field.name for field in _REPORT]
    found["report"] = pa.array([e and dict(zip(names, e.report, strict=True)) for e in entries], _REPORT)
    for name, kind in _LISTS.items():
        lists = [getattr(e, name) if e else () for e in entries]
        ends = list(accumulate(map(len, lists), initial=0))
        columns = _columns([row for rows in lists for row in rows], kind.num_fields)
        values = pa.StructArray.from_arrays([pa.array(c, field.type) for c, field in zip(columns, kind, strict=True)], fields=list(kind))
        found[name] = pa.ListArray.from_arrays(pa.array(ends, pa.int32()), values)
    return pa.table([found[name] for name in SCHEMA.names], schema=SCHEMA)


def _columns(rows: list[Any], number: int) -> list[Any]:
    return list(zip(*rows, strict=True)) or [()] * number


def _plain(item: Item) -> tuple[str, str | None, str | None, str, str | None]:
    """what, id, fingerprint, source, reason"""
    if isinstance(item, NotRead):
        return f"{_NOT_READ}{item.kind}", None, None, item.source, item.reason
    if isinstance(item, (Failure, NoReport, Ignored)):
        return _WHAT[type(item)], None, None, item.source, item.reason
    return "read" if isinstance(item, Read) else "known", item.id, item.fingerprint, item.source, None


def _items(table: pa.Table) -> Iterator[tuple[int, Item]]:
    """The items of a table of SCHEMA, each with the number of its part."""
    plain = [table[name].to_pylist() for name in _PLAIN]
    reports = zip(*(c.to_pylist() for c in table["report"].combine_chunks().flatten()), strict=True)
    lists = zip(*(_rows(table[name].combine_chunks()) for name in _LISTS), strict=True)
    for (part, what, report_id, fingerprint, source, reason, words, refused, unread_date), report, (passages, utterances, statements) in zip(
        zip(*plain, strict=True), reports, lists, strict=True
    ):
        if what == "read":
            yield part, Read(Entry(report, passages, words, utterances, statements, tuple(refused)), source, unread_date)
        elif what == "known":
            yield part, Known(report_id, fingerprint, source)
        else:
            yield part, NotRead(source, reason, what.removeprefix(_NOT_READ)) if what.startswith(_NOT_READ) else _CLASS[what](source, reason)


def _rows(lists: pa.ListArray) -> Iterator[tuple[Row, ...]]:
    """Lists of structs as rows."""
    rows = list(zip(*(c.to_pylist() for c in lists.flatten().flatten()), strict=True))
    ends = list(accumulate(lists.value_lengths().to_pylist(), initial=0))
    return (tuple(rows[a:b]) for a, b in pairwise(ends))
