"""Applies a network of PyTorch to a text, as graphkit.encoder.session does with the exported one."""

from __future__ import annotations

import torch

from graphkit.encoder.proposals import ReadWindow, read_window
from graphkit.encoder.scores import Heads
from graphkit.encoder.windows import tokens, windows
from graphkit.training.encoder.network import Network, mixed_precision


def heads_of(network: Network) -> Heads:
    """Return the weights of the heads as arrays."""
    return Heads(*(getattr(network, name).detach().numpy() for name in ("match", "alone", "distance", "length")))


def read(network: Network, text: str, title: str = "") -> list[ReadWindow]:
    """Return the windows of a normalized text with the scores of spans and pairs."""
    network.eval()
    found = []
    for window in windows(text, title):
        row, body, _ = tokens(window, text[window.start : window.end])
        ids = torch.from_numpy(row.astype("int64"))[None]
        segments = torch.zeros_like(ids)
        segments[0, body - 1 :] = 1
        with torch.no_grad(), mixed_precision():
            boundaries, roles, vectors = (x[0].float().numpy() for x in network(ids, segments))
        found.append(read_window(window, (boundaries, roles, vectors), body, heads_of(network)))
    return found
