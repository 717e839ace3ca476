"""Who may ask the server: the token with each request, and for changes the page itself."""

from __future__ import annotations

import hmac
import ipaddress
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

#: Everything from here, nothing inline; pictures of graphs are made in the page.
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
#: The header that only the page's own requests have: another site cannot send it without being asked first.
HEADER = "x-graphkit"
NO_TOKEN = "the token is missing or wrong: open the address that `graphkit explore` printed in the terminal"
_PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>graphkit</title></head><body>
<h1>graphkit</h1>
<p>缺少访问令牌，或令牌不正确。请打开终端中 <code>graphkit explore</code> 显示的完整链接（含 <code>?token=…</code>）。</p>
<p lang="en">The token is missing or wrong. Open the whole address that <code>graphkit explore</code> printed in the terminal (with <code>?token=…</code>).</p>
</body></html>
"""


def is_own(host: str) -> bool:
    """Is this an address that only this machine reaches?"""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Guard:
    """Nothing without the token; changes only with the page's own origin and header; security headers on every answer."""

    def __init__(self, app: ASGIApp, token: str, port: int) -> None:
        self._app, self._token = app, token
        #: Cookies do not know ports: each server has a name of its own.
        self.cookie = f"graphkit_{port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            # (There are no web sockets.)
            return
        request = Request(scope)
        given = request.query_params.get("token")
        response = self._refusal(request, given)

        async def with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                headers = [
                    ("content-security-policy", POLICY),
                    ("x-content-type-options", "nosniff"),
                    ("referrer-policy", "no-referrer"),
                    ("cross-origin-resource-policy", "same-origin"),
                    ("cache-control", "no-store"),
                ]
                if given is not None and response is None:
                    headers.append(("set-cookie", f"{self.cookie}={self._token}; HttpOnly; SameSite=Strict; Path=/"))
                message["headers"] = [*message["headers"], *((k.encode(), v.encode()) for k, v in headers)]
            await send(message)

        await (response or self._app)(scope, receive, with_headers)

    def _refusal(self, request: Request, given: str | None) -> Response | None:
        # A token in the address comes before an old cookie.
        token = given if given is not None else request.cookies.get(self.cookie, "")
        if not hmac.compare_digest(token.encode("utf-8", "replace"), self._token.encode()):
            if "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/"):
                return HTMLResponse(_PAGE, status_code=403)
            return JSONResponse({"error": NO_TOKEN, "code": "no_token"}, status_code=403)
        if request.method not in ("GET", "HEAD"):
            own = f"{request.url.scheme}://{request.headers.get('host', '')}"
            if request.headers.get("origin") != own or request.headers.get(HEADER) != "1":
                return JSONResponse(
                    {
                        "error": "only the page itself may ask this: the request has not its origin and header",
                        "code": "not_the_page",
                    },
                    status_code=403,
                )
        return None
