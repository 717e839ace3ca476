"""Writes the trained network as ONNX with int8 weights, and the weights of the heads as NumPy arrays."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from graphkit.training.encoder.network import Network

#: Arrays of the network that graphkit.encoder.scores applies.
_HEADS = ("match", "alone", "distance", "length")


def export(network: Network, model: Path, heads: Path) -> None:
    """Write both files. Linear layers and embeddings get int8 weights; activations are quantized at run time."""
    network.eval()
    example = torch.ones(1, 64, dtype=torch.long)
    with tempfile.TemporaryDirectory(prefix="graphkit-") as folder:
        plain = Path(folder) / "plain.onnx"
        torch.onnx.export(
            network,
            (example, torch.zeros_like(example)),
            str(plain),
            input_names=["tokens", "segments"],
            output_names=["boundaries", "roles", "vectors"],
            dynamic_axes={name: {0: "batch", 1: "length"} for name in _DYNAMIC},
            opset_version=17,
            dynamo=False,
        )
        quantize_dynamic(
            plain, model, weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=["MatMul", "Gather"]
        )
    arrays = {name: getattr(network, name).detach().numpy().astype(np.float32) for name in _HEADS}
    np.savez(heads, **arrays)


_DYNAMIC = ("tokens", "segments", "boundaries", "roles", "vectors")
