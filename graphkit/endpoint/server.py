"""The web server of the endpoint (Starlette). By default it only accepts connections from this machine."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from graphkit.endpoint import descriptions, protocol
from graphkit.endpoint.negotiation import choose
from graphkit.endpoint.pages import Pages
from graphkit.endpoint.protocol import ProtocolError
from graphkit.endpoint.service import Service
from graphkit.endpoint.service_description import describe
from graphkit.errors import GraphkitError
from graphkit.explorer.guard import is_own
from graphkit.sandbox.queries import MOST_PROCESSES, LimitError
from graphkit.stores.rdf import responses
from graphkit.stores.rdf.responses import GRAPHS, NotAcceptableError

T = TypeVar("T")
_FOLDER = Path(__file__).parent
#: Content security policy: only files of this server. The query editor sets styles and pictures of its own.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
#: Maximum number of entities on one page.
_PAGE_SIZE = 500
_HTML = "text/html"


class Routes:
    """The responses of the server."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._threads = ThreadPoolExecutor(2 * MOST_PROCESSES)

    async def sparql(self, request: Request) -> Response:
        """The SPARQL 1.1 protocol. Without a query: the query editor for a browser, otherwise the description."""
        accept = request.headers.get("accept", "")
        body = await _body(request) if request.method == "POST" else b""
        address = request.scope["query_string"].decode("latin-1")
        asked = protocol.parse(request.method, address, request.headers.get("content-type", ""), body, accept)
        if asked is not None:
            media_type, content = await self._run(lambda: self._service.respond(asked))
            return _response(media_type, content)
        media_type = _chosen([*GRAPHS, _HTML], accept)
        if media_type == _HTML:
            return HTMLResponse(self._pages(request).query())
        return _response(media_type, describe(str(request.url), self._service.base, media_type))

    async def home(self, request: Request) -> Response:
        """The classes of the graph for a browser, otherwise the description of the data set."""
        if _chosen([_HTML, *GRAPHS], request.headers.get("accept", "")) != _HTML:
            return RedirectResponse("/dataset", 303)
        classes = await self._run(lambda: self._service.rows(descriptions.CLASSES))
        return HTMLResponse(self._pages(request).home(classes))

    async def entities(self, request: Request) -> Response:
        """A page of the entities of a class."""
        offset = request.query_params.get("offset", "0")
        if not (offset.isascii() and offset.isdecimal() and len(offset) < 10):
            raise ProtocolError(400, "offset must be a number")
        iri, start = request.query_params.get("class", ""), int(offset)
        try:
            query = descriptions.members(iri, start, _PAGE_SIZE)
        except ValueError:
            raise ProtocolError(400, "class must be the IRI of a class") from None
        rows = await self._run(lambda: self._service.rows(query))
        return HTMLResponse(self._pages(request).entities(iri, rows, start, _PAGE_SIZE))

    async def void(self, request: Request) -> Response:
        return RedirectResponse("/dataset", 303)

    async def resource(self, request: Request) -> Response:
        """The description of the resource with the IRI of this path, in the format that the client prefers."""
        accept = protocol.accept_of(request.query_params.get("format", ""), request.headers.get("accept", ""))
        media_type = _chosen([*GRAPHS, _HTML], accept)
        raw_path = request.scope.get("raw_path", request.url.path.encode()).decode("latin-1").partition("?")[0]
        try:
            iri = descriptions.iri_of(self._service.base, raw_path[1:])
        except ValueError:
            raise HTTPException(404) from None
        if media_type == _HTML:
            return await self._page_of(iri, request)
        asked = responses.Request(descriptions.construct(iri), graph=media_type)
        _, content = await self._run(lambda: self._service.respond(asked))
        if not await self._run(lambda: self._service.rows(f"SELECT * WHERE {{ <{iri}> ?p ?o }} LIMIT 1")):
            raise HTTPException(404)
        return _response(media_type, content)

    async def _page_of(self, iri: str, request: Request) -> Response:
        service, pages = self._service, self._pages(request)
        properties = await self._run(lambda: service.rows(descriptions.properties(iri)))
        if not properties:
            return HTMLResponse(pages.missing(), 404)
        statements = await self._run(lambda: service.rows(descriptions.statements(iri)))
        references = await self._run(lambda: service.rows(descriptions.references(iri)))
        return HTMLResponse(pages.entity(iri, properties, statements, references))

    def _pages(self, request: Request) -> Pages:
        language = request.headers.get("accept-language", "").strip().lower()
        return Pages(self._service.base, "zh" if language.startswith("zh") else "en")

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


