"""Writes the trained network as ONNX with int8 weights, and the weights of the heads as NumPy arrays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from graphkit.encoder.windows import tokens
from graphkit.training.encoder.examples import Example
from graphkit.training.encoder.network import HEADS, LAYERS, Network
from graphkit.training.encoder.onnx_graph import build
from graphkit.training.encoder.quantization import Inputs

#: Arrays of the network that graphkit.encoder.scores applies.
_HEADS = ("match", "alone", "distance", "length")


#: Number of windows from which the inputs of the layers are known.
SAMPLE = 50


def layer_inputs(network: Network, found: Iterable[Example]) -> dict[str, Inputs]:
    """Return the inputs of the linear layers for the windows of examples."""
    largest: dict[str, Tensor] = {}
    products: dict[str, Tensor] = {}

    def note(name: str, _: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        x = inputs[0].flatten(0, -2)
        here = x.abs().amax(0)
        largest[name] = torch.maximum(largest.get(name, here), here)
        products[name] = products.get(name, torch.zeros((), dtype=torch.float64)) + (x.T @ x).double()

    layers = [(name, m) for name, m in network.named_modules() if isinstance(m, nn.Linear)]
    hooks = [m.register_forward_pre_hook(partial(note, name)) for name, m in layers]
    network.eval()
    with torch.no_grad():
        for example in found:
            row, body, _ = tokens(example.window, example.body)
            ids = torch.from_numpy(row.astype("int64"))[None]
            segments = (torch.arange(len(row)) >= body - 1).long()[None]
            network(ids, segments)
    for hook in hooks:
        hook.remove()
    return {name: Inputs(values.numpy(), products[name].numpy()) for name, values in largest.items()}


def head_arrays(heads: Path) -> dict[str, NDArray[np.float32]]:
    """Return the weights of the heads in a file that `export` wrote."""
    with np.load(heads) as stored:
        return {name: stored[name].astype(np.float32) for name in _HEADS}


def export(network: Network, inputs: Mapping[str, Inputs], model: Path, heads: Path) -> None:
    """Write both files. Linear layers and embeddings get int8 weights; activations are quantized at run time."""
    weights = {name: value.detach().numpy().astype(np.float32) for name, value in network.state_dict().items()}
    onnx.save(build(weights, inputs, LAYERS, HEADS), str(model))
    np.savez(heads, **{name: weights[name] for name in _HEADS})
