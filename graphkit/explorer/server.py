"""The web server of the explorer (Starlette). By default it only accepts connections from this machine."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from graphkit.errors import FieldError, GraphkitError, UsageError
from graphkit.explorer.assets import FOLDER
from graphkit.explorer.explorer import Explorer
from graphkit.explorer.guard import Guard, is_own
from graphkit.explorer.routes import Routes
from graphkit.sandbox.queries import LimitError

PAGE = Path(__file__).parent / "page"


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, GraphkitError)
    answer: dict[str, Any] = {"error": str(error)}
    if isinstance(error, LimitError):
        answer |= {"code": error.code, "amount": error.amount}
    if isinstance(error, FieldError):
        answer |= {"field": error.field, "reason": error.reason}
    return JSONResponse(answer, status_code=400 if isinstance(error, UsageError) or error.exit_code == 2 else 500)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return JSONResponse({"error": error.detail}, status_code=error.status_code)


async def _failed(request: Request, error: Exception) -> Response:
    """Return one sentence for an unexpected error. The traceback is printed in the terminal."""
    return JSONResponse(
        {"error": f"internal error ({type(error).__name__}); the terminal contains the details"}, status_code=500
    )


def application(explorer: Explorer, *, hosts: list[str], token: str, port: int) -> Starlette:
    """Return the application. hosts: allowed host names, which prevents requests by DNS rebinding."""
    routes = Routes(explorer)

    async def page(request: Request) -> Response:
        return FileResponse(PAGE / "index.html")

    get_routes = [
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
    post_routes = [
        Route(f"/api/{name}", getattr(routes, name), methods=["POST"])
        for name in ("among", "cypher", "sparql", "decide")
    ]
    files = [Mount("/page", _Files(PAGE)), Mount("/vendor", _Files(FOLDER))]
    return Starlette(
        routes=[Route("/", page), *get_routes, *post_routes, *files],
        exception_handlers={GraphkitError: _refused, HTTPException: _http_error, Exception: _failed},
        middleware=[Middleware(Guard, token=token, port=port), Middleware(TrustedHostMiddleware, allowed_hosts=hosts)],
    )


class _Files(StaticFiles):
    """The files of a folder. The response to a missing file or an invalid name is 404."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder, check_dir=False)

    async def get_response(self, path: str, scope: Scope) -> Response:
        try:
            return await super().get_response(path, scope)
        except (OSError, ValueError, RuntimeError):
            raise HTTPException(404, "Not Found") from None


def serve(explorer: Explorer, *, host: str, port: int, token: str, started: Callable[[int], None]) -> None:
    """Run the server until Ctrl-C. Raises OSError if the port is in use.

    port: 0 for any free port. started: called with the port when the server accepts connections.
    """
    import uvicorn

    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((host, port))
    # Connections that arrive before the server is ready wait.
    listening.listen(128)
    at = listening.getsockname()[1]
    # On a network interface, the host names of this machine are unknown, so that only the token protects the server.
    hosts = ["127.0.0.1", "localhost", "[::1]", host] if is_own(host) else ["*"]
    config = uvicorn.Config(
        application(explorer, hosts=hosts, token=token, port=at), log_level="warning", lifespan="off"
    )
    explorer.prepare()
    started(at)
    uvicorn.Server(config).run(sockets=[listening])
