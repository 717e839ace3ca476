"""Reading and resolution of names on the nodes of a Ray cluster (extra [ray]).

Ray schedules tasks and repeats those of lost workers and nodes. The driver lists the inputs and divides them into
tasks. A task reads its parts on a node and writes a shard: a Parquet file of reports with their rows, written
completely or not at all. The driver reads the shards into the ledger in the order of the inputs and deletes them. All
nodes must be able to access the inputs and the shards: in a shared folder, or for the shards in an object store that
pyarrow supports (s3://, gs://). A build that continues after an interruption uses the complete shards.
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
#: Number of parts in a task: about a hundred reports, so that a repeated task takes only a second or two.
TASK_PARTS = 1
#: Number of submitted tasks for each CPU of the cluster.
TASKS_PER_CPU = 2
#: Maximum number of times that Ray repeats a task whose worker or node died.
RETRIES = 5
#: Seconds to wait for a connection to the cluster.
CONNECT_TIMEOUT = 10
#: Address of a cluster that only this machine can reach.
LOOPBACK = "127.0.0.1"

_TEXT, _INT, _FLOAT = pa.string(), pa.int64(), pa.float64()


def _struct(**columns: pa.DataType) -> pa.DataType:
    return pa.struct(list(columns.items()))


_REPORT = _struct(
    **dict.fromkeys(
        (
            "id",
            "fingerprint",
            "sha256",
            "title",
            "date",
            "publisher",
            "place",
            "level",
            "url",
            "text",
            "extractor",
            "extractor_version",
        ),
        _TEXT,
    )
)
_MENTION = {"type": _TEXT, "name": _TEXT, "start": _INT, "end": _INT, "aliases": _TEXT, "anchor": _TEXT}
#: Name of a list in an Entry → type of its rows.
_LISTS = {
    "passages": _struct(report=_TEXT, kind=_TEXT, start=_INT, end=_INT, item=_INT),
    "utterances": _struct(report=_TEXT, start=_INT, end=_INT, type=_TEXT, speaker=_TEXT),
    "statements": _struct(
        id=_TEXT,
        report=_TEXT,
        relation=_TEXT,
        kind=_TEXT,
        status=_TEXT,
        speaker=_TEXT,
        date=_TEXT,
        start=_INT,
        end=_INT,
        rule=_TEXT,
        confidence=_FLOAT,
        **{f"s_{k}": v for k, v in _MENTION.items()},
        **{f"o_{k}": v for k, v in _MENTION.items()},
        date_basis=_TEXT,
    ),
}
#: One row for each input: `what` is read, known, failure, not read (with the kind), empty or ignored; the report and
#: its
#: lists are set only if it was read.
SCHEMA = pa.schema(
    [
        ("part", pa.int32()),
        ("what", _TEXT),
        ("id", _TEXT),
        ("fingerprint", _TEXT),
        ("source", _TEXT),
        ("reason", _TEXT),
        ("report", _REPORT),
        ("words", pa.binary()),
        ("refused", pa.list_(_TEXT)),
        ("unread_date", _TEXT),
        *((name, pa.list_(kind)) for name, kind in _LISTS.items()),
    ]
)

_WHAT: dict[type, str] = {Failure: "failure", NoReport: "empty", Ignored: "ignored"}
_CLASS: dict[str, Any] = {what: kind for kind, what in _WHAT.items()}
_NOT_READ = "not read: "
_PLAIN = ("part", "what", "id", "fingerprint", "source", "reason", "words", "refused", "unread_date")

Task = list[Part]
Block = TypeVar("Block")
Result = TypeVar("Result")


class Cluster:
    """A connection to a Ray cluster, as a context manager.

    The cluster is the one at RAY_ADDRESS, or a running one on this machine, or else a new one on this machine.
    """

    def __init__(self, ledger: Ledger, extractor: Extractor, shards: str) -> None:
        """shards: folder or URL that all nodes can access; "" means the graph's folder.

        Raises UsageError without Ray.
        """
        try:
            import ray
        except ModuleNotFoundError:
            raise UsageError("--engine ray needs Ray: run `pip install ray`") from None
        self._ray: Any = ray
        self._is_own = False
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._ledger = ledger
        self._extractor = extractor
        base = shards if "://" in shards else str((Path(shards) if shards else ledger.path.parent).resolve())
        #: A separate folder, so that no other file is deleted. The URL of an object store may end in ?options.
        location, separator, options = base.partition("?") if "://" in base else (base, "", "")
        self._shards = f"{location.rstrip('/')}/graphkit-shards-{ledger.identity}{separator}{options}"

    def __enter__(self) -> Cluster:
        ray = self._ray
        self._is_own = not ray.is_initialized()
        if self._is_own:
            # Ray would send usage statistics.
            os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
            _check_reachable(os.environ.get("RAY_ADDRESS", ""))
            with self._translated_errors():
                self._init()
        return self

    def _init(self) -> None:
        """Connect to a running cluster, or start one that only this user on this machine can reach."""
        wanted = os.environ.get("RAY_ADDRESS", "")
        if wanted not in ("", "local"):
            self._ray.init(log_to_driver=False)
            self._log_cluster("RAY_ADDRESS is set to it")
            return
        if not wanted:
            try:
                self._ray.init(address="auto", log_to_driver=False)
                self._log_cluster("it runs on this machine; set RAY_ADDRESS=local to start a separate cluster")
                return
            except ConnectionError:
                pass
        # The path must be short, because the names of Ray's sockets are limited to about a hundred characters. Ray
        # makes its
        # folder accessible to all users; the enclosing folder is accessible to this user only.
        self._folder = tempfile.TemporaryDirectory(prefix="gk-ray-", ignore_cleanup_errors=True)
        with _on_loopback():
            self._ray.init(
                address="local",
                log_to_driver=False,
                include_dashboard=False,
                _node_ip_address=LOOPBACK,
                _temp_dir=f"{self._folder.name}/r",
            )

    def _log_cluster(self, reason: str) -> None:
        """Warn that reports are sent to a running cluster, which may belong to other users."""
        _log.warning("using the running Ray cluster at %s: %s", self._ray.get_runtime_context().gcs_address, reason)

    def __exit__(self, *_: object) -> None:
        if self._is_own and self._ray.is_initialized():
            self._ray.shutdown()
        if self._folder is not None:
            self._folder.cleanup()

    def results(self, parts: Iterator[Part]) -> Iterator[tuple[Part, list[Item]]]:
        """Yield the parts with the results for their reports, in order."""
        ray = self._ray
        with self._translated_errors(), self._translated_shard_errors():
            files, folder = _place(self._shards)
            _make_private(files, folder)
            read = self._ledger.read_by(self._extractor.name, self._extractor.version)
            known = ray.put(frozenset(_key(report_id, fingerprint) for report_id, fingerprint in read))
            extractor = ray.put(self._extractor)
            remote = self._remote(_task)

            def send(task: Task) -> Any:
                return remote.remote(task, extractor, known, self._shards)

            for task, path in self._submit_ahead(send, iter(lambda: list(islice(parts, TASK_PARTS)), [])):
                yield from self._read_shard(files, task, path, send)
            files.delete_dir(folder)

    def spread(self, function: Callable[[Block], Result], blocks: Iterable[Block], /) -> Iterable[Result]:
        """Yield the results of `function` for the blocks, in order, computed on the nodes (graphkit.resolution.spread).

        A single block is processed in this process.
        """
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
        """Yield the blocks with their results, in order, with TASKS_PER_CPU tasks submitted for each CPU."""
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
        """Convert errors of Ray to WorkerError."""
        try:
            yield
        except (self._ray.exceptions.RayError, ConnectionError) as error:
            reason = getattr(error, "cause", None) or str(error).splitlines()[0]
            raise WorkerError(
                f"the Ray cluster failed: {reason}; run the command again; reports that were read are kept"
            ) from None

    @contextmanager
    def _translated_shard_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise WorkerError(
                f"--shards {self._shards}: {error}; all nodes and this machine must be able to read and write "
                "this location"
            ) from None

    def _read_shard(
        self, files: pafs.FileSystem, task: Task, path: str, send: Callable[[Task], Any]
    ) -> Iterator[tuple[Part, list[Item]]]:
        found = _shard(files, path, len(task))
        if any(isinstance(item, Known) and not self._is_known(item) for items in found for item in items):
            # The shard is from an interrupted build, and one of its reports was removed from the graph since then.
            files.delete_file(path)
            found = _shard(files, self._ray.get(send(task)), len(task))
        yield from zip(task, found, strict=True)
        files.delete_file(path)

    def _is_known(self, item: Known) -> bool:
        return self._ledger.has(item.id, item.fingerprint, self._extractor.name, self._extractor.version)


def _make_private(files: pafs.FileSystem, folder: str) -> None:
    """Create the folder of the shards; on a local file system, only this user can access it."""
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
    """Make Ray listen on 127.0.0.1 only.

    On Linux, Ray replaces this address by the machine's network address and listens on all interfaces. This setting
    prevents it; on macOS and Windows it is the default.
    """
    from ray._private import ray_constants

    before = getattr(ray_constants, "ENABLE_RAY_CLUSTER", None)
    setattr(ray_constants, "ENABLE_RAY_CLUSTER", False)  # noqa: B010
    try:
        yield
    finally:
        setattr(ray_constants, "ENABLE_RAY_CLUSTER", before)  # noqa: B010


def _check_reachable(address: str) -> None:
    """Raise WorkerError if there is no connection to `host:port`; Ray itself would retry for minutes."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not host or not port.isdecimal():
        return
    try:
        socket.create_connection((host, int(port)), timeout=CONNECT_TIMEOUT).close()
    except OSError as error:
        raise WorkerError(f"no Ray cluster responds at {address} (RAY_ADDRESS): {error.strerror or error}") from None


