"""The server of the page: Starlette on loopback. Pages and answers come from here only; nothing leaves the machine."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

import graphkit
from graphkit.errors import FieldError, GraphkitError, UsageError
from graphkit.explorer.answers import Answers
from graphkit.explorer.assets import FOLDER
from graphkit.explorer.guard import Guard, is_own
from graphkit.explorer.lookup import Filters, Lookup, build_lookup
from graphkit.explorer.maps import provinces
from graphkit.explorer.queries import MOST_PROCESSES, LimitError, Queries
from graphkit.graph import Graph
from graphkit.review.queue import reviewer
from graphkit.stores.content import Content
from graphkit.stores.parameters import check_parameters, check_text

PAGE = Path(__file__).parent / "page"
#: Bytes of a request, at most.
LARGEST = 1 << 20
T = TypeVar("T")


#: The view with the tables of `build_lookup`.
LOOKUP = "lookup2"
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
        self._asking = ThreadPoolExecutor(2 * MOST_PROCESSES)
        self._queries = Queries(folder)
        self._graph: Graph | None = None
        self._answers: tuple[Content, Lookup, Answers] | None = None
        #: State of the ledger that is answered from, the one that was waited for, the one that is being made.
        self._revision = self._awaited = -1
        self._made: Future[None] | None = None

    def prepare(self) -> None:
        """Have a process ready for queries."""
        self._asking.submit(self._queries.prepare)

    def close(self) -> None:
        self._queries.close()
        self._thread.submit(self._close).result()
        for pool in (self._thread, self._asking, self._maker):
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

    async def query(self, language: str, query: str, parameters: dict[str, Any]) -> bytes:
        """The answer to a query as JSON. Raises QueryError."""
        return await asyncio.get_running_loop().run_in_executor(self._asking, self._query, language, query, parameters)

    def _query(self, language: str, query: str, parameters: dict[str, Any]) -> bytes:
        check_text("the query", query)
        check_parameters(parameters)
        return self._queries.query(language, query, parameters, self._known())

    def _known(self) -> int:
        """The state of the ledger, read by itself: a query waits for no other question."""
        with graphkit.open(self.folder) as graph:
            return graph.ledger.revision

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


#: Characters of a value in an address, and of the words that are searched.
LONGEST_VALUE, LONGEST_WORDS = 2_000, 200
#: A number in an address, at most.
LARGEST_NUMBER = 1_000_000


def _value(request: Request, name: str, longest: int = LONGEST_VALUE) -> str:
    """A value of the address. Raises UsageError for one that nothing can be called."""
    value = request.query_params.get(name, "")
    if len(value) > longest:
        raise UsageError(f"{name}: at most {longest} characters are possible")
    if "\0" in value or any("\ud800" <= c <= "\udfff" for c in value):
        raise UsageError(f"{name}: there is a character that is not possible in text")
    return value


def _several(request: Request, name: str) -> tuple[str, ...]:
    return tuple(v for v in _value(request, name).split(",") if v)[:100]


def _filters(request: Request) -> Filters:
    return Filters(
        _value(request, "since"),
        _value(request, "until"),
        _several(request, "levels"),
        _value(request, "place"),
        _several(request, "statuses"),
    )


def _number(request: Request, name: str, default: int) -> int:
    given = _value(request, name)
    if not given:
        return default
    if not (given.isascii() and given.isdecimal() and len(given) <= 7 and int(given) <= LARGEST_NUMBER):
        raise UsageError(f"{name}: a number from 0 to {LARGEST_NUMBER} is wanted")
    return int(given)


async def _body(request: Request) -> dict[str, Any]:
    raw = b""
    async for part in request.stream():
        raw += part
        if len(raw) > LARGEST:
            raise UsageError("the request is too large")
    try:
        found = json.loads(raw.decode("utf-8"))
        # Half characters, which JSON can name and text cannot hold, and numbers that are none.
        json.dumps(found, ensure_ascii=False, allow_nan=False).encode("utf-8")
    except (ValueError, RecursionError):
        raise UsageError("the request is no JSON of text and finite numbers") from None
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
        return _json(
            {**found, "who": reviewer(), "version": graphkit.__version__, "graph": self._of.folder.resolve().name},
            behind,
        )

    async def search(self, request: Request) -> Response:
        kinds, words, filters = _several(request, "kinds"), _value(request, "q", LONGEST_WORDS), _filters(request)
        return _json(*await self._of.answer(lambda a: a.search(words, filters, kinds=kinds)))

    async def entity(self, request: Request) -> Response:
        entity, filters = _value(request, "id"), _filters(request)
        return _json(*await self._of.answer(lambda a: a.entity(entity, filters)))

    async def named(self, request: Request) -> Response:
        kind, name, report = (_value(request, k) for k in ("type", "name", "report"))
        return _json(*await self._of.answer(lambda a: a.named(kind, name, report)))

    async def statements(self, request: Request) -> Response:
        entity, relation, kind = (_value(request, k) for k in ("id", "relation", "kind"))
        filters = _filters(request)
        out = {"1": True, "0": False}.get(_value(request, "out"))
        order = "old" if _value(request, "order") == "old" else "new"
        limit, offset = min(_number(request, "limit", 50), 1_000), _number(request, "offset", 0)
        return _json(
            *await self._of.answer(
                lambda a: a.statements(
                    entity, filters, relation=relation, kind=kind, out=out, order=order, limit=limit, offset=offset
                )
            )
        )

    async def profile(self, request: Request) -> Response:
        entity, filters = _value(request, "id"), _filters(request)
        return _json(*await self._of.answer(lambda a: a.profile(entity, filters)))

    async def map(self, request: Request) -> Response:
        entity, filters = _value(request, "id"), _filters(request)
        return _json(*await self._of.answer(lambda a: a.map(entity, filters)))

    async def among(self, request: Request) -> Response:
        values, filters = (await _body(request)).get("values"), _filters(request)
        if not isinstance(values, list) or not all(isinstance(v, str) for v in values):
            raise UsageError("a list of words is wanted")
        return _json(*await self._of.answer(lambda a: a.among(values, filters)))

    async def path(self, request: Request) -> Response:
        first, second, filters = _value(request, "from"), _value(request, "to"), _filters(request)
        return _json(*await self._of.answer(lambda a: a.path(first, second, filters)))

    async def report(self, request: Request) -> Response:
        report = _value(request, "id")
        return _json(*await self._of.answer(lambda a: a.report(report)))

    async def phrase(self, request: Request) -> Response:
        words, filters = _value(request, "words", LONGEST_WORDS), _filters(request)
        return _json(*await self._of.answer(lambda a: a.phrase(words, filters)))

    async def cooccurring(self, request: Request) -> Response:
        words, filters = _value(request, "words", LONGEST_WORDS), _filters(request)
        return _json(*await self._of.answer(lambda a: a.cooccurring(words, filters)))

    async def fresh(self, request: Request) -> Response:
        """Is what is answered of the graph's present state?"""
        _, behind = await self._of.answer(lambda _: None)
        return JSONResponse({"behind": behind})

    async def chart(self, request: Request) -> Response:
        words, filters = _value(request, "words", LONGEST_WORDS), _filters(request)
        svg, _ = await self._of.answer(lambda a: a.chart(words, filters))
        return Response(svg, media_type="image/svg+xml")

    async def cypher(self, request: Request) -> Response:
        return await self._queried("cypher", request)

    async def sparql(self, request: Request) -> Response:
        return await self._queried("sparql", request)

    async def _queried(self, language: str, request: Request) -> Response:
        body = await _body(request)
        parameters = body.get("parameters", {})
        if not isinstance(body.get("query"), str) or not isinstance(parameters, dict):
            raise UsageError("a query and its parameters are wanted")
        return Response(await self._of.query(language, body["query"], parameters), media_type="application/json")

    async def decide(self, request: Request) -> Response:
        body = await _body(request)
        who, note, verdict, statement, report = (
            _text(body, k) for k in ("who", "note", "verdict", "statement", "report")
        )
        if "names" in body:
            names = body["names"]
            if (
                not isinstance(names, list)
                or len(names) != 2
                or not all(isinstance(n, dict) and all(isinstance(v, str) for v in n.values()) for n in names)
            ):
                raise FieldError("names", "two names are wanted, each with type, name and report as text")
            return _json(*await self._of.answer(lambda a: a.decide_names(names[0], names[1], verdict, who, note)))
        instead = body.get("instead")
        if instead is not None and not isinstance(instead, dict):
            raise FieldError("instead", "the fields that replace others are wanted, as an object")
        only_check = body.get("check", False)
        if not isinstance(only_check, bool):
            raise FieldError("check", "true or false is wanted")
        if only_check and verdict in ("mend", "correct"):
            return _json(*await self._of.answer(lambda a: a.corrected(statement, report, who, instead)))
        if only_check:
            raise FieldError("check", "only a correction (verdict mend) can be checked without being saved")
        return _json(*await self._of.answer(lambda a: a.decide(statement, report, verdict, who, note, instead)))


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > LONGEST_VALUE or "\0" in value:
        raise FieldError(name, f"text of at most {LONGEST_VALUE} characters is wanted")
    return value


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, GraphkitError)
    told: dict[str, Any] = {"error": str(error)}
    if isinstance(error, LimitError):
        told |= {"code": error.code, "amount": error.amount}
    if isinstance(error, FieldError):
        told |= {"field": error.field, "reason": error.reason}
    return JSONResponse(told, status_code=400 if isinstance(error, UsageError) or error.exit_code == 2 else 500)


