"""Fitting the network to examples."""

from __future__ import annotations

import math
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from graphkit.encoder.roles import pairings, role_names
from graphkit.encoder.windows import tokens
from graphkit.training.encoder.examples import LONGEST, Example
from graphkit.training.encoder.network import Network, mixed_precision

BATCH = 8
WEIGHT_DECAY = 0.01
WARM_UP = 0.1
#: The heads are new, so they learn faster than the layers.
HEAD_RATE = 8.0
#: Weights of the losses of characters inside spans and of pairs, next to that of the beginnings and ends.
INSIDE_WEIGHT = 0.2
PAIR_WEIGHT = 0.5
#: Weight of a character at which a span begins, or that is inside one, next to the many others.
POSITIVE_WEIGHT = 2.0
ROLES = len(role_names())
#: Weights that are not trained: a few hundred reports contain too few characters for that.
_FIXED = ("characters", "positions", "segments")


@dataclass(frozen=True, slots=True)
class Batch:
    """Tensors of several examples.

    begins, inside: (B, T, roles) whether a span begins at a character, or contains it. begins_known, inside_known: the
    characters of which this is known. spans: (N, 3) row, first character and role; sizes: their lengths less one;
    ends: (N, LONGEST) the ends that are possible.
    """

    tokens: Tensor
    segments: Tensor
    begins: Tensor
    begins_known: Tensor
    inside: Tensor
    inside_known: Tensor
    spans: Tensor
    sizes: Tensor
    ends: Tensor
    pairs: Tensor
    relations: Tensor
    linked: Tensor


def make_batch(chosen: Sequence[Example]) -> Batch:
    """Return the tensors of examples."""
    rows = [tokens(e.window, e.body) for e in chosen]
    length = max(len(r[0]) for r in rows)
    ids, segments = _padded(rows, length)
    begins, inside = (torch.zeros(len(chosen), length, ROLES) for _ in range(2))
    begins_known, inside_known = (torch.zeros(len(chosen), length, ROLES, dtype=torch.bool) for _ in range(2))
    spans: list[tuple[int, int, int]] = []
    sizes, limits = list[int](), list[int]()
    pairs: list[tuple[int, int, int, int, int]] = []
    relations: list[int] = []
    linked: list[bool] = []
    for n, (example, (row, body, _)) in enumerate(zip(chosen, rows, strict=True)):
        _mark_known(example, begins_known[n], inside_known[n], body, len(row))
        for role, a, b in example.spans:
            begins[n, a, role] = 1
            inside[n, a:b, role] = 1
            begins_known[n, a, role] = True
            inside_known[n, a:b, role] = True
            spans.append((n, a, role))
            sizes.append(b - a - 1)
            limits.append((body - 1 if a < body else len(row) - 1) - a)
        for relation, subject, obj, good in _pairs(example):
            pairs.append((n, subject[0], subject[1] - 1, obj[0], obj[1] - 1))
            relations.append(relation)
            linked.append(good)
    return Batch(
        ids,
        segments,
        begins,
        begins_known,
        inside,
        inside_known,
        torch.tensor(spans, dtype=torch.long).reshape(-1, 3),
        torch.tensor(sizes, dtype=torch.long),
        torch.arange(LONGEST)[None] < torch.tensor(limits, dtype=torch.long).reshape(-1, 1),
        torch.tensor(pairs, dtype=torch.long).reshape(-1, 5),
        torch.tensor(relations, dtype=torch.long),
        torch.tensor(linked, dtype=torch.float),
    )


def _padded(rows: Sequence[tuple[NDArray[np.int32], int, int]], length: int) -> tuple[Tensor, Tensor]:
    """Return the tokens of the rows, filled up with zeros, and their segments: 0 for the context, 1 for the text."""
    ids = torch.zeros(len(rows), length, dtype=torch.long)
    segments = torch.zeros_like(ids)
    for n, (row, body, _) in enumerate(rows):
        ids[n, : len(row)] = torch.from_numpy(row.astype("int64"))
        segments[n, body - 1 : len(row)] = 1
    return ids, segments


def _mark_known(example: Example, begins: Tensor, inside: Tensor, body: int, length: int) -> None:
    """Mark the characters of which the annotation says whether a span of a role begins there, or contains them."""
    for known in (begins, inside):
        known[1 : length - 1] = True
        known[body - 1] = False
        for role in example.unknown:
            known[:, role] = False
    for role, a, b in example.ignored:
        begins[max(1, a - 2) : b, role] = False
        inside[a:b, role] = False


