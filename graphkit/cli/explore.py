"""graphkit explore"""

from __future__ import annotations

import ipaddress
import secrets
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


def command(
    graph: GraphOption = DEFAULT_GRAPH,
    port: Annotated[int, typer.Option("--port", "-p", min=0, max=65535, help="Port; 0 for a free one.")] = 7575,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in the browser.")] = True,
    host: Annotated[str, typer.Option("--host", help="Address to listen at. Any but this machine's own asks for the token that is printed.")] = "127.0.0.1",
) -> None:
    """Open a page on the graph: search, graph, text with its quotes, review.

    It is served on this machine alone, works offline, and asks nobody else. Ctrl-C ends it.
    """
    if not (graph / FILE).exists():
        raise UsageError(f"{graph} is no graph: there is no {FILE} in it; make one with `graphkit build REPORTS… --graph {graph}`")
    try:
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
        token = "" if _is_own(host) else secrets.token_urlsafe(24)

        def started(at: int) -> None:
            name = f"[{host}]" if ":" in host else host
            address = f"http://{name}:{at}/{f'?token={token}' if token else ''}"
            say(f"{address}   (Ctrl-C ends it)", always=True)
            if browser:
                webbrowser.open(address)

        try:
            serve(explorer, host=host, port=port, token=token, started=started)
        except OSError as error:
            raise UsageError(f"cannot listen at {host}:{port}: {error.strerror or error}; another --port, or 0 for a free one?") from None
    finally:
        explorer.close()


def _is_own(host: str) -> bool:
    """Is this an address that only this machine reaches?"""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
