"""A server with the OpenAI protocol on 127.0.0.1 that answers each request with one behaviour."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graphkit.llm.settings import Settings

Item = dict[str, Any]
#: The data of a request → the content of the answer.
Content = Callable[[dict[str, Any]], str]
Behaviour = Callable[["Handler"], None]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    model: FakeModel
    request_body: dict[str, Any]

    def do_POST(self) -> None:
        with suppress(OSError, ValueError):
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.request_body = json.loads(raw)
            with self.model.lock:
                self.model.received.append(raw)
                self.model.paths.append(self.path)
                self.model.headers.append(dict(self.headers.items()))
            self.model.behaviour(self)

    do_GET = do_POST

    def log_message(self, *_: object) -> None:
        pass

    @property
    def data(self) -> dict[str, Any]:
        """What the model is given: the JSON object in the last message."""
        found: dict[str, Any] = json.loads(self.request_body["messages"][-1]["content"])
        return found

    def send(self, status: int, body: bytes, kind: str = "application/json", **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()


@dataclass
class FakeModel:
    """The server. received: bodies of all requests, in order."""

    behaviour: Behaviour
    port: int = 0
    received: list[bytes] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def settings(self, folder: Path, **options: Any) -> Settings:
        """Settings for quick tests: no waiting between attempts, answers in a folder of the test."""
        quick = {"cache": folder / "answers", "attempts": 3, "first_wait": 0.01, "longest_wait": 0.5, "timeout": 5}
        return Settings(self.url, "invented-1", **{**quick, **options})


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Connections that the client closes are no errors here."""


@contextmanager
def serving(behaviour: Behaviour) -> Iterator[FakeModel]:
    model = FakeModel(behaviour)
    handler = type("ModelHandler", (Handler,), {"model": model})
    server = _Server(("127.0.0.1", 0), handler)
    model.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield model
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def completion(content: object, *, message: Item | None = None, **changes: Any) -> bytes:
    """The body of a response. message: further fields of the message. changes: of the response; choice: of the choice."""
    choice = {
        "index": 0,
        "finish_reason": "stop",
        "message": {"role": "assistant", "content": content, **(message or {})},
        **changes.pop("choice", {}),
    }
    body = {
        "id": "x",
        "object": "chat.completion",
        "created": 0,
        "model": "invented-1",
        "choices": [choice],
        "usage": {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100},
        **changes,
    }
    return json.dumps(body).encode()


def saying(content: Content) -> Behaviour:
    """A model that answers with the content for the data that it is given."""
    return lambda handler: handler.send(200, completion(content(handler.data)))


def listed(*items: Item) -> str:
    return json.dumps({"statements": list(items)}, ensure_ascii=False)


def of_passage(known: list[Item]) -> Content:
    """A model that states those of the known statements whose quote is in the passage."""
    return lambda data: listed(*(item for item in known if item["quote"] in data["passage"]))


def item(
    relation: str, subject: str, object_: str, quote: str, types: str = "", status: str = "actual", **more: Any
) -> Item:
    """A statement of an answer. types: of subject and object, separated by a space, "-" for none."""
    found = {"relation": relation, "subject": subject, "object": object_, "status": status, "quote": quote, **more}
    for side, stated in zip(("subject", "object"), types.split(), strict=False):
        if stated != "-":
            found[f"{side}_type"] = stated
    return found
