"""Work on names that can be done block by block, wherever: in this process, or on the nodes of a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol, TypeVar

from graphkit.model import Report, Statement

#: A report and what it says.
Said = tuple[Report, Sequence[Statement]]

Item = TypeVar("Item")
Block = TypeVar("Block")
Result = TypeVar("Result")


class Spread(Protocol):
    """Calls `function`, one of a module, with each block; results in the order of the blocks, which are taken as they are needed."""

    def __call__(self, function: Callable[[Block], Result], blocks: Iterable[Block], /) -> Iterable[Result]: ...


def here(function: Callable[[Block], Result], blocks: Iterable[Block], /) -> Iterable[Result]:
    """In this process, one block after the other."""
    return map(function, blocks)


def in_blocks(items: Iterable[Item], size: int, weight: Callable[[Item], int]) -> Iterator[list[Item]]:
    """Blocks of about `size`, by the weight of the items."""
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
