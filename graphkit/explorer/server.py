"""The server of the page: Starlette on loopback. Pages and answers come from here only; nothing leaves the machine."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

import graphkit
from graphkit.errors import GraphkitError, UsageError
from graphkit.explorer.answers import Answers
from graphkit.explorer.assets import FOLDER
from graphkit.explorer.cypher_box import CypherBox
from graphkit.explorer.lookup import Filters, Lookup, build_lookup
from graphkit.explorer.maps import provinces
from graphkit.graph import Graph
from graphkit.review.reviewing import reviewer
from graphkit.views.content import Content

PAGE = Path(__file__).parent / "page"
#: Bytes of a request, at most.
LARGEST = 1 << 20
#: Everything from here, nothing inline; pictures of graphs are made in the page.
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
COOKIE = "graphkit-token"
T = TypeVar("T")


#: The view with the tables of `build_lookup`.
LOOKUP = "lookup"
#: Seconds that a question waits for views of the present state before it is answered from those of the state before.
PATIENCE = 2.0


class Explorer:
    """The answers of one graph, from one thread of its own, brought up to date when the graph has changed.

    New views of a large graph take long: they are made beside, while questions are answered from the old ones.
    """

    def __init__(self, folder: Path, patience: float = PATIENCE) -> None:
        self.folder = folder
        self._patience = patience
        self._thread = ThreadPoolExecutor(1)
        self._maker = ThreadPoolExecutor(1)
        self._queries = ThreadPoolExecutor(1)
        self._box = CypherBox(folder)
        self._graph: Graph | None = None
        self._answers: tuple[Content, Lookup, Answers] | None = None
        #: State of the ledger that is answered from, the one that was waited for, the one that is being made.
        self._revision = self._awaited = -1
        self._made: Future[None] | None = None

    def close(self) -> None:
        self._box.close()
        self._thread.submit(self._close).result()
        for pool in (self._thread, self._queries, self._maker):
            pool.shutdown()

    def _close(self) -> None:
        if self._answers is not None:
            self._answers[1].close()
        if self._graph is not None:
            self._graph.close()

    def now(self, ask: Callable[[Answers], T]) -> T:
        """What `ask` makes of the answers, in the thread."""
        return self._thread.submit(self._ask, ask).result()[0]

    async def answer(self, ask: Callable[[Answers], T]) -> tuple[T, bool]:
        """The same for a coroutine, and whether it is of an earlier state of the graph than the present one."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._ask, ask)

    async def cypher(self, query: str, parameters: dict[str, Any]) -> dict[str, Any]:
        return await asyncio.get_running_loop().run_in_executor(self._queries, self._box.query, query, parameters)

    def _ask(self, ask: Callable[[Answers], T]) -> tuple[T, bool]:
        if self._graph is None:
            self._graph = graphkit.open(self.folder)
        revision = self._graph.ledger.revision
        if self._answers is not None and self._revision != revision and not self._caught_up(self._graph, revision):
            return ask(self._answers[2]), True
        if self._answers is None or self._revision != revision:
            self._open(self._graph, revision)
        assert self._answers is not None
        return ask(self._answers[2]), False

    def _open(self, graph: Graph, revision: int) -> None:
        content = graph.content()
        if self._answers is None or self._answers[0] is not content:
            if self._answers is not None:
                self._answers[1].close()
            lookup = graph.view(LOOKUP, build_lookup, Lookup)
            self._answers = content, lookup, Answers(graph, content, lookup)
        self._revision = revision
        # (Read once: half a second that the first map would have to wait for.)
        provinces()

    def _caught_up(self, graph: Graph, revision: int) -> bool:
        """Are the views of the present state there? They are being made if not, and a first question waits a little for them."""
        if graph.has_view("content") and graph.has_view(LOOKUP):
            return True
        if self._made is not None and self._made.done():
            made, self._made, self._awaited = self._made, None, -1
            # What went wrong is said; the next question tries again. If nothing did, the graph has changed once more.
            made.result()
        if self._made is None:
            self._made = self._maker.submit(_make, self.folder)
        if self._awaited == revision:
            return False
        self._awaited = revision
        try:
            self._made.result(self._patience)
        except TimeoutError:
            return False
        return graph.has_view("content") and graph.has_view(LOOKUP)


