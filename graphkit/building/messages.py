"""Messages of a build in Python: the log `graphkit.building`, and warnings that a script should see."""

from __future__ import annotations

import logging
import sys
import time
import warnings

from graphkit.building.outcome import Outcome
from graphkit.errors import GraphkitWarning
from graphkit.model import Failure, NoReport
from graphkit.wording import shows_commands

#: Seconds between two messages about the progress.
LOG_EVERY = 10.0
_log = logging.getLogger("graphkit.building")


class BuildLog:
    """Logs the progress of a build (INFO), and each input that cannot be read (WARNING)."""

    def __init__(self) -> None:
        self._last = time.monotonic()
        self._failures = self._empty = self._not_read = 0

    def progress(self, outcome: Outcome) -> None:
        """Log new failures, and the progress if the last message about it is old."""
        new: list[Failure | NoReport] = [
            *outcome.failures[self._failures :],
            *outcome.not_read[self._not_read :],
            *outcome.empty[self._empty :],
        ]
        self._failures, self._not_read = len(outcome.failures), len(outcome.not_read)
        self._empty = len(outcome.empty)
        for item in new:
            _log.warning("not read: %s: %s", item.source, item.reason)
        now = time.monotonic()
        if now - self._last >= LOG_EVERY:
            self._last = now
            _log.info("%d reports read, %d statements", outcome.done, outcome.statements)

    def end(self, outcome: Outcome) -> None:
        """Log the totals, and why statements were refused."""
        self.progress(outcome)
        for refusal in outcome.refusals.values():
            _log.warning("%d statements refused, first in %s: %s", refusal.number, refusal.report, refusal.example)
        _log.info(
            "%d reports added, %d already in the graph, %d failed; %d statements in %.1f s",
            outcome.added, outcome.skipped, len(outcome.failures), outcome.statements, outcome.seconds,
        )  # fmt: skip


def warn(outcome: Outcome) -> None:
    """Issue a GraphkitWarning about what a script would otherwise not notice. Commands print it themselves."""
    if shows_commands():
        return
    unread: list[Failure | NoReport] = [*outcome.failures, *outcome.not_read, *outcome.empty]
    if unread:
        one = len(unread) == 1
        _warn(
            f"{len(unread)} input{' was not read as a report' if one else 's were not read as reports'}; "
            f"{'it is' if one else 'the first is'} {unread[0].source}: {unread[0].reason}"
        )
    if outcome.refused:
        first = next(iter(outcome.refusals.values()))
        _warn(
            f"{outcome.refused} statement{' was' if outcome.refused == 1 else 's were'} refused, "
            f"for example in report {first.report}: {first.example}"
        )
    for line in outcome.warnings:
        _warn(line)


def _warn(message: str) -> None:
    """Issue a warning at the line of the program that called the package."""
    level, frame = 2, sys._getframe(1)
    while frame.f_back is not None and str(frame.f_globals.get("__name__")).partition(".")[0] == "graphkit":
        level, frame = level + 1, frame.f_back
    warnings.warn(message, GraphkitWarning, stacklevel=level)
