"""In a worker process: answers queries of the page, and can open nothing after its start.

Limits of the operating system hold for the stores too, which are no Python: no new file, no connection, no more memory.
Where the system has no such limits (Windows; memory on macOS), a thread watches the memory, and an audit hook refuses files
and connections.
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
from typing import Any

#: Rows and bytes of an answer; bytes that a query may take beside the graph.
MOST_ROWS, MOST_BYTES, MEMORY = 10_000, 16 << 20, 1 << 30
#: The exit code of a process that took too much memory.
OUT_OF_MEMORY = 77
_REFUSED = (
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


def work(folder: str, pipe: Connection, memory: int = MEMORY) -> None:
    """Load the stores, say "ready" with the state of the graph, then answer (language, query, parameters) until the pipe is closed."""
    os.environ["KGLITE_QUERY_THREADS"] = str(max(1, (os.cpu_count() or 1) // 2))
    import graphkit
    from graphkit.errors import GraphkitError

    try:
        with graphkit.open(folder) as graph:
            revision, stores = graph.ledger.revision, graph.stores()
            # (Whatever is loaded at first use is loaded now.)
            stores["cypher"].first("MATCH (n) RETURN n, date(), localdatetime() LIMIT 1", {}, MOST_ROWS)
            stores["sparql"].first("SELECT * { ?s ?p ?o } LIMIT 1", {}, MOST_ROWS)
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
        pipe.send(_answer(stores[language], query, parameters))


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
    return ("rows", answer) if len(answer) <= MOST_BYTES else ("large", len(answer))


def _plain(value: Any) -> Any:
    """The value with numbers that JSON does not have as words."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    return [_plain(v) for v in value] if isinstance(value, list) else value


def _seal(memory: int) -> None:
    """From here on nothing can be opened."""
    # What the stores say beside their answers goes nowhere: a terminal or file of the server is none of a query's business.
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
        # No descriptor is free any more: for no library of this process.
        sys.modules["resource"].setrlimit(sys.modules["resource"].RLIMIT_NOFILE, (0, 0))
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event.startswith(_REFUSED):
        raise PermissionError(f"a query opens nothing ({event})")


def _watch(before: int, memory: int) -> None:
    while True:
        if _used() - before > memory:
            os._exit(OUT_OF_MEMORY)
        time.sleep(0.05)


def _used() -> int:
    """Bytes that the process has taken, at most so far."""
    if sys.platform == "win32":
        return _used_on_windows()
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used if sys.platform == "darwin" else used * 1024


def _used_on_windows() -> int:
    """(Its functions are found once, before the process is sealed.)"""
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
    # (The eight counters begin with the peak and the present size of the working set; the last is the page file's peak.)
    return int(counters.n1)