def _make(folder: Path) -> None:
    """Make the views that answers need, beside."""
    with graphkit.open(folder) as graph:
        graph.view(LOOKUP, build_lookup, Lookup).close()


def _filters(request: Request) -> Filters:
    def several(name: str) -> tuple[str, ...]:
        return tuple(v for v in request.query_params.get(name, "").split(",") if v)

    one = request.query_params.get
    return Filters(one("since", ""), one("until", ""), several("levels"), one("place", ""), several("statuses"))


def _number(request: Request, name: str, default: int) -> int:
    try:
        return int(request.query_params.get(name, default))
    except ValueError:
        raise UsageError(f"{name}: a number is wanted") from None


async def _body(request: Request) -> dict[str, Any]:
    raw = b""
    async for part in request.stream():
        raw += part
        if len(raw) > LARGEST:
            raise UsageError("the request is too large")
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        raise UsageError("the request is no JSON") from None
    if not isinstance(found, dict):
        raise UsageError("the request is no JSON object")
    return found


def _json(value: Any, behind: bool) -> Response:
    return JSONResponse(value, headers={"x-graphkit-behind": "1"} if behind else {})


class _Routes:
    def __init__(self, explorer: Explorer) -> None:
        self._of = explorer

    async def about(self, request: Request) -> Response:
        found, behind = await self._of.answer(lambda a: a.about())
        return _json({**found, "who": reviewer(), "version": graphkit.__version__, "graph": self._of.folder.resolve().name}, behind)

    async def search(self, request: Request) -> Response:
        kinds = [k for k in request.query_params.get("kinds", "").split(",") if k]
        filters = _filters(request)
        return _json(*await self._of.answer(lambda a: a.search(request.query_params.get("q", ""), filters, kinds=kinds)))

    async def thing(self, request: Request) -> Response:
        filters = _filters(request)
        return _json(*await self._of.answer(lambda a: a.thing(request.query_params.get("id", ""), filters)))

    async def named(self, request: Request) -> Response:
        kind, name, report = (request.query_params.get(k, "") for k in ("type", "name", "report"))
        return _json(*await self._of.answer(lambda a: a.named(kind, name, report)))

    async def lines(self, request: Request) -> Response:
        q, filters = request.query_params, _filters(request)
        out = {"1": True, "0": False}.get(q.get("out", ""))
        order = "old" if q.get("order") == "old" else "new"
        limit, offset = _number(request, "limit", 50), _number(request, "offset", 0)
        return _json(*await self._of.answer(
            lambda a: a.lines(q.get("id", ""), filters, relation=q.get("relation", ""), kind=q.get("kind", ""), out=out, order=order, limit=limit, offset=offset)
        ))

    async def profile(self, request: Request) -> Response:
        filters = _filters(request)
        return _json(*await self._of.answer(lambda a: a.profile(request.query_params.get("id", ""), filters)))

    async def map(self, request: Request) -> Response:
        filters = _filters(request)
        return _json(*await self._of.answer(lambda a: a.map(request.query_params.get("id", ""), filters)))

    async def among(self, request: Request) -> Response:
        values, filters = (await _body(request)).get("values"), _filters(request)
        if not isinstance(values, list) or not all(isinstance(v, str) for v in values):
            raise UsageError("a list of words is wanted")
        return _json(*await self._of.answer(lambda a: a.among(values, filters)))

    async def path(self, request: Request) -> Response:
        q, filters = request.query_params, _filters(request)
        return _json(*await self._of.answer(lambda a: a.path(q.get("from", ""), q.get("to", ""), filters)))

    async def report(self, request: Request) -> Response:
        return _json(*await self._of.answer(lambda a: a.report(request.query_params.get("id", ""))))

    async def phrase(self, request: Request) -> Response:
        filters = _filters(request)
        return _json(*await self._of.answer(lambda a: a.phrase(request.query_params.get("words", ""), filters)))

    async def company(self, request: Request) -> Response:
        filters = _filters(request)
        return _json(*await self._of.answer(lambda a: a.company(request.query_params.get("words", ""), filters)))

    async def fresh(self, request: Request) -> Response:
        """Is what is answered of the graph's present state?"""
        _, behind = await self._of.answer(lambda _: None)
        return JSONResponse({"behind": behind})

    async def chart(self, request: Request) -> Response:
        filters = _filters(request)
        svg, _ = await self._of.answer(lambda a: a.chart(request.query_params.get("words", ""), filters))
        return Response(svg, media_type="image/svg+xml")

    async def cypher(self, request: Request) -> Response:
        body = await _body(request)
        parameters = body.get("parameters") or {}
        if not isinstance(body.get("query"), str) or not isinstance(parameters, dict):
            raise UsageError("a query and its parameters are wanted")
        return JSONResponse(await self._of.cypher(body["query"], parameters))

    async def decide(self, request: Request) -> Response:
        body = await _body(request)
        for field in ("who", "note", "verdict", "statement", "report"):
            if not isinstance(body.get(field, ""), str):
                raise UsageError(f"{field}: a text is expected")
        who, note, verdict = (body.get(k, "") for k in ("who", "note", "verdict"))
        if "names" in body:
            names = body["names"]
            if not isinstance(names, list) or len(names) != 2 or not all(isinstance(n, dict) for n in names):
                raise UsageError("two names are wanted")
            return _json(*await self._of.answer(lambda a: a.decide_names(names[0], names[1], verdict, who, note)))
        instead = body.get("instead")
        if instead is not None and not isinstance(instead, dict):
            raise UsageError("instead: an object of fields and values is expected")
        return _json(*await self._of.answer(
            lambda a: a.decide(body.get("statement", ""), body.get("report", ""), verdict, who, note, instead)
        ))


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, GraphkitError)
    return JSONResponse({"error": str(error)}, status_code=400 if isinstance(error, UsageError) or error.exit_code == 2 else 500)