def _place(shards: str) -> tuple[pafs.FileSystem, str]:
    try:
        files, folder = pafs.FileSystem.from_uri(shards)
    except (pa.ArrowInvalid, OSError) as error:
        raise UsageError(f"--shards {shards}: {error}") from None
    return files, folder


def _key(report_id: str, fingerprint: str) -> bytes:
    return hashlib.blake2b(f"{report_id}\x1f{fingerprint}".encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _call(function: Callable[[Block], Result], block: Block) -> Result:
    """Call a function on a node."""
    return function(block)


def _task(task: Task, extractor: Extractor, known: frozenset[bytes], shards: str) -> str:
    """Process a task on a node, write its shard and return the shard's path. A complete shard is reused."""
    files, folder = _place(shards)
    content = repr((task, extractor.name, extractor.version, SCHEMA.names)).encode("utf-8", "surrogatepass")
    name = hashlib.sha256(content).hexdigest()[:32]
    path = f"{folder}/{name}.parquet"
    if files.get_file_info(path).type is pafs.FileType.File:
        return path

    def is_known(report_id: str, fingerprint: str) -> bool:
        return _key(report_id, fingerprint) in known

    items = [(n, item) for n, part in enumerate(task) for item in process_part(part, extractor, is_known)]
    # A unique name, because a task that Ray regards as lost may still be writing.
    unfinished = f"{path}.{uuid4().hex}.part"
    with files.open_output_stream(unfinished) as out:
        pq.write_table(_table(items), out, compression="zstd")
    files.move(unfinished, path)
    return path


def _table(items: list[tuple[int, Item]]) -> pa.Table:
    """Return the items and the numbers of their parts as a table of SCHEMA, built column by column."""
    entries = [item.entry if isinstance(item, Read) else None for _, item in items]
    plain = [
        (
            n,
            *_plain(item),
            e.words if e else None,
            e.refused if e else None,
            item.unread_date if isinstance(item, Read) else None,
        )
        for (n, item), e in zip(items, entries, strict=True)
    ]
    found = {
        name: pa.array(column, SCHEMA.field(name).type)
        for name, column in zip(_PLAIN, _columns(plain, len(_PLAIN)), strict=True)
    }
    names = [field.name for field in _REPORT]
    found["report"] = pa.array([e and dict(zip(names, e.report, strict=True)) for e in entries], _REPORT)
    for name, kind in _LISTS.items():
        lists = [getattr(e, name) if e else () for e in entries]
        ends = list(accumulate(map(len, lists), initial=0))
        columns = _columns([row for rows in lists for row in rows], kind.num_fields)
        values = pa.StructArray.from_arrays(
            [pa.array(c, field.type) for c, field in zip(columns, kind, strict=True)], fields=list(kind)
        )
        found[name] = pa.ListArray.from_arrays(pa.array(ends, pa.int32()), values)
    return pa.table([found[name] for name in SCHEMA.names], schema=SCHEMA)


def _columns(rows: list[Any], number: int) -> list[Any]:
    return list(zip(*rows, strict=True)) or [()] * number


def _plain(item: Item) -> tuple[str, str | None, str | None, str, str | None]:
    """Return what, id, fingerprint, source and reason of an item."""
    if isinstance(item, NotRead):
        return f"{_NOT_READ}{item.kind}", None, None, item.source, item.reason
    if isinstance(item, (Failure, NoReport, Ignored)):
        return _WHAT[type(item)], None, None, item.source, item.reason
    return "read" if isinstance(item, Read) else "known", item.id, item.fingerprint, item.source, None


def _items(table: pa.Table) -> Iterator[tuple[int, Item]]:
    """Yield the items of a table of SCHEMA with the numbers of their parts."""
    plain = [table[name].to_pylist() for name in _PLAIN]
    reports = zip(*(c.to_pylist() for c in table["report"].combine_chunks().flatten()), strict=True)
    lists = zip(*(_rows(table[name].combine_chunks()) for name in _LISTS), strict=True)
    for (part, what, report_id, fingerprint, source, reason, words, refused, unread_date), report, (
        passages,
        utterances,
        statements,
    ) in zip(zip(*plain, strict=True), reports, lists, strict=True):
        if what == "read":
            yield (
                part,
                Read(Entry(report, passages, words, utterances, statements, tuple(refused)), source, unread_date),
            )
        elif what == "known":
            yield part, Known(report_id, fingerprint, source)
        else:
            yield (
                part,
                NotRead(source, reason, what.removeprefix(_NOT_READ))
                if what.startswith(_NOT_READ)
                else _CLASS[what](source, reason),
            )


def _rows(lists: pa.ListArray) -> Iterator[tuple[Row, ...]]:
    """Yield lists of structs as tuples of rows."""
    rows = list(zip(*(c.to_pylist() for c in lists.flatten().flatten()), strict=True))
    ends = list(accumulate(lists.value_lengths().to_pylist(), initial=0))
    return (tuple(rows[a:b]) for a, b in pairwise(ends))