async def _wrong(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return JSONResponse({"error": error.detail}, status_code=error.status_code)


async def _failed(request: Request, error: Exception) -> Response:
    """What nothing foresaw: one sentence for the page; the trace is for the terminal."""
    return JSONResponse(
        {"error": f"graphkit could not answer ({type(error).__name__}); the terminal says more"}, status_code=500
    )


def application(explorer: Explorer, *, hosts: list[str], token: str, port: int) -> Starlette:
    """The application. hosts: names by which it may be called (a page elsewhere must not reach it by another name)."""
    routes = _Routes(explorer)

    async def page(request: Request) -> Response:
        return FileResponse(PAGE / "index.html")

    asked = [
        Route(f"/api/{name}", getattr(routes, name))
        for name in (
            "about",
            "search",
            "entity",
            "named",
            "statements",
            "profile",
            "map",
            "path",
            "report",
            "phrase",
            "cooccurring",
            "chart",
            "fresh",
        )
    ]
    told = [
        Route(f"/api/{name}", getattr(routes, name), methods=["POST"])
        for name in ("among", "cypher", "sparql", "decide")
    ]
    files = [Mount("/page", _Files(PAGE)), Mount("/vendor", _Files(FOLDER))]
    return Starlette(
        routes=[Route("/", page), *asked, *told, *files],
        exception_handlers={GraphkitError: _refused, HTTPException: _wrong, Exception: _failed},
        middleware=[Middleware(Guard, token=token, port=port), Middleware(TrustedHostMiddleware, allowed_hosts=hosts)],
    )


class _Files(StaticFiles):
    """Files of a folder; one that is not there, or that no file system can name, is 404."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder, check_dir=False)

    async def get_response(self, path: str, scope: Scope) -> Response:
        try:
            return await super().get_response(path, scope)
        except (OSError, ValueError, RuntimeError):
            raise HTTPException(404, "Not Found") from None


def serve(explorer: Explorer, *, host: str, port: int, token: str, started: Callable[[int], None]) -> None:
    """Serve until Ctrl-C. port: 0 for a free one; started: called with the port.

    Raises OSError for one that is taken.
    """
    import uvicorn

    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((host, port))
    # From here on who comes early waits.
    listening.listen(128)
    at = listening.getsockname()[1]
    # On a network the names of this machine are not all known: there the token alone decides.
    hosts = ["127.0.0.1", "localhost", "[::1]", host] if is_own(host) else ["*"]
    config = uvicorn.Config(
        application(explorer, hosts=hosts, token=token, port=at), log_level="warning", lifespan="off"
    )
    explorer.prepare()
    started(at)
    uvicorn.Server(config).run(sockets=[listening])
