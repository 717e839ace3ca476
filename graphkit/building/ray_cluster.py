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
from itertools import chain, islice
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import pyarrow.fs as pafs
import pyarrow.parquet as pq

from graphkit.building.batch import Item, Known, process_part
from graphkit.building.ray_shards import SCHEMA, location_of, make_private, read_shard, table_of
from graphkit.errors import UsageError, WorkerError
from graphkit.extractors import Extractor
from graphkit.ledger import Ledger
from graphkit.reading import Part, ReadingOptions, under_options
from graphkit.reading.identity import base_of
from graphkit.reading.options import current_options

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
            raise UsageError("the engine ray needs Ray: run `pip install ray`") from None
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
        # makes its folder accessible to all users; the enclosing folder is accessible to this user only.
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
            files, folder = location_of(self._shards)
            make_private(files, folder)
            read = self._ledger.read_by(self._extractor.name, self._extractor.version)
            known = ray.put(frozenset(_key(base_of(report_id), fingerprint) for report_id, fingerprint in read))
            extractor = ray.put(self._extractor)
            options = current_options()
            remote = self._remote(_task)

            def send(task: Task) -> Any:
                return remote.remote(task, extractor, known, self._shards, options)

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
                f"the Ray cluster failed: {reason}; build again; reports that were read are kept"
            ) from None

    @contextmanager
    def _translated_shard_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise WorkerError(
                f"shards {self._shards}: {error}; all nodes and this machine must be able to read and write "
                "this location"
            ) from None

    def _read_shard(
        self, files: pafs.FileSystem, task: Task, path: str, send: Callable[[Task], Any]
    ) -> Iterator[tuple[Part, list[Item]]]:
        found = read_shard(files, path, len(task))
        if any(isinstance(item, Known) and not self._is_known(item) for items in found for item in items):
            # The shard is from an interrupted build, and one of its reports was removed from the graph since then.
            files.delete_file(path)
            found = read_shard(files, self._ray.get(send(task)), len(task))
        yield from zip(task, found, strict=True)
        files.delete_file(path)

    def _is_known(self, item: Known) -> bool:
        return self._ledger.has(item.id, item.fingerprint, self._extractor.name, self._extractor.version)


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


def _key(report_id: str, fingerprint: str) -> bytes:
    return hashlib.blake2b(f"{report_id}\x1f{fingerprint}".encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _call(function: Callable[[Block], Result], block: Block) -> Result:
    """Call a function on a node."""
    return function(block)


def _task(task: Task, extractor: Extractor, known: frozenset[bytes], shards: str, options: ReadingOptions) -> str:
    """Process a task on a node, write its shard and return the shard's path. A complete shard is reused."""
    files, folder = location_of(shards)
    content = repr((task, extractor.name, extractor.version, SCHEMA.names, options)).encode("utf-8", "surrogatepass")
    name = hashlib.sha256(content).hexdigest()[:32]
    path = f"{folder}/{name}.parquet"
    if files.get_file_info(path).type is pafs.FileType.File:
        return path

    def is_known(report_id: str, fingerprint: str) -> bool:
        return _key(report_id, fingerprint) in known

    with under_options(options):
        items = [(n, item) for n, part in enumerate(task) for item in process_part(part, extractor, is_known)]
    # A unique name, because a task that Ray regards as lost may still be writing.
    unfinished = f"{path}.{uuid4().hex}.part"
    with files.open_output_stream(unfinished) as out:
        pq.write_table(table_of(items), out, compression="zstd")
    files.move(unfinished, path)
    return path
