"""Access control of the server: each request needs the token, and only the page can make changes."""

from __future__ import annotations

import hmac
import ipaddress
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

#: Content security policy: only files of this server and no inline code. (The page creates images of graphs itself.)
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
#: Header of all changing requests. A page of another origin can only send it after a preflight request, which fails.
HEADER = "x-graphkit"
NO_TOKEN = "the token is missing or incorrect: open the address that `graphkit explore` printed in the terminal"
_PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>graphkit</title></head><body>
<h1>graphkit</h1>
<p>缺少访问令牌，或令牌不正确。请打开终端中 <code>graphkit explore</code> 显示的完整链接（含 <code>?token=…</code>）。</p>
<p lang="en">The token is missing or incorrect.
Open the complete address that <code>graphkit explore</code> printed in the terminal (with <code>?token=…</code>).</p>
</body></html>
"""


def is_own(host: str) -> bool:
    """Return whether only this machine can reach an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Guard:
    """Rejects requests without the token and changes from other origins, and adds security headers to all responses."""

    def __init__(self, app: ASGIApp, token: str, port: int) -> None:
        self._app, self._token = app, token
        #: Cookies are shared by all ports of a host, so that the name of the cookie contains the port.
        self.cookie = f"graphkit_{port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            # The application has no web sockets.
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
        # A token in the address has priority over a cookie, which may be older.
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
                        "error": "only the page can make changes: the request has another origin or no header",
                        "code": "not_the_page",
                    },
                    status_code=403,
                )
        return None
