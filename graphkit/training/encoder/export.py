"""Writes the trained network as ONNX with int8 weights, and the weights of the heads as NumPy arrays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx

from graphkit.training.encoder.network import HEADS, LAYERS, Network
from graphkit.training.encoder.onnx_graph import build

#: Arrays of the network that graphkit.encoder.scores applies.
_HEADS = ("match", "alone", "distance", "length")


def export(network: Network, model: Path, heads: Path) -> None:
    """Write both files. Linear layers and embeddings get int8 weights; activations are quantized at run time."""
    weights = {name: value.detach().numpy().astype(np.float32) for name, value in network.state_dict().items()}
    onnx.save(build(weights, LAYERS, HEADS), str(model))
    np.savez(heads, **{name: weights[name] for name in _HEADS})
