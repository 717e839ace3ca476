"""The network as an ONNX graph with int8 weights. NumPy and onnx only: PyTorch is not needed.

The graph is written node by node, because the exporter of PyTorch and the optimizer of ONNX Runtime leave several
nodes unfused (docs/decisions/018-encoder.md): each multiplication by weights is one node that also
quantizes its input, and attention is one node. The input is one window without padding, so there is no mask.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from graphkit.training.encoder.quantization import LARGEST, Array, Inputs, compensated, quantized

Weights = Mapping[str, Array]
#: Domain of the operators of ONNX Runtime.
_FUSED = "com.microsoft"
_EPSILON = 1e-12
#: Linear layers whose input channels are divided by constants before they are quantized; of those with the same input,
#: the first.
_DIVIDED = ("query", "up", "down")
#: Output names of the linear layers that the graph ends with.
OUTPUTS = {"boundaries": "boundaries", "roles": "roles", "pairs": "vectors"}


class _Graph:
    """Collects the nodes and constants of a graph."""

    def __init__(self, weights: Weights, inputs: Mapping[str, Inputs]) -> None:
        self.weights, self.inputs = weights, inputs
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, NDArray[Any]] = {}

    def constant(self, name: str, value: NDArray[Any]) -> str:
        self.constants[name] = np.ascontiguousarray(value)
        return name

    def node(self, kind: str, inputs: Sequence[str], outputs: str, domain: str = "", **attributes: Any) -> str:
        """Add a node and return its (first) output. outputs: names, separated by spaces."""
        names = outputs.split()
        self.nodes.append(helper.make_node(kind, inputs, names, names[0], domain=domain, **attributes))
        return names[0]

    def linear(self, x: str, *names: str) -> list[str]:
        """Add linear layers with the same input, which is quantized once."""
        sample = self.inputs.get(names[0])
        if sample is not None and names[0].endswith(_DIVIDED):
            x = self.node("Mul", (x, self.constant(f"{names[0]}.factors", 1 / sample.divisors())), f"{names[0]}.x")
        parts = [self._parts(name, sample) for name in names]
        if len(names) == 1:
            integers, scales, bias = parts[0]
            return [self.node("DynamicQuantizeMatMul", (x, integers, scales, "", bias), f"{names[0]}.y", _FUSED)]
        at = self.node("DynamicQuantizeLinear", (x,), f"{x}.integers {x}.scale {x}.zero")
        found = []
        for name, (integers, scales, bias) in zip(names, parts, strict=True):
            inputs = (at, integers, f"{x}.scale", scales, f"{x}.zero", "", bias)
            found.append(self.node("MatMulIntegerToFloat", inputs, OUTPUTS.get(name, f"{name}.y"), _FUSED))
        return found

    def _parts(self, name: str, sample: Inputs | None) -> tuple[str, str, str]:
        weights = self.weights[f"{name}.weight"].T
        if sample is None:
            integers, scales = quantized(weights, LARGEST, 0)
        elif name.endswith((*_DIVIDED, "key", "value")):
            divisors = sample.divisors()
            integers, scales = compensated(weights * divisors[:, None], sample.products / np.outer(divisors, divisors))
        else:
            integers, scales = compensated(weights, sample.products)
        return (
            self.constant(f"{name}.integers", integers),
            self.constant(f"{name}.scales", scales[0]),
            self.constant(f"{name}.bias", self.weights[f"{name}.bias"]),
        )

    def norm(self, x: str, name: str) -> str:
        """Add a normalization. SkipLayerNormalization, which includes the sum, takes seven times as long."""
        scale, bias = (self.constant(f"{name}.{p}", self.weights[f"{name}.{p}"]) for p in ("weight", "bias"))
        return self.node("LayerNormalization", (x, scale, bias), f"{name}.y", axis=-1, epsilon=_EPSILON)

    def embedding(self, name: str, rows: str) -> str:
        """Add a table of vectors with a scale for each row."""
        integers, scales = quantized(self.weights[f"{name}.weight"], 127, 1)
        chosen = self.node("Gather", (self.constant(f"{name}.integers", integers), rows), f"{name}.chosen")
        scale = self.node("Gather", (self.constant(f"{name}.scales", scales), rows), f"{name}.scale")
        return self.node(
            "Mul", (self.node("Cast", (chosen,), f"{name}.real", to=TensorProto.FLOAT), scale), f"{name}.y"
        )

    def layer(self, x: str, name: str, heads: int) -> str:
        """Add a layer of BERT."""
        projected = self.linear(x, f"{name}.query", f"{name}.key", f"{name}.value")
        found = self.node("MultiHeadAttention", projected, f"{name}.found", _FUSED, num_heads=heads)
        x = self.node("Add", (x, *self.linear(found, f"{name}.out")), f"{name}.sum_attention")
        x = self.norm(x, f"{name}.norm_attention")
        up = self.node("Gelu", self.linear(x, f"{name}.up"), f"{name}.active", _FUSED)
        x = self.node("Add", (x, *self.linear(up, f"{name}.down")), f"{name}.sum_output")
        return self.norm(x, f"{name}.norm_output")


def build(weights: Weights, inputs: Mapping[str, Inputs], layers: int, heads: int) -> onnx.ModelProto:
    """Return the graph of a network. weights: by their names in graphkit.training.encoder.network; heads: of attention.

    inputs: of a sample, by the names of linear layers; of layers with the same input, the first is enough.
    The graph reads tokens and segments (1, length) and returns boundaries, roles and vectors like Network.forward.
    """
    graph = _Graph(weights, inputs)
    zero, one = graph.constant("zero", np.array([0])), graph.constant("one", np.array([1]))
    size = graph.node("Shape", ("tokens",), "size", start=1, end=2)
    positions = graph.constant("positions", np.arange(len(weights["positions.weight"])))
    places = graph.node("Slice", (positions, zero, size, zero, one), "places")
    parts = [
        graph.embedding(name, rows)
        for name, rows in (("characters", "tokens"), ("segments", "segments"), ("positions", places))
    ]
    x = graph.node("Add", (graph.node("Add", parts[:2], "sum_segments"), parts[2]), "sum_positions")
    x = graph.norm(x, "norm")
    for n in range(layers):
        x = graph.layer(x, f"layers.{n}", heads)
    graph.linear(x, *OUTPUTS)
    return _model(graph)


def weights_of(model: onnx.ModelProto) -> dict[str, Array]:
    """Return the weights of a graph that `build` returned, with the errors of quantization."""
    constants = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
    found: dict[str, Array] = {}
    for name, value in constants.items():
        base, _, part = name.rpartition(".")
        if part in ("weight", "bias"):
            found[name] = value
        elif part == "integers":
            weights = value * constants[f"{base}.scales"]
            found[f"{base}.weight"] = weights if base in _TABLES else _multiplied(weights, base, constants).T
    return {name: np.array(value, dtype=np.float32, order="C") for name, value in found.items()}


#: Names of the embeddings, which have a row for each index.
_TABLES = ("characters", "segments", "positions")


def _multiplied(weights: NDArray[Any], name: str, constants: Mapping[str, NDArray[Any]]) -> NDArray[Any]:
    """Return weights that are not divided by the factors of the input channels."""
    layer, _, part = name.rpartition(".")
    factors = constants.get(f"{layer}.{'query' if part in ('key', 'value') else part}.factors")
    return weights if factors is None else weights * factors[:, None]


def _model(graph: _Graph) -> onnx.ModelProto:
    inputs = [helper.make_tensor_value_info(n, TensorProto.INT64, (1, "length")) for n in ("tokens", "segments")]
    outputs = [
        helper.make_tensor_value_info(output, TensorProto.FLOAT, (1, "length", len(graph.weights[f"{name}.bias"])))
        for name, output in OUTPUTS.items()
    ]
    constants = [numpy_helper.from_array(value, name) for name, value in graph.constants.items()]
    found = helper.make_graph(graph.nodes, "encoder", inputs, outputs, constants)
    versions = [helper.make_opsetid("", 17), helper.make_opsetid(_FUSED, 1)]
    return helper.make_model(found, opset_imports=versions, ir_version=8, producer_name="graphkit")
