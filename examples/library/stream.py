"""Statements of a stream of messages: tail -f reports.jsonl | python stream.py [GRAPH]

Each message is a JSON object with `id` and `text`, as a consumer of a message queue returns it. The statements of a
message are printed as JSON Lines before the next message arrives. With a folder, the reports are also added to a graph.
"""

import json
import sys
from collections.abc import Iterator

import graphkit


def messages() -> Iterator[dict[str, str]]:
    """Yield the messages as they arrive; replace this by the consumer of your queue."""
    for line in sys.stdin:
        yield json.loads(line)


def report_failure(failure: graphkit.Failure | graphkit.NoReport) -> None:
    print(f"not read: {failure.source}: {failure.reason}", file=sys.stderr)


graph = graphkit.open(sys.argv[1], create=True) if len(sys.argv) > 1 else None
for reading in graphkit.extract_many(messages(), batch=1, on_failure=report_failure):
    for statement in reading.statements:
        if statement.status is graphkit.Status.ACTUAL:
            print(json.dumps(statement.to_dict(), ensure_ascii=False), flush=True)
    if graph is not None:
        graph.add(reading.report)
if graph is not None:
    print(f"{graph.status()['reports']} reports in the graph", file=sys.stderr)
    graph.close()
