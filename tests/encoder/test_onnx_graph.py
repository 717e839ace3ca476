"""The exported graph computes what the network computes, and its weights have 7 bits."""

from __future__ import annotations

import math

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from numpy.typing import NDArray
from onnx import numpy_helper

from graphkit.encoder.session import NETWORK
from graphkit.training.encoder.onnx_graph import OUTPUTS, Weights, build, weights_of
from graphkit.training.encoder.quantization import LARGEST, Inputs, compensated, quantized

WIDTH, HEADS, LAYERS, CHARACTERS, LENGTH = 32, 2, 2, 50, 20
Array = NDArray[np.float32]


@pytest.fixture(scope="module")
def weights() -> dict[str, Array]:
    random = np.random.default_rng(3)
    sizes = {"boundaries": (8, WIDTH), "roles": (9, WIDTH), "pairs": (16, WIDTH)}
    norms = ["norm"]
    for n in range(LAYERS):
        sizes |= {f"layers.{n}.{part}": (WIDTH, WIDTH) for part in ("query", "key", "value", "out")}
        sizes |= {f"layers.{n}.up": (4 * WIDTH, WIDTH), f"layers.{n}.down": (WIDTH, 4 * WIDTH)}
        norms += [f"layers.{n}.norm_attention", f"layers.{n}.norm_output"]
    found: dict[str, Array] = {}
    for name, (rows, columns) in sizes.items():
        found[f"{name}.weight"] = random.normal(size=(rows, columns)).astype(np.float32) / columns**0.5
        found[f"{name}.bias"] = random.normal(size=rows).astype(np.float32)
    for name, rows in (("characters", CHARACTERS), ("positions", 64), ("segments", 2)):
        found[f"{name}.weight"] = random.normal(size=(rows, WIDTH)).astype(np.float32)
    for name in norms:
        found[f"{name}.weight"] = random.uniform(0.5, 1.5, WIDTH).astype(np.float32)
        found[f"{name}.bias"] = random.normal(size=WIDTH).astype(np.float32)
    return found


def _linear(w: Weights, x: Array, name: str) -> Array:
    return x @ w[f"{name}.weight"].T + w[f"{name}.bias"]


def _norm(w: Weights, x: Array, name: str) -> Array:
    x = x - x.mean(-1, keepdims=True)
    return x / np.sqrt((x * x).mean(-1, keepdims=True)) * w[f"{name}.weight"] + w[f"{name}.bias"]


def _inputs(x: Array) -> Inputs:
    return Inputs(np.abs(x).max(0), (x.T @ x).astype(np.float64))