class _Safe:
    """Security headers on every answer; with a token, nothing without it; changes only from the page itself."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app, self._token = app, token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        given = request.cookies.get(COOKIE) or request.query_params.get("token", "")
        response: Response | None = None
        if self._token and not hmac.compare_digest(given.encode(), self._token.encode()):
            response = JSONResponse({"error": "this address needs ?token=…, as `graphkit explore` printed it"}, status_code=403)
        elif request.method == "POST" and request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
            response = JSONResponse({"error": "only the page itself may ask this"}, status_code=403)

        async def with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                headers = [
                    ("content-security-policy", POLICY), ("x-content-type-options", "nosniff"), ("referrer-policy", "no-referrer"),
                    ("cross-origin-resource-policy", "same-origin"), ("cache-control", "no-store"),
                ]
                if self._token and "token" in request.query_params and response is None:
                    headers.append(("set-cookie", f"{COOKIE}={self._token}; HttpOnly; SameSite=Strict; Path=/"))
                message["headers"] = [*message["headers"], *((k.encode(), v.encode()) for k, v in headers)]
            await send(message)

        await (response or self._app)(scope, receive, with_headers)


def application(explorer: Explorer, *, hosts: list[str], token: str = "") -> Starlette:
    """The application. hosts: names by which it may be called (a page elsewhere must not reach it by another name). token: "" for none."""
    routes = _Routes(explorer)

    async def page(request: Request) -> Response:
        return FileResponse(PAGE / "index.html")

    asked = [Route(f"/api/{name}", getattr(routes, name)) for name in ("about", "search", "thing", "named", "lines", "profile", "map", "path", "report", "phrase", "company", "chart", "fresh")]
    told = [Route(f"/api/{name}", getattr(routes, name), methods=["POST"]) for name in ("among", "cypher", "decide")]
    files = [Mount("/page", StaticFiles(directory=PAGE)), Mount("/vendor", StaticFiles(directory=FOLDER, check_dir=False))]
    return Starlette(
        routes=[Route("/", page), *asked, *told, *files], exception_handlers={GraphkitError: _refused},
        middleware=[Middleware(_Safe, token=token), Middleware(TrustedHostMiddleware, allowed_hosts=hosts)],
    )


def serve(explorer: Explorer, *, host: str, port: int, token: str, started: Callable[[int], None]) -> None:
    """Serve until Ctrl-C. port: 0 for a free one; started: called with the port. Raises OSError for one that is taken."""
    import socket

    import uvicorn

    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((host, port))
    # From here on who comes early waits.
    listening.listen(128)
    hosts = ["127.0.0.1", "localhost", host] if not token else ["*"]
    config = uvicorn.Config(application(explorer, hosts=hosts, token=token), log_level="warning", lifespan="off")
    started(listening.getsockname()[1])
    uvicorn.Server(config).run(sockets=[listening])
