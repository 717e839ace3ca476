"""A server that responds to every request with one behaviour."""

from __future__ import annotations

import gzip
import http.server
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Behaviour = Callable[["Handler"], None]
RESULTS = "application/sparql-results+json"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    behaviour: Behaviour
    #: The body of the request.
    body: bytes = b""

    def answer(self) -> None:
        with suppress(OSError, ValueError):
            self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            type(self).behaviour(self)

    do_GET = do_POST = do_PUT = do_HEAD = answer

    def log_message(self, *_: object) -> None:
        pass

    def send(self, status: int, body: bytes = b"", kind: str = RESULTS, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body if self.command != "HEAD" else b"")


def answers(status: int, body: bytes = b"", kind: str = RESULTS, **headers: str) -> Behaviour:
    return lambda handler: handler.send(status, body, kind, **headers)


def yes_then(body: bytes, kind: str = RESULTS) -> Behaviour:
    """A SPARQL endpoint for ASK queries; all other requests receive `body`."""
    seen: list[int] = []

    def behave(handler: Handler) -> None:
        seen.append(1)
        handler.send(
            200, b'{"head": {}, "boolean": true}' if len(seen) == 1 else body, RESULTS if len(seen) == 1 else kind
        )

    return behave


def endless(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", RESULTS)
    handler.end_headers()
    while True:
        handler.wfile.write(b'{"boolean": true' + b" " * 65536)


def endless_error(handler: Handler) -> None:
    handler.send_response(500)
    handler.end_headers()
    while True:
        handler.wfile.write(b"error " * 10_000)


def announced_2_gb(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(2 << 30))
    handler.end_headers()
    while True:
        handler.wfile.write(b"x" * 65536)


def slow(handler: Handler) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b" ")
        time.sleep(0.1)


def silent(handler: Handler) -> None:
    time.sleep(10)


def reset(handler: Handler) -> None:
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


def cut_off(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"boolean": tr')
    handler.wfile.flush()
    handler.connection.shutdown(socket.SHUT_RDWR)


def not_http(handler: Handler) -> None:
    handler.wfile.write(b"SSH-2.0-OpenSSH_9.6\r\n")
    handler.wfile.flush()
    handler.connection.shutdown(socket.SHUT_RDWR)


def redirect_to_itself(handler: Handler) -> None:
    handler.send(307, b"", Location=handler.path)


BOMB = gzip.compress(b'{"boolean": true}' + b" " * 50_000_000)

#: Name → behaviour and part of the expected message.
BEHAVIOURS: dict[str, tuple[Behaviour, str]] = {
    "html": (answers(200, b"<html><body>boolean</body></html>", "text/html"), "not the response of a SPARQL endpoint"),
    "empty": (answers(200), "there is no SPARQL endpoint"),
    "json that is no result": (answers(200, b'["boolean"]'), "not the response of a SPARQL endpoint"),
    "a boolean that is a word": (answers(200, b'{"boolean": "yes"}'), "not the response of a SPARQL endpoint"),
    "deep json": (answers(200, b"[" * 100_000 + b"boolean"), "not the response of a SPARQL endpoint"),
    "no utf-8": (answers(200, b'{"boolean": \xff\xfe}'), "not the response of a SPARQL endpoint"),
    "endless": (endless, "larger than"),
    "2 GB": (announced_2_gb, "larger than"),
    "gzip bomb": (answers(200, BOMB, RESULTS, Content_Encoding="gzip"), "larger than"),
    "broken gzip": (answers(200, b"boolean", RESULTS, Content_Encoding="gzip"), "no response"),
    "endless error": (endless_error, "there is no SPARQL endpoint"),
    "slow": (slow, "takes too long"),
    "silent": (silent, "no response"),
    "reset": (reset, "no response"),
    "cut off": (cut_off, "no response"),
    "not http": (not_http, "no response"),
    "redirect to itself": (redirect_to_itself, "redirect"),
    "redirect to a file": (answers(302, b"", Location="file:///etc/passwd"), "is not valid"),
    "redirect to nonsense": (answers(302, b"", Location="http://[::bad/"), "no response"),
    "401": (answers(401, b"go away", "text/plain"), "a login is required|user .* is rejected"),
    "403": (answers(403, b"<h1>Forbidden</h1>", "text/html"), "a login is required|user .* is rejected"),
    "404": (answers(404, b"nothing", "text/plain"), "there is no SPARQL endpoint"),
    "413": (answers(413), "there is no SPARQL endpoint"),
    "500": (answers(500, b"java.lang.NullPointerException\n\tat x", "text/plain"), "there is no SPARQL endpoint"),
    "rows that are html": (yes_then(b"<html>boolean</html>", "text/html"), "not the response of a SPARQL endpoint"),
    "rows without bindings": (yes_then(b'{"results": {}}'), "not the response of a SPARQL endpoint"),
    "rows of numbers": (yes_then(b'{"results": {"bindings": [1, 2]}}'), "not the response of a SPARQL endpoint"),
    "values of numbers": (
        yes_then(b'{"results": {"bindings": [{"r": {"value": 1}}]}}'),
        "not the response of a SPARQL endpoint",
    ),
    "null": (yes_then(b"null"), "not the response of a SPARQL endpoint"),
}


@contextmanager
def serving(behaviour: Behaviour) -> Iterator[int]:
    """The port of a server with this behaviour."""
    handler = type("One", (Handler,), {"behaviour": staticmethod(behaviour)})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
