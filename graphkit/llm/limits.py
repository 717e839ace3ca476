"""Limits of a run: requests and tokens per minute, and the budget; and the counts of the run."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from graphkit.errors import GraphkitError

#: Bytes of UTF-8 for each token of the estimate: 1.5 tokens for a Chinese character, which is a high estimate.
_BYTES_PER_TOKEN = 2
_MILLION = 1_000_000


def estimated_tokens(text: str) -> int:
    """Return a high estimate of the number of tokens of a text: half the number of its bytes in UTF-8."""
    return -(-len(text.encode("utf-8", "surrogatepass")) // _BYTES_PER_TOKEN)


class BudgetError(GraphkitError):
    """The next request could cost more than what is left of `max_cost`."""


class StoppedError(GraphkitError):
    """The run was stopped while a request was waiting."""


@dataclass(slots=True)
class Tally:
    """Counts of a run.

    requests: number of requests that were sent, attempts included. answered, cached: answers of the server, and those
    of the cache. input_tokens, output_tokens: as the server states them, or estimated if it does not. cost: 0 if there
    are no prices. retries: number of further attempts, by reason. damaged: files of the cache that could not be used.
    """

    requests: int = 0
    answered: int = 0
    cached: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float = 0.0
    retries: Counter[str] = field(default_factory=Counter)
    damaged: int = 0


class Budget:
    """Never lets the requests that are sent at the same time cost more than `max_cost`, by high estimates."""

    def __init__(self, price_input: float | None, price_output: float | None, max_cost: float | None) -> None:
        """Prices are those of a million tokens. max_cost: None is no limit."""
        self._prices = price_input or 0.0, price_output or 0.0
        self._most = max_cost
        self._spent = self._reserved = 0.0
        self._changed = threading.Condition()

    def cost(self, input_tokens: int, output_tokens: int) -> float:
        """Return the cost of a request in the currency of the prices."""
        return (input_tokens * self._prices[0] + output_tokens * self._prices[1]) / _MILLION

    def reserve(self, cost: float) -> None:
        """Reserve the cost of a request, after others have returned what they did not need. Raises BudgetError."""
        with self._changed:
            while self._most is not None and self._spent + self._reserved + cost > self._most:
                if self._spent + cost > self._most:
                    raise BudgetError(
                        f"stopped before a request that could cost {cost:.4f}: {self._spent:.4f} of --max-cost "
                        f"{self._most:g} are spent. All answers are kept; run the same command again with a higher "
                        "--max-cost to continue"
                    )
                self._changed.wait()
            self._reserved += cost

    def settle(self, reserved: float, cost: float) -> None:
        """Replace what was reserved for a request by its cost."""
        with self._changed:
            self._reserved = max(0.0, self._reserved - reserved)
            self._spent += cost
            self._changed.notify_all()


class Gate:
    """Delays requests, so that they are not sent faster than the limits allow. All threads of a run share one."""

    def __init__(self, requests_per_minute: float, tokens_per_minute: float) -> None:
        """0 is no limit."""
        self._per_request = 60 / requests_per_minute if requests_per_minute else 0.0
        self._per_token = 60 / tokens_per_minute if tokens_per_minute else 0.0
        self._next = 0.0
        self._lock = threading.Lock()
        self._stopped = threading.Event()

    def start(self) -> None:
        """Allow requests again after `stop`."""
        self._stopped.clear()

    def stop(self) -> None:
        """End all waiting: `enter` and `pause` raise StoppedError from now on."""
        self._stopped.set()

    def enter(self, tokens: int) -> None:
        """Wait until a request with this number of tokens may be sent. Raises StoppedError."""
        with self._lock:
            start = max(self._next, time.monotonic())
            self._next = start + max(self._per_request, tokens * self._per_token)
        self._wait_until(start)

    def pause(self, seconds: float, *, everyone: bool) -> None:
        """Wait before another attempt. everyone: no other request is sent in this time. Raises StoppedError."""
        until = time.monotonic() + seconds
        if everyone:
            with self._lock:
                self._next = max(self._next, until)
        self._wait_until(until)

    def _wait_until(self, moment: float) -> None:
        if self._stopped.wait(max(0.0, moment - time.monotonic())):
            raise StoppedError("the run was stopped")
