"""Asks for the answers of many requests: cache, limits, budget and repeated attempts."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

from graphkit.errors import ReadingError, ServerError
from graphkit.llm.answers import Answer
from graphkit.llm.cache import AnswerCache
from graphkit.llm.limits import Budget, Gate, StoppedError, Tally, estimated_tokens
from graphkit.llm.request import Request
from graphkit.llm.settings import Settings

if TYPE_CHECKING:
    from graphkit.llm.server import Server, UnansweredError

#: Number of unanswered requests, with no answered one between them, after which the run stops.
MOST_UNANSWERED = 5


class NoAnswerError(ReadingError):
    """A request of a report that the server did not answer; the report is a failure, and can be read again."""


class Asking:
    """Returns answers from the cache or the server, and stores each answer as soon as it arrives."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.cache = AnswerCache(settings.cache)
        self.tally = Tally()
        self._gate = Gate(settings.requests_per_minute, settings.tokens_per_minute)
        self._budget = Budget(settings.price_input, settings.price_output, settings.max_cost)
        self._server: Server | None = None
        self._lock = threading.Lock()
        self._unanswered = 0
        #: Reasons of requests that were not answered, until they are reported for their report.
        self._failed: dict[str, str] = {}

    def answers(self, requests: Sequence[Request]) -> list[Answer | NoAnswerError]:
        """Return an answer for each request, or why there is none, in order. Equal requests are sent once.

        Raises ServerError if the server cannot answer any request, and BudgetError if the budget is used up. Answers
        that had arrived before are in the cache.
        """
        keys = [request.key(self.settings) for request in requests]
        found: dict[str, Answer | NoAnswerError] = {}
        waiting: dict[str, Request] = {}
        for key, request in zip(keys, requests, strict=True):
            if key in found or key in waiting:
                continue
            if key in self._failed:
                found[key] = NoAnswerError(request.report, self._failed.pop(key))
            elif (kept := self.cache.get(key)) is not None:
                self.tally.cached += 1
                found[key] = kept
            else:
                waiting[key] = request
        self.tally.damaged = self.cache.damaged
        if waiting:
            found |= self._ask_server(waiting)
        return [found[key] for key in keys]

    def close(self) -> None:
        """Close the connections to the server."""
        if self._server is not None:
            self._server.close()
            self._server = None

    def _ask_server(self, waiting: dict[str, Request]) -> dict[str, Answer | NoAnswerError]:
        self._start()
        pool = ThreadPoolExecutor(min(self.settings.concurrency, len(waiting)), thread_name_prefix="graphkit-llm")
        futures: dict[str, Future[Answer | NoAnswerError]] = {}
        try:
            futures = {key: pool.submit(self._one, key, request) for key, request in waiting.items()}
            ended, _ = wait(futures.values(), return_when=FIRST_EXCEPTION)
            errors = [error for future in ended if (error := future.exception()) is not None]
            if errors:
                raise next((e for e in errors if not isinstance(e, StoppedError)), errors[0])
            return {key: future.result() for key, future in futures.items()}
        except BaseException:
            # Requests that are being answered are paid for: their answers are still stored.
            self._gate.stop()
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _start(self) -> None:
        """Connect at the first request.

        Raises UsageError if the extra `llm` is not installed, and ExportError if answers cannot be stored.
        """
        from graphkit.llm.server import Server

        if self._server is None:
            self.cache.check()
            self._server = Server(self.settings)
        self._gate.start()

    def _one(self, key: str, request: Request) -> Answer | NoAnswerError:
        """Return the answer of a request after as many attempts as are allowed. Raises ServerError, BudgetError."""
        from graphkit.llm.server import UnansweredError

        for attempt in range(1, self.settings.attempts + 1):
            try:
                answer = self._attempt(request)
            except UnansweredError as error:
                seconds = self._next_wait(error, attempt)
                if seconds is None:
                    return self._without_answer(key, request, str(error))
                with self._lock:
                    self.tally.retries[str(error)] += 1
                self._gate.pause(seconds, everyone=error.wait is not None)
            else:
                self.cache.put(key, answer)
                with self._lock:
                    self._unanswered = 0
                    self.tally.answered += 1
                return answer
        raise AssertionError("the last attempt returns")

    def _next_wait(self, error: UnansweredError, attempt: int) -> float | None:
        """Return the seconds before the next attempt, or None if there is none."""
        longest = self.settings.longest_wait
        if not error.is_transient or attempt == self.settings.attempts or (error.wait or 0) > longest:
            return None
        return error.wait if error.wait is not None else min(self.settings.first_wait * 2 ** (attempt - 1), longest)

    def _attempt(self, request: Request) -> Answer:
        from graphkit.llm.server import UnansweredError

        assert self._server is not None
        settings, tokens = self.settings, request.tokens()
        reserved = self._budget.cost(tokens, settings.max_tokens)
        self._budget.reserve(reserved)
        cost = 0.0
        try:
            self._gate.enter(tokens + settings.max_tokens if settings.tokens_per_minute else 0)
            with self._lock:
                self.tally.requests += 1
            answer = self._server.send(request)
            used = answer.input_tokens or tokens, answer.output_tokens or estimated_tokens(answer.content)
            cost = self._budget.cost(*used)
            with self._lock:
                self.tally.input_tokens += used[0]
                self.tally.output_tokens += used[1]
        except UnansweredError as error:
            cost = reserved if error.is_paid else 0.0
            raise
        finally:
            self._budget.settle(reserved, cost)
            with self._lock:
                self.tally.cost += cost
        return answer

    def _without_answer(self, key: str, request: Request, reason: str) -> NoAnswerError:
        """Note that a request was not answered. Raises ServerError after several in a row."""
        with self._lock:
            self._unanswered += 1
            in_a_row = self._unanswered
            self._failed[key] = reason
        if in_a_row >= MOST_UNANSWERED:
            self._gate.stop()
            raise ServerError(
                f"{self.settings.url}: {in_a_row} requests in a row were not answered, the last one because {reason}. "
                "All answers are kept; run the same command again when the server answers"
            )
        return NoAnswerError(request.report, reason)
