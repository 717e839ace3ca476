"""The process that runs queries of the page and of the SPARQL endpoint. After its start it cannot open files or connections.

The limits of the operating system also apply to the stores, which are native libraries: no new file descriptors and a
maximum of memory. A thread also checks the memory and an audit hook rejects files and connections, because some systems
(Windows; macOS for memory) have no such limits.
"""

from __future__ import annotations

import json
import math
import os
import sys
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graphkit.stores.rdf.responses import Request

#: Maximum number of rows and bytes of a result, and of bytes of memory in addition to the graph.
MOST_ROWS, MOST_BYTES, MEMORY = 10_000, 16 << 20, 1 << 30
#: Exit code of a process that exceeded the memory limit.
OUT_OF_MEMORY = 77
#: Audit events that are rejected, and environment variables that are kept.
_REJECTED = (
    "open",
    "os.exec",
    "os.spawn",
    "os.posix_spawn",
    "os.fork",
    "os.system",
    "socket.",
    "subprocess.",
    "urllib.",
)
_KEPT = ("KGLITE_QUERY_THREADS", "SYSTEMROOT")


def work(folder: str, pipe: Connection, memory: int = MEMORY, base: str = "") -> None:
    """Open the stores, send `ready` with the revision of the ledger, and run queries until the pipe is closed.

    A query is received as (language, query, parameters), or as (`protocol`, request, {}) for a request of the SPARQL
    protocol. base: if given, only the SPARQL store is opened, and this is the base of the IRIs of instances.
    """
    os.environ["KGLITE_QUERY_THREADS"] = str(max(1, (os.cpu_count() or 1) // 2))
    import graphkit
    from graphkit.errors import GraphkitError
    from graphkit.stores.rdf.responses import Request

    try:
        with graphkit.open(folder) as graph:
            revision = graph.ledger.revision
            stores: dict[str, Any] = {"sparql": graph.sparql_store(base)} if base else dict(graph.stores())
            # The first query loads files, which must happen before the process is sealed.
            if "cypher" in stores:
                stores["cypher"].first("MATCH (n) RETURN n, date(), localdatetime() LIMIT 1", {}, MOST_ROWS)
            stores["sparql"].first("SELECT * { ?s ?p ?o } LIMIT 1", {}, MOST_ROWS)
            stores["sparql"].respond(Request("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 1"))
    except GraphkitError as error:
        pipe.send(("refused", str(error)))
        return
    pipe.send(("ready", revision))
    _seal(memory)
    while True:
        try:
            language, query, parameters = pipe.recv()
        except (EOFError, OSError, KeyboardInterrupt):
            return
        if language == "protocol":
            pipe.send(_respond(stores["sparql"], query))
        else:
            pipe.send(_answer(stores[language], query, parameters))


def _respond(store: Any, request: Request) -> tuple[str, Any]:
    from graphkit.errors import GraphkitError
    from graphkit.stores.rdf.responses import NotAcceptableError, TooLargeError

    try:
        return "response", store.respond(request)
    except NotAcceptableError as error:
        return "not acceptable", str(error)
    except TooLargeError:
        return "large", request.most
    except GraphkitError as error:
        return "refused", str(error)
    except MemoryError:
        return "memory", None
    except Exception as error:
        return "refused", f"{type(error).__name__}: {error}"


def _answer(store: Any, query: str, parameters: dict[str, Any]) -> tuple[str, Any]:
    from graphkit.errors import GraphkitError

    try:
        rows, total = store.first(query, parameters, MOST_ROWS)
        answer = json.dumps(
            {"rows": _plain(rows), "total": total}, ensure_ascii=False, allow_nan=False, default=str
        ).encode("utf-8", "replace")
    except GraphkitError as error:
        return "refused", str(error)
    except MemoryError:
        return "memory", None
    except Exception as error:
        return "refused", f"{type(error).__name__}: {error}"
    return ("rows", answer) if len(answer) <= MOST_BYTES else ("large", MOST_BYTES)


def _plain(value: Any) -> Any:
    """Replace numbers that JSON cannot represent (NaN, infinity) by text."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    return [_plain(v) for v in value] if isinstance(value, list) else value


def _seal(memory: int) -> None:
    """Prevent the process from opening files and connections, and limit its memory."""
    # Messages of the stores are discarded, because a query must not write to the terminal or to a file of the server.
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)
    for name in list(os.environ):
        if name not in _KEPT:
            del os.environ[name]
    try:
        import resource
    except ImportError:
        pass
    else:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        if sys.platform == "linux":
            pages = int(Path("/proc/self/statm").read_text().split()[0])
            limit = pages * resource.getpagesize() + memory
            hard = resource.getrlimit(resource.RLIMIT_AS)[1]
            limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    threading.Thread(target=_watch, args=(_used(), memory), daemon=True).start()
    if "resource" in sys.modules:
        # Without free file descriptors, no library of this process can open anything.
        sys.modules["resource"].setrlimit(sys.modules["resource"].RLIMIT_NOFILE, (0, 0))
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event.startswith(_REJECTED):
        raise PermissionError(f"a query cannot open files or connections ({event})")


def _watch(before: int, memory: int) -> None:
    while True:
        if _used() - before > memory:
            os._exit(OUT_OF_MEMORY)
        time.sleep(0.05)


def _used() -> int:
    """Return the peak memory of the process in bytes."""
    if sys.platform == "win32":
        return _used_on_windows()
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used if sys.platform == "darwin" else used * 1024


def _used_on_windows() -> int:
    """Return the peak memory on Windows.

    The first call, which loads a library, is made before the process is sealed.
    """
    import ctypes

    class Counters(ctypes.Structure):
        _fields_ = (
            ("size", ctypes.c_ulong),
            ("faults", ctypes.c_ulong),
            *((f"n{n}", ctypes.c_size_t) for n in range(8)),
        )

    counters = Counters()
    counters.size = ctypes.sizeof(counters)
    windows: Any = ctypes
    kernel = windows.WinDLL("kernel32")
    kernel.GetCurrentProcess.restype = ctypes.c_void_p
    kernel.K32GetProcessMemoryInfo(ctypes.c_void_p(kernel.GetCurrentProcess()), ctypes.byref(counters), counters.size)
    # The first two of the eight counters are the peak and the current size of the working set.
    return int(counters.n1)
