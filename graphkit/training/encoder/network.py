"""The network: four layers of BERT, scores of spans for each role, and scores of pairs for each relation."""

from __future__ import annotations

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor

from graphkit.encoder.roles import RELATIONS, role_names
from graphkit.training.encoder.examples import LONGEST

WIDTH = 512
HEADS = 8
LAYERS = 4
POSITIONS = 512
#: Width of the vectors that are compared for the boundaries of a span, and for the two spans of a pair.
SPAN_WIDTH = 64
PAIR_WIDTH = 128
#: Number of classes of the distance between the two spans of a pair.
DISTANCES = 16
DROPOUT = 0.1


def mixed_precision() -> torch.autocast:
    """Return a context that computes with bfloat16, if the processor has instructions for it.

    Processors without AVX-512 emulate them, which takes 25 times as long as float32.
    """
    supported = "AVX512" in torch.backends.cpu.get_cpu_capability()
    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=supported)


class Layer(nn.Module):
    """One layer of BERT."""

    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value, self.out = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.norm_attention = nn.LayerNorm(WIDTH, eps=1e-12)
        self.up, self.down = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)
        self.norm_output = nn.LayerNorm(WIDTH, eps=1e-12)
        self.drop = nn.Dropout(DROPOUT)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        batch, length, _ = x.shape

        def split(y: Tensor) -> Tensor:
            return y.view(batch, length, HEADS, WIDTH // HEADS).transpose(1, 2)

        found = F.scaled_dot_product_attention(split(self.query(x)), split(self.key(x)), split(self.value(x)), mask)
        x = self.norm_attention(x + self.drop(self.out(found.transpose(1, 2).reshape(batch, length, WIDTH))))
        return self.norm_output(x + self.drop(self.down(F.gelu(self.up(x)))))


class Network(nn.Module):
    """Returns for each token the parts of the scores; `end_scores` and `pair_scores` put them together."""

    def __init__(self, characters: int, roles: int = len(role_names()), relations: int = len(RELATIONS)) -> None:
        super().__init__()
        self.characters = nn.Embedding(characters, WIDTH)
        self.positions = nn.Embedding(POSITIONS, WIDTH)
        self.segments = nn.Embedding(2, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.drop = nn.Dropout(DROPOUT)
        self.boundaries = nn.Linear(WIDTH, 2 * SPAN_WIDTH)
        self.roles = nn.Linear(WIDTH, 3 * roles)
        self.pairs = nn.Linear(WIDTH, 4 * PAIR_WIDTH)
        self.match = nn.Parameter(torch.zeros(relations, PAIR_WIDTH))
        self.alone = nn.Parameter(torch.zeros(relations, 2, PAIR_WIDTH))
        self.distance = nn.Parameter(torch.zeros(relations, DISTANCES))
        self.length = nn.Parameter(torch.zeros(roles, LONGEST))
        # Few characters begin a span or are inside one of a given role.
        nn.init.constant_(self.roles.bias, -4.0)
        nn.init.normal_(self.match, std=0.1)
        nn.init.normal_(self.alone, std=0.02)

    def encode(self, tokens: Tensor, segments: Tensor) -> Tensor:
        """Return the vectors (batch, length, WIDTH); token 0 is padding."""
        places = torch.arange(tokens.shape[1], device=tokens.device)[None]
        x = self.norm(self.characters(tokens) + self.positions(places) + self.segments(segments))
        x = self.drop(x)
        mask = (tokens != 0)[:, None, None, :]
        for layer in self.layers:
            x = layer(x, mask)
        return x

    def forward(self, tokens: Tensor, segments: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return boundaries (B, T, 2·SPAN_WIDTH), role scores (B, T, 3·roles) and pair vectors (B, T, 4·PAIR_WIDTH)."""
        x = self.encode(tokens, segments)
        return self.boundaries(x), self.roles(x), self.pairs(x)

    def end_scores(self, boundaries: Tensor, roles: Tensor, where: Tensor) -> Tensor:
        """Return the scores (N, LONGEST) of the ends of spans that begin at known characters.

        where: (N, 3) row, first character and role. Column n is the score of the span with n + 1 characters; ends
        behind the last token have the score of that token and must be excluded by the caller.
        """
        row, at, role = where.unbind(1)
        length = roles.shape[1]
        first, last = boundaries.chunk(2, -1)
        _, end, inside = roles.chunk(3, -1)
        columns = torch.arange(LONGEST, device=roles.device)
        ends = (at[:, None] + columns).clamp(max=length - 1)
        rows = row[:, None].expand_as(ends)
        band = (first[row, at][:, None] * last[rows, ends]).sum(-1) / SPAN_WIDTH**0.5
        total = F.pad(inside.cumsum(1), (0, 0, 1, 0))
        kind = role[:, None].expand_as(ends)
        mean = (total[rows, ends + 1, kind] - total[row, at, role][:, None]) / (columns + 1)
        return band + end[rows, ends, kind] + mean + self.length[role]

    def pair_scores(self, vectors: Tensor, relation: Tensor, where: Tensor) -> Tensor:
        """Return the scores of pairs. where: (N, 5) row, first and last token of the subject, and of the object."""
        row, a, b, c, d = where.unbind(1)
        parts = vectors.view(*vectors.shape[:2], 4, PAIR_WIDTH)
        subject = F.gelu(parts[row, a, 0] + parts[row, b, 1])
        obj = F.gelu(parts[row, c, 2] + parts[row, d, 3])
        single = (subject * self.alone[relation, 0] + obj * self.alone[relation, 1]).sum(-1)
        near = self.distance[relation, distance_class(a, b, c, d)]
        return (subject * self.match[relation] * obj).sum(-1) + single + near


def distance_class(a: Tensor, b: Tensor, c: Tensor, d: Tensor) -> Tensor:
    """Class 0–15 of the distance of the subject a…b and the object c…d: 0–7 if the subject is first, otherwise 8–15."""
    after = a > c
    gap = torch.where(after, a - d, c - b).clamp(min=0)
    size = torch.log2(gap.float() + 1).floor().long().clamp(max=7)
    return size + 8 * after.long()