def _expected(
    w: Weights, tokens: NDArray[np.int64], segments: NDArray[np.int64]
) -> tuple[dict[str, Array], dict[str, Inputs]]:
    """Return the outputs without quantization, and the inputs of the layers."""
    x = w["characters.weight"][tokens] + w["segments.weight"][segments] + w["positions.weight"][: len(tokens)]
    x = _norm(w, x, "norm")
    inputs = {}
    for n in range(LAYERS):
        name = f"layers.{n}"
        inputs[f"{name}.query"] = _inputs(x)
        q, k, v = (
            _linear(w, x, f"{name}.{part}").reshape(len(x), HEADS, -1).swapaxes(0, 1)
            for part in ("query", "key", "value")
        )
        shares = np.exp(q @ k.swapaxes(1, 2) / (WIDTH // HEADS) ** 0.5)
        found = (shares / shares.sum(-1, keepdims=True) @ v).swapaxes(0, 1).reshape(len(x), WIDTH)
        x = _norm(w, x + _linear(w, found, f"{name}.out"), f"{name}.norm_attention")
        inputs[f"{name}.up"] = _inputs(x)
        up = _linear(w, x, f"{name}.up")
        up = 0.5 * up * (1 + np.vectorize(math.erf)(up / 2**0.5))
        inputs[f"{name}.down"] = _inputs(up)
        x = _norm(w, x + _linear(w, up, f"{name}.down"), f"{name}.norm_output")
    return {output: _linear(w, x, name) for name, output in OUTPUTS.items()}, inputs


def _run(model: onnx.ModelProto, tokens: NDArray[np.int64], segments: NDArray[np.int64]) -> dict[str, Array]:
    onnx.checker.check_model(model)
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    names = [o.name for o in session.get_outputs()]
    assert names == list(OUTPUTS.values())
    outputs = session.run(None, {"tokens": tokens[None], "segments": segments[None]})
    return {name: value[0] for name, value in zip(names, outputs, strict=True)}


def _error(found: Array, expected: Array) -> float:
    return float(np.linalg.norm(found - expected) / np.linalg.norm(expected))


@pytest.mark.parametrize("sampled", [False, True])
def test_the_weights_of_a_graph_are_restored(weights: Weights, sampled: bool) -> None:
    tokens = np.random.default_rng(1).integers(0, CHARACTERS, LENGTH)
    _, inputs = _expected(weights, tokens, (np.arange(LENGTH) > 6).astype(np.int64))
    found = weights_of(build(weights, inputs if sampled else {}, LAYERS, HEADS))
    assert found.keys() == weights.keys()
    for name, values in weights.items():
        assert found[name].shape == values.shape
        # With compensation, the single weights change more, but not what the layers compute.
        assert _error(found[name], values) < (0.5 if sampled and name.endswith("weight") else 0.02), name


@pytest.mark.parametrize("sampled", [False, True])
def test_the_graph_computes_the_network(weights: Weights, sampled: bool) -> None:
    tokens = np.random.default_rng(1).integers(0, CHARACTERS, LENGTH)
    segments = (np.arange(LENGTH) > 6).astype(np.int64)
    expected, inputs = _expected(weights, tokens, segments)
    found = _run(build(weights, inputs if sampled else {}, LAYERS, HEADS), tokens, segments)
    for name, values in expected.items():
        assert found[name].shape == values.shape
        assert _error(found[name], values) < 0.03


def test_only_the_largest_channels_are_divided() -> None:
    largest = np.linspace(1, 2, 500).astype(np.float32)
    largest[7] = 60
    divisors = Inputs(largest, np.zeros((500, 500))).divisors()
    assert (largest / divisors).max() < 2
    assert np.count_nonzero(divisors > 1) == 5
    assert divisors[7] > 30


def test_compensated_weights_have_a_smaller_error_of_the_outputs() -> None:
    random = np.random.default_rng(2)
    weights = random.normal(size=(40, 12)).astype(np.float32)
    # The inputs depend on each other, as those of a network do.
    x = (random.normal(size=(300, 10)) @ random.normal(size=(10, 40))).astype(np.float32)
    rounded, scales = quantized(weights, LARGEST, 0)
    better, same = compensated(weights, (x.T @ x).astype(np.float64))
    assert np.array_equal(scales, same)
    assert np.abs(better.astype(int)).max() <= LARGEST
    assert _error(x @ (better * same), x @ weights) < 0.7 * _error(x @ (rounded * scales), x @ weights)


def test_quantized_weights_are_near_the_weights() -> None:
    weights = np.array([[0.5, 0.0], [-1.0, 0.0], [0.24, 0.0]], dtype=np.float32)
    integers, scales = quantized(weights, LARGEST, 0)
    assert integers.tolist() == [[32, 0], [-64, 0], [15, 0]]
    assert scales.shape == (1, 2)
    assert np.abs(integers * scales - weights).max() <= 0.5 / LARGEST


def test_the_model_of_the_package_has_weights_of_7_bits() -> None:
    graph = onnx.load(str(NETWORK)).graph
    weights = {t.name: t for t in graph.initializer}
    used = [
        i
        for node in graph.node
        if node.op_type in ("DynamicQuantizeMatMul", "MatMulIntegerToFloat")
        for i in node.input
        if i in weights and weights[i].data_type == onnx.TensorProto.INT8
    ]
    assert len(used) == 4 * 6 + len(OUTPUTS)
    assert all(np.abs(numpy_helper.to_array(weights[name]).astype(int)).max() <= LARGEST for name in used)
