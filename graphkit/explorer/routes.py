"""The requests of the page: each method checks the values of a request and returns the answer as JSON."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

import graphkit
from graphkit.errors import FieldError, UsageError
from graphkit.explorer.explorer import Explorer
from graphkit.explorer.request_values import (
    LONGEST_WORDS,
    body_of,
    filters_of,
    number_of,
    text_of,
    value_of,
    values_of,
)
from graphkit.review import Verdict
from graphkit.review.queue import reviewer


def _json(value: Any, behind: bool) -> Response:
    return JSONResponse(value, headers={"x-graphkit-behind": "1"} if behind else {})


class Routes:
    """The requests of the page."""

    def __init__(self, explorer: Explorer) -> None:
        self._explorer = explorer

    async def about(self, request: Request) -> Response:
        found, behind = await self._explorer.answer(lambda a: a.about())
        return _json(
            {
                **found,
                "who": reviewer(),
                "version": graphkit.__version__,
                "graph": self._explorer.folder.resolve().name,
            },
            behind,
        )

    async def search(self, request: Request) -> Response:
        kinds, words, filters = values_of(request, "kinds"), value_of(request, "q", LONGEST_WORDS), filters_of(request)
        return _json(*await self._explorer.answer(lambda a: a.search(words, filters, kinds=kinds)))

    async def entity(self, request: Request) -> Response:
        entity, filters = value_of(request, "id"), filters_of(request)
        return _json(*await self._explorer.answer(lambda a: a.entity(entity, filters)))

    async def named(self, request: Request) -> Response:
        kind, name, report = (value_of(request, k) for k in ("type", "name", "report"))
        return _json(*await self._explorer.answer(lambda a: a.named(kind, name, report)))

    async def statements(self, request: Request) -> Response:
        entity, relation, kind = (value_of(request, k) for k in ("id", "relation", "kind"))
        filters = filters_of(request)
        out = {"1": True, "0": False}.get(value_of(request, "out"))
        order = "old" if value_of(request, "order") == "old" else "new"
        limit, offset = min(number_of(request, "limit", 50), 1_000), number_of(request, "offset", 0)
        return _json(
            *await self._explorer.answer(
                lambda a: a.statements(
                    entity, filters, relation=relation, kind=kind, out=out, order=order, limit=limit, offset=offset
                )
            )
        )

    async def profile(self, request: Request) -> Response:
        entity, filters = value_of(request, "id"), filters_of(request)
        return _json(*await self._explorer.answer(lambda a: a.profile(entity, filters)))

    async def map(self, request: Request) -> Response:
        entity, filters = value_of(request, "id"), filters_of(request)
        return _json(*await self._explorer.answer(lambda a: a.map(entity, filters)))

    async def among(self, request: Request) -> Response:
        values, filters = (await body_of(request)).get("values"), filters_of(request)
        if not isinstance(values, list) or not all(isinstance(v, str) for v in values):
            raise UsageError("a list of texts is expected")
        return _json(*await self._explorer.answer(lambda a: a.among(values, filters)))

    async def path(self, request: Request) -> Response:
        first, second, filters = value_of(request, "from"), value_of(request, "to"), filters_of(request)
        return _json(*await self._explorer.answer(lambda a: a.path(first, second, filters)))

    async def report(self, request: Request) -> Response:
        report = value_of(request, "id")
        return _json(*await self._explorer.answer(lambda a: a.report(report)))

    async def phrase(self, request: Request) -> Response:
        words, filters = value_of(request, "words", LONGEST_WORDS), filters_of(request)
        return _json(*await self._explorer.answer(lambda a: a.phrase(words, filters)))

    async def cooccurring(self, request: Request) -> Response:
        words, filters = value_of(request, "words", LONGEST_WORDS), filters_of(request)
        return _json(*await self._explorer.answer(lambda a: a.cooccurring(words, filters)))

    async def fresh(self, request: Request) -> Response:
        """Return whether the answers refer to an earlier state of the graph (`behind`)."""
        _, behind = await self._explorer.answer(lambda _: None)
        return JSONResponse({"behind": behind})

    async def chart(self, request: Request) -> Response:
        words, filters = value_of(request, "words", LONGEST_WORDS), filters_of(request)
        svg, _ = await self._explorer.answer(lambda a: a.chart(words, filters))
        return Response(svg, media_type="image/svg+xml")

    async def cypher(self, request: Request) -> Response:
        return await self._queried("cypher", request)

    async def sparql(self, request: Request) -> Response:
        return await self._queried("sparql", request)

    async def _queried(self, language: str, request: Request) -> Response:
        body = await body_of(request)
        parameters = body.get("parameters", {})
        if not isinstance(body.get("query"), str) or not isinstance(parameters, dict):
            raise UsageError("a query and its parameters are expected")
        return Response(await self._explorer.query(language, body["query"], parameters), media_type="application/json")

    async def decide(self, request: Request) -> Response:
        body = await body_of(request)
        who, note, verdict, statement, report = (
            text_of(body, k) for k in ("who", "note", "verdict", "statement", "report")
        )
        if "names" in body:
            return await self._decide_names(body["names"], verdict, who, note)
        instead = body.get("instead")
        if instead is not None and not isinstance(instead, dict):
            raise FieldError("instead", "an object with the corrected fields is expected")
        only_check = body.get("check", False)
        if not isinstance(only_check, bool):
            raise FieldError("check", "true or false is expected")
        if only_check and verdict in (Verdict.mend, "correct"):
            return _json(*await self._explorer.answer(lambda a: a.corrected(statement, report, who, instead)))
        if only_check:
            raise FieldError("check", "only a correction can be checked without being saved")
        return _json(*await self._explorer.answer(lambda a: a.decide(statement, report, verdict, who, note, instead)))

    async def _decide_names(self, names: object, verdict: str, who: str, note: str) -> Response:
        if (
            not isinstance(names, list)
            or len(names) != 2
            or not all(isinstance(n, dict) and all(isinstance(v, str) for v in n.values()) for n in names)
        ):
            raise FieldError("names", "two names are expected, each with type, name and report as text")
        return _json(*await self._explorer.answer(lambda a: a.decide_names(names[0], names[1], verdict, who, note)))
