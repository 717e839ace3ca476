"""A web application whose threads share one graph: python web_application.py GRAPH [PORT]

GRAPH is the folder of the graph, which is created if it does not exist; PORT is 8000 by default. Each request is
answered by a thread of its own. GET /visits?person=林知远 returns a JSON list of what the person visited, with quotes.
POST /reports adds a report, for example with:

curl -d '{"id": "a", "text": "市委书记林知远到石渡县调研。", "date": "2024-03-03"}' http://127.0.0.1:8000/reports
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

import graphkit

graph = graphkit.open(sys.argv[1], create=True)  # All threads use this object.
VISITS = "MATCH (p:Person {name: $x})-[v:VISITED]->(s) RETURN s.name AS site, v.date AS date, v.evidence AS quotes"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        person = parse_qs(urlparse(self.path).query).get("person", [""])[0]
        self.answer(200, graph.cypher(VISITS, x=person))

    def do_POST(self) -> None:
        record = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        outcome = graph.add(record)
        failures = [f.reason for f in (*outcome.failures, *outcome.empty)]
        self.answer(400 if failures else 200, {"added": outcome.added, "failures": failures})

    def answer(self, status: int, value: object) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.end_headers()
        self.wfile.write(json.dumps(value, ensure_ascii=False).encode())


with ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2]) if len(sys.argv) > 2 else 8000), Handler) as server:
    print(f"http://127.0.0.1:{server.server_port}/visits?person=林知远", flush=True)
    server.serve_forever()
