"""graphkit serve"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from graphkit.cli.console import DEFAULT_GRAPH, GraphOption, say
from graphkit.errors import UsageError
from graphkit.ledger.store import FILE
from graphkit.schema.values import for_shell
from graphkit.stores.options import DEFAULT_BASE

PortOption = Annotated[
    int,
    typer.Option(
        "--port", "-p", min=0, max=65535, help="TCP port of the server, which must be free; 0 selects a free port."
    ),
]
HostOption = Annotated[
    str,
    typer.Option(
        "--host",
        help="Address at which the server accepts connections. With the default, only programs on this machine can read "
        "the graph. With 0.0.0.0 (all networks of this machine), every machine in the network can.",
    ),
]
BaseOption = Annotated[
    str,
    typer.Option(
        "--base",
        help="Base of the IRIs of entities and statements. With the address at which users reach this server, for "
        "example http://127.0.0.1:7576/, each IRI is the address of its description.",
    ),
]
TimeOption = Annotated[
    float, typer.Option("--max-seconds", min=1, max=3600, help="Maximum number of seconds of a query.")
]
OriginOption = Annotated[
    list[str] | None,
    typer.Option(
        "--origin",
        help="Website whose scripts may read responses, for example https://yasgui.example (CORS). The option can be "
        "repeated. Without it, no website can.",
    ),
]


def command(
    graph: GraphOption = DEFAULT_GRAPH,
    port: PortOption = 7576,
    host: HostOption = "127.0.0.1",
    base: BaseOption = DEFAULT_BASE,
    max_seconds: TimeOption = 30.0,
    origin: OriginOption = None,
) -> None:
    """Serve the graph as a read-only SPARQL endpoint with a page for each entity.

    The address /sparql follows the SPARQL 1.1 protocol (GET and POST; results as JSON, XML, CSV or TSV, graphs as
    Turtle, N-Triples, RDF/XML or JSON-LD). In a browser, it is a query editor. The other addresses describe the
    entities, reports and statements of the graph, as HTML for a browser, otherwise in an RDF format (docs/endpoint.md).
    Queries cannot change the graph, read files or make network requests. The server follows changes of the graph.
    Ctrl-C stops it.
    """
    if not (graph / FILE).exists():
        raise UsageError(
            f"{graph} is not a graph: it contains no {FILE}; "
            f"create one with `graphkit build REPORTS… --graph {for_shell(graph)}`"
        )
    from graphkit.endpoint.assets import problems
    from graphkit.endpoint.server import serve
    from graphkit.endpoint.service import Service
    from graphkit.explorer.guard import is_own

    for problem in problems():
        say(f"warning: {problem}; reinstall graphkit", always=True)
    if not is_own(host):
        say("warning: other machines in the network can read the graph", always=True)
    service = Service(Path(graph), base, max_seconds)

    def started(at: int) -> None:
        name = f"[{host}]" if ":" in host else "127.0.0.1" if host in ("0.0.0.0", "") else host
        say(f"http://{name}:{at}/sparql   (Ctrl-C stops the server)", always=True)

    try:
        serve(service, host=host, port=port, origins=origin or [], started=started)
    except OSError as error:
        reason = error.strerror or error
        raise UsageError(
            f"cannot listen on {host}:{port}: {reason}; choose another --port, or 0 for a free one"
        ) from None
    finally:
        service.close()
