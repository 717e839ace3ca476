"""graphkit explore"""

from __future__ import annotations

import secrets
import socket
import webbrowser
from pathlib import Path
from typing import Annotated

import typer

import graphkit
from graphkit.cli.console import DEFAULT_GRAPH, GraphOption, say
from graphkit.cli.phrases import SECONDS_A_REPORT
from graphkit.errors import UsageError
from graphkit.explorer.assets import problems
from graphkit.ledger.store import FILE
from graphkit.schema.values import for_shell


def command(
    graph: GraphOption = DEFAULT_GRAPH,
    port: Annotated[int, typer.Option("--port", "-p", min=0, max=65535, help="Port; 0 for a free one.")] = 7575,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in the browser.")] = True,
    host: Annotated[str, typer.Option("--host", help="Address to listen at. With any but this machine's own, other machines can reach the page with the token that is printed.")] = "127.0.0.1",
) -> None:
    """Open a page on the graph: search, graph, text with its quotes, review.

    It is served on this machine alone, works offline, and asks nobody else. The address that is printed holds a token:
    without it the page shows nothing. Ctrl-C ends it.
    """
    if not (graph / FILE).exists():
        raise UsageError(f"{graph} is no graph: there is no {FILE} in it; make one with `graphkit build REPORTS… --graph {for_shell(graph)}`")
    try:
        from graphkit.explorer.guard import is_own
        from graphkit.explorer.server import Explorer, serve
    except ModuleNotFoundError as error:
        raise UsageError(f"the page needs the package {error.name}: run `pip install {error.name}`, or install graphkit again") from None
    for problem in problems():
        say(f"warning: {problem}; install graphkit again", always=True)
    explorer = Explorer(Path(graph))
    try:
        with graphkit.open(graph) as opened:
            reports = opened.ledger.counts()["reports"]
            if not opened.has_phrases and reports:
                say(f"finding the phrases of {reports} reports, once for this state of the graph: about {max(1, round(reports * SECONDS_A_REPORT))} s")
                opened.phrases()
        explorer.now(lambda a: a.about())
        token = secrets.token_urlsafe(24)

        def started(at: int) -> None:
            addresses = [f"http://{name}:{at}/?token={token}" for name in _names(host)]
            if not is_own(host):
                say("warning: other machines of the network can reach this page; whoever has the address with its token can read the graph and decide in it", always=True)
            for address in addresses:
                say(f"{address}   (Ctrl-C ends it)", always=True)
            if browser:
                webbrowser.open(addresses[0])

        try:
            serve(explorer, host=host, port=port, token=token, started=started)
        except OSError as error:
            raise UsageError(f"cannot listen at {host}:{port}: {error.strerror or error}; another --port, or 0 for a free one?") from None
    finally:
        explorer.close()


def _names(host: str) -> list[str]:
    """Names by which the page can be opened when it listens at this address."""
    if host not in ("0.0.0.0", "::", ""):
        return [f"[{host}]" if ":" in host else host]
    try:
        found = [str(entry[4][0]) for entry in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
    except OSError:
        found = []
    return list(dict.fromkeys(["127.0.0.1", *found, *([socket.gethostname()] if found else [])]))
