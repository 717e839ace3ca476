"""graphkit remove"""

from __future__ import annotations

from typing import Annotated

import typer

import graphkit
from graphkit.cli.console import DEFAULT_GRAPH, GraphOption, say
from graphkit.errors import UsageError


def command(
    ids: Annotated[
        list[str],
        typer.Argument(
            metavar="ID...",
            help="Ids of the reports to remove, separated by spaces. `graphkit extract` and `graphkit show` print them.",
            show_default=False,
        ),
    ],
    graph: GraphOption = DEFAULT_GRAPH,
) -> None:
    """Remove reports from the graph, with their statements.

    Entities that only these reports mention are also removed. The files of the reports are not changed, and decisions
    of reviewers are kept. Ids that the graph does not contain are listed, and the exit code is then 2; the other reports
    are removed.
    """
    with graphkit.open(graph) as opened:
        missing = [i for i in ids if not opened.remove(i)]
    say(f"{len(ids) - len(missing)} removed")
    if missing:
        raise UsageError(f"{graph} contains no report with this id: {', '.join(missing)}")