async def _body(request: Request) -> bytes:
    found = b""
    async for part in request.stream():
        found += part
        if len(found) > protocol.LONGEST:
            raise ProtocolError(413, f"the body has more than {protocol.LONGEST} bytes")
    return found


def _chosen(offered: list[str], accept: str) -> str:
    media_type = choose(accept, offered)
    if not media_type:
        raise ProtocolError(406, f"available formats: {', '.join(offered)}")
    return media_type


def _response(media_type: str, content: bytes) -> Response:
    charset = "; charset=utf-8" if media_type.startswith("text/") else ""
    return Response(content, headers={"content-type": media_type + charset, "vary": "Accept"})


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, GraphkitError)
    status = 400 if error.exit_code == 2 else 500
    if isinstance(error, ProtocolError):
        status = error.status
    elif isinstance(error, NotAcceptableError):
        status = 406
    elif isinstance(error, LimitError):
        status = 503 if error.code == "limit_queries" else 500
    return PlainTextResponse(f"{error}\n", status)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return PlainTextResponse(f"{error.detail}\n", error.status_code, headers=error.headers)


async def _failed(request: Request, error: Exception) -> Response:
    """Return one sentence for an unexpected error. The traceback is printed in the terminal."""
    return PlainTextResponse(f"internal error ({type(error).__name__}); the terminal contains the details\n", 500)


class _Headers:
    """Adds security headers to all responses."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                headers = (
                    ("content-security-policy", POLICY),
                    ("x-content-type-options", "nosniff"),
                    ("referrer-policy", "no-referrer"),
                )
                message["headers"] = [*message["headers"], *((k.encode(), v.encode()) for k, v in headers)]
            await send(message)

        if scope["type"] == "http":
            await self._app(scope, receive, with_headers)


def application(service: Service, *, hosts: list[str], origins: list[str]) -> Starlette:
    """Return the application.

    hosts: allowed host names, which prevents requests by DNS rebinding. origins: websites whose scripts may read the
    responses.
    """
    routes = Routes(service)
    middleware = [Middleware(_Headers), Middleware(TrustedHostMiddleware, allowed_hosts=hosts)]
    if origins:
        middleware.append(Middleware(CORSMiddleware, allow_origins=origins, allow_methods=["GET", "POST"]))
    return Starlette(
        routes=[
            Route("/", routes.home),
            Route("/sparql", routes.sparql, methods=["GET", "POST"]),
            Route("/entities", routes.entities),
            Route("/.well-known/void", routes.void),
            Mount("/page", StaticFiles(directory=_FOLDER / "page", check_dir=False)),
            Mount("/vendor", StaticFiles(directory=_FOLDER / "vendor", check_dir=False)),
            Route("/{path:path}", routes.resource),
        ],
        exception_handlers={GraphkitError: _refused, HTTPException: _http_error, Exception: _failed},
        middleware=middleware,
    )


def serve(service: Service, *, host: str, port: int, origins: list[str], started: Callable[[int], None]) -> None:
    """Run the server until Ctrl-C. Raises OSError if the port is in use.

    port: 0 for any free port. started: called with the port when the server accepts connections.
    """
    import uvicorn

    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((host, port))
    # Connections that arrive before the server is ready wait.
    listening.listen(128)
    hosts = ["127.0.0.1", "localhost", "[::1]", host] if is_own(host) else ["*"]
    config = uvicorn.Config(application(service, hosts=hosts, origins=origins), log_level="warning", lifespan="off")
    service.prepare()
    started(listening.getsockname()[1])
    uvicorn.Server(config).run(sockets=[listening])
