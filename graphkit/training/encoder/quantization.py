"""Weights as small integers with scales. NumPy only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
#: Maximum absolute value of a quantized weight: 7 bits. Processors without VNNI add two products of an unsigned and a
#: signed byte in 16 bits; with 7 bits the sum fits (2 · 255 · 64 < 2¹⁵), so all processors compute the same products.
LARGEST = 64
#: Input channels are divided so that their largest values are at most this quantile of those of all channels.
#: Otherwise a few channels with values six times as large determine the scale of the quantization for all others.
_QUANTILE = 0.99
#: Added to the diagonal of the products, as a share of its mean, so that they can be inverted.
_DAMPING = 0.01


@dataclass(frozen=True, slots=True)
class Inputs:
    """The inputs of a linear layer in a sample. largest: absolute values by channel; products: sums of X Xᵀ."""

    largest: Array
    products: NDArray[np.float64]

    def divisors(self) -> Array:
        """Return the numbers by which the channels are divided before they are quantized."""
        limit = max(float(np.quantile(self.largest, _QUANTILE)), 1e-6)
        return np.maximum(self.largest / limit, 1).astype(np.float32)


def quantized(weights: Array, largest: int, axis: int) -> tuple[NDArray[np.int8], Array]:
    """Return integers and their scales, one scale for each index of the other axis. largest: of the integers."""
    scales = _scales(weights, largest, axis)
    return np.round(weights / scales).astype(np.int8), scales


def _scales(weights: Array, largest: int, axis: int) -> Array:
    scales = np.abs(weights).max(axis, keepdims=True) / largest
    return np.where(scales == 0, 1, scales).astype(np.float32)


def compensated(weights: Array, products: NDArray[np.float64]) -> tuple[NDArray[np.int8], Array]:
    """Return integers up to LARGEST and scales of weights (inputs, outputs), with a small error of the outputs.

    The error of each rounded row is compensated by the rows that are still to be rounded (GPTQ, Frantar et al. 2022).
    products: X Xᵀ of a sample of inputs.
    """
    scales = _scales(weights, LARGEST, 0)
    damped = products + np.eye(len(products)) * max(_DAMPING * float(np.trace(products)) / len(products), 1e-9)
    share = np.linalg.cholesky(np.linalg.inv(damped)).T
    rest = weights.astype(np.float64)
    integers = np.zeros(weights.shape, dtype=np.int8)
    for row in range(len(weights)):
        integers[row] = np.clip(np.round(rest[row] / scales[0]), -LARGEST, LARGEST)
        error = (rest[row] - integers[row] * scales[0]) / share[row, row]
        rest[row + 1 :] -= share[row, row + 1 :, None] * error
    return integers, scales
