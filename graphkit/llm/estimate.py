"""Estimates what the requests about reports cost, before the first one is sent."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass

from graphkit.llm.extractor import LanguageModel
from graphkit.llm.limits import Budget
from graphkit.model import Report

#: Number of reports whose requests are counted; for more, the numbers are extrapolated from a random sample.
SAMPLE = 200


@dataclass(frozen=True, slots=True)
class Estimate:
    """Numbers of reports, of requests without a stored answer, and of their tokens.

    is_sampled: whether the numbers are extrapolated. output_tokens: the maximum, if every answer reaches max_tokens.
    least, most: cost without the output, and with the maximum of it, in the currency of the prices.
    """

    reports: int
    requests: int
    input_tokens: int
    output_tokens: int
    least: float
    most: float
    is_sampled: bool

    def line(self) -> str:
        """Return the estimate as a sentence."""
        about = "about " if self.is_sampled else ""
        cost = f"; cost: {self.least:.4f} for the input, at most {self.most:.4f} with the output" if self.most else ""
        return (
            f"estimate for {self.reports} reports: {about}{self.requests} requests without a stored answer, at most "
            f"{self.input_tokens:,} input tokens and {self.output_tokens:,} output tokens{cost}"
        )


def estimate(extractor: LanguageModel, reports: Iterable[Report]) -> Estimate:
    """Return an estimate for reports. The same reports give the same sample."""
    settings, cache = extractor.run.settings, extractor.run.asking.cache
    number, sample = _sampled(reports)
    requests = {request.key(settings): request for request in extractor.requests(sample)}
    left = [request for key, request in requests.items() if not cache.has(key)]
    share = number / len(sample) if sample else 1.0
    input_tokens = round(sum(request.tokens() for request in left) * share)
    output_tokens = round(len(left) * settings.max_tokens * share)
    budget = Budget(settings.price_input, settings.price_output, None)
    least, most = budget.cost(input_tokens, 0), budget.cost(input_tokens, output_tokens)
    return Estimate(number, round(len(left) * share), input_tokens, output_tokens, least, most, number > len(sample))


def _sampled(reports: Iterable[Report]) -> tuple[int, list[Report]]:
    """Return the number of reports, and at most SAMPLE of them, each with the same probability."""
    chosen: list[Report] = []
    number = 0
    generator = random.Random(0)
    for report in reports:
        number += 1
        if len(chosen) < SAMPLE:
            chosen.append(report)
        elif (place := generator.randrange(number)) < SAMPLE:
            chosen[place] = report
    return number, chosen
