"""Prints the statements of a stream of messages: tail -f reports.jsonl | python stream.py [GRAPH]

Each line of standard input is a message: a JSON object with `id` and `text`, such as a message queue delivers. The
statements of a message with the status actual are printed as JSON Lines before the next message is requested. If GRAPH
is given, the report is also added to the graph in this folder (and read a second time for this).
"""

import json
import sys
from collections.abc import Iterator

import graphkit


def messages() -> Iterator[dict[str, str]]:
    """Yield the messages as they arrive. Replace this function by the consumer of your message queue."""
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
