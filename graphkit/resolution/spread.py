"""Processes names in blocks, either in this process or on the nodes of a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol, TypeVar

from graphkit.model import Report, Statement

#: A report and its statements.
Said = tuple[Report, Sequence[Statement]]

Item = TypeVar("Item")
Block = TypeVar("Block")
Result = TypeVar("Result")


class Spread(Protocol):
    """Calls a function with each block and returns the results in the order of the blocks.

    The function belongs to a module, so that other processes can import it. Blocks are computed when they are needed.
    """

    def __call__(self, function: Callable[[Block], Result], blocks: Iterable[Block], /) -> Iterable[Result]: ...


def here(function: Callable[[Block], Result], blocks: Iterable[Block], /) -> Iterable[Result]:
    """Process the blocks in this process, one after the other."""
    return map(function, blocks)


def in_blocks(items: Iterable[Item], size: int, weight: Callable[[Item], int]) -> Iterator[list[Item]]:
    """Yield blocks of items with a total weight of about `size`."""
    block: list[Item] = []
    full = 0
    for item in items:
        block.append(item)
        full += weight(item)
        if full >= size:
            yield block
            block, full = [], 0
    if block:
        yield block