def _pairs(example: Example) -> list[tuple[int, tuple[int, int], tuple[int, int], bool]]:
    """All pairs of a subject and an object of the same relation, with whether they belong together."""
    spans = example.spans | example.ignored
    found = []
    for number, p in enumerate(pairings()):
        subjects = [(a, b) for role, a, b in spans if role == p.subject]
        for role, a, b in example.spans:
            if role == p.object:
                for s in subjects:
                    if (number, s, (a, b)) not in example.loose:
                        found.append((p.number, s, (a, b), (number, s, (a, b)) in example.pairs))
    return found


def loss_of(network: Network, batch: Batch) -> Tensor:
    """Return the loss of a batch: where spans begin, what is inside them, where they end, and their pairs."""
    with mixed_precision():
        boundaries, roles, vectors = network(batch.tokens, batch.segments)
    boundaries, roles, vectors = boundaries.float(), roles.float(), vectors.float()
    start, _, inside = roles.chunk(3, -1)
    total = _binary(start, batch.begins, batch.begins_known)
    total = total + INSIDE_WEIGHT * _binary(inside, batch.inside, batch.inside_known)
    if len(batch.spans):
        ends = network.end_scores(boundaries, roles, batch.spans).masked_fill(~batch.ends, -1e4)
        total = total + F.cross_entropy(ends, batch.sizes, reduction="sum")
    if len(batch.relations):
        linked = network.pair_scores(vectors, batch.relations, batch.pairs)
        total = total + PAIR_WEIGHT * F.binary_cross_entropy_with_logits(linked, batch.linked, reduction="sum")
    return total / len(batch.tokens)


def _binary(scores: Tensor, target: Tensor, known: Tensor) -> Tensor:
    each = F.binary_cross_entropy_with_logits(
        scores, target, reduction="none", pos_weight=torch.tensor(POSITIVE_WEIGHT)
    )
    return (each * known).sum()


def fit(network: Network, epochs: Sequence[Sequence[Example]], rate: float, seed: int = 0, log: str = "") -> None:
    """Train the network in place: AdamW, a linear warm-up, then a linear decay to zero.

    epochs: the examples of each epoch, which can be the same. rate: highest learning rate of the layers.
    """
    order = random.Random(seed)
    torch.manual_seed(seed)
    for name, parameter in network.named_parameters():
        parameter.requires_grad_(not name.startswith(_FIXED))
    own = [p for n, p in network.named_parameters() if _is_body(n) and p.requires_grad]
    heads = [p for n, p in network.named_parameters() if not _is_body(n)]
    groups = [{"params": own, "lr": rate}, {"params": heads, "lr": rate * HEAD_RATE}]
    optimizer = torch.optim.AdamW(groups, weight_decay=WEIGHT_DECAY, fused=True)
    steps = sum(math.ceil(len(found) / BATCH) for found in epochs)
    step, begun = 0, time.time()
    network.train()
    for epoch, found in enumerate(epochs):
        total = 0.0
        for chosen in _batches(found, order):
            share = min(1.0, (step + 1) / (WARM_UP * steps)) * max(0.0, (steps - step) / steps)
            for group, base in zip(optimizer.param_groups, (rate, rate * HEAD_RATE), strict=True):
                group["lr"] = base * share
            loss = loss_of(network, make_batch(chosen))
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
            optimizer.step()
            step += 1
            if step % 25 == 0:
                print(
                    f"{log} step {step} of {steps}, loss {loss.item():.1f}, {time.time() - begun:.0f} s",
                    file=sys.stderr,
                    flush=True,
                )
            total += loss.item() * len(chosen)
        print(
            f"{log} epoch {epoch} loss {total / len(found):.3f} {time.time() - begun:.0f} s",
            file=sys.stderr,
            flush=True,
        )


def _is_body(name: str) -> bool:
    return name.startswith(("characters", "positions", "segments", "norm", "layers"))


def _batches(found: Sequence[Example], order: random.Random) -> list[list[Example]]:
    """Batches of examples of similar length, in random order."""
    ranked = sorted(found, key=lambda e: e.window.end - e.window.start + order.random() * 60)
    batches = [list(ranked[i : i + BATCH]) for i in range(0, len(ranked), BATCH)]
    order.shuffle(batches)
    return batches
