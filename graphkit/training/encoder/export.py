"""Writes the trained network as ONNX with int8 weights, and the weights of the heads as NumPy arrays."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import Tensor, nn

from graphkit.encoder.windows import tokens
from graphkit.training.encoder.examples import Example
from graphkit.training.encoder.network import HEADS, LAYERS, Network
from graphkit.training.encoder.onnx_graph import Largest, build

#: Arrays of the network that graphkit.encoder.scores applies.
_HEADS = ("match", "alone", "distance", "length")


#: Linear layers whose input channels are divided by constants before they are quantized; of those with the same input,
#: the first.
_DIVIDED = ("query", "up", "down")
#: Number of windows from which the largest input of each channel is known.
CALIBRATION = 50


def largest_inputs(network: Network, found: Iterable[Example]) -> Largest:
    """Return the largest absolute values of the input channels of linear layers for the windows of examples."""
    largest: dict[str, Tensor] = {}

    def note(name: str, _: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        here = inputs[0].abs().flatten(0, -2).amax(0)
        largest[name] = torch.maximum(largest.get(name, here), here)

    hooks = [
        module.register_forward_pre_hook(partial(note, name))
        for name, module in network.named_modules()
        if name.endswith(_DIVIDED)
    ]
    network.eval()
    with torch.no_grad():
        for example in found:
            row, body, _ = tokens(example.text, example.window)
            ids = torch.from_numpy(row.astype("int64"))[None]
            segments = (torch.arange(len(row)) >= body - 1).long()[None]
            network(ids, segments)
    for hook in hooks:
        hook.remove()
    return {name: values.numpy() for name, values in largest.items()}


def export(network: Network, largest: Largest, model: Path, heads: Path) -> None:
    """Write both files. Linear layers and embeddings get int8 weights; activations are quantized at run time."""
    weights = {name: value.detach().numpy().astype(np.float32) for name, value in network.state_dict().items()}
    onnx.save(build(weights, largest, LAYERS, HEADS), str(model))
    np.savez(heads, **{name: weights[name] for name in _HEADS})
