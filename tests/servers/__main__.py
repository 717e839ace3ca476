"""`python -m tests.servers neo4j|fuseki FOLDER`: a test server until Ctrl-C, for `make neo4j` and `make fuseki`."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from pathlib import Path

from tests.servers import Fuseki, Neo4j, Server, ServerError


def port(wanted: int) -> int:
    """The usual port if it is free, otherwise 0 (any port)."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            return 0
    return wanted


def start(kind: str, folder: Path) -> tuple[Server, list[str]]:
    """The running server and the lines to print about it."""
    if kind == "fuseki":
        fuseki = Fuseki(folder / "fuseki", port=port(3030), on_disk=True)
        return fuseki, [
            f"Fuseki listens at {fuseki.url} (queries at {fuseki.url}/query)",
            f"load:  graphkit load sparql {fuseki.url} --graph graph",
        ]
    password = os.environ.get("NEO4J_PASSWORD")
    neo4j = Neo4j(folder / "neo4j", password=password, bolt=port(7687), http=port(7474), quick_start=False)
    login = (
        "user neo4j, the password of NEO4J_PASSWORD"
        if password
        else "no login (set NEO4J_PASSWORD before the first start to have one)"
    )
    return neo4j, [
        f"Neo4j listens at {neo4j.uri}, {login}",
        f"browse:  http://127.0.0.1:{neo4j.http}/browser/",
        f"load:    graphkit load neo4j --uri {neo4j.uri} --graph graph",
    ]


def main() -> int:
    kind, folder = sys.argv[1:]
    try:
        server, words = start(kind, Path(folder))
    except ServerError as error:
        print(f"{kind} cannot be started: {error}", file=sys.stderr)
        return 3
    print("\n".join([*words, f"Its files are in {folder}; Ctrl-C stops it."]), flush=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        while server.runs():
            time.sleep(0.5)
        print(f"the server stopped: see {server.log}", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        server.stop()
        return 0


if __name__ == "__main__":
    sys.exit(main())
