"""One run of the language model: its settings, its limits, its answers, and the counts of what was sent and paid."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from graphkit.llm.asking import Asking
from graphkit.llm.limits import Tally
from graphkit.llm.settings import Settings, read_settings


class Run:
    """Extractors of one run share the answers, the rate limits and the budget."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.asking = Asking(settings)

    @property
    def tally(self) -> Tally:
        """The numbers of requests, answers and tokens so far, and their cost."""
        return self.asking.tally


_current: ContextVar[Run | None] = ContextVar("graphkit_llm_run", default=None)


def current_run() -> Run:
    """Return the run that `using` started, or a new one with the settings of the environment. Raises UsageError."""
    return _current.get() or Run(read_settings())


@contextmanager
def using(settings: Settings) -> Iterator[Run]:
    """Extractors that are loaded in this context use these settings.

    >>> with using(Settings("http://localhost:11434/v1", "qwen3")) as run:    # doctest: +SKIP
    ...     graph.build("reports", extractor="llm")
    >>> run.tally.requests                                                    # doctest: +SKIP
    """
    run = Run(settings)
    token = _current.set(run)
    try:
        yield run
    finally:
        _current.reset(token)
        run.asking.close()
