"""Trains the network of the package further with new annotated reports, in a fifth of the time of a new training.

There are two ways. Both add a sample of the reports known before to each epoch, so that nothing is forgotten.

- *Halves*: two networks start from that of the package. Each learns from one half of the new reports. The other half
  shows what it has learned, and the package gets the mean of the two networks.
- *Passes*: one network learns from all new reports, in two passes of which the second has a lower learning rate. What
  it has learned is measured with other reports.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from zlib import crc32

import onnx
import torch
from torch import Tensor

from graphkit.encoder.session import HEADS, NETWORK
from graphkit.encoder.windows import VOCABULARY
from graphkit.training.encoder.examples import Annotated, Example, examples
from graphkit.training.encoder.export import head_arrays
from graphkit.training.encoder.fit import fit
from graphkit.training.encoder.network import Network
from graphkit.training.encoder.onnx_graph import weights_of

EPOCHS, RATE, SEED = 2, 1e-4, 7
#: Share of the reports known before that each epoch contains.
KNOWN_SHARE = 0.3
#: Learning rate and seed of each pass.
PASSES = ((1e-4, 31), (7e-5, 32))
#: Number of reports known before that each epoch of a pass contains.
KNOWN_IN_PASS = 420


def half_of(report: str) -> int:
    """The half of a new report: the number of the network that does not learn from it."""
    return crc32(f"half {report}".encode()) % 2


def new_network() -> Network:
    """Return a network without training that fits the vocabulary of the package."""
    return Network(5 + len(VOCABULARY.read_text(encoding="utf-8").splitlines()))


def restored(model: Path = NETWORK, heads: Path = HEADS) -> Network:
    """Return the network of the package. The rounding of its weights to 7 bits cannot be undone."""
    weights = {name: torch.from_numpy(w) for name, w in weights_of(onnx.load(str(model))).items()}
    weights |= {name: torch.from_numpy(array) for name, array in head_arrays(heads).items()}
    network = new_network()
    network.load_state_dict(weights)
    return network


def sampled(known: Sequence[Annotated], new: Sequence[Annotated], size: int, seed: int) -> list[list[Example]]:
    """Return the examples of each epoch: all new reports and a sample of `size` known ones."""
    order = random.Random(seed)
    return [list(examples([*order.sample(known, size), *new])) for _ in range(EPOCHS)]


def train_halves(work: Path, known: Sequence[Annotated], new: Sequence[Annotated]) -> None:
    """Write half0.pt and half1.pt, the weights of the two networks."""
    for half in range(2):
        network = restored()
        chosen = [r for r in new if half_of(r.id) != half]
        fit(network, sampled(known, chosen, round(KNOWN_SHARE * len(known)), SEED), RATE, SEED, f"half {half}")
        torch.save(network.state_dict(), work / f"half{half}.pt")


def mean_network(work: Path) -> Network:
    """Return a network with the means of the weights of the two networks."""
    first, second = (torch.load(work / f"half{half}.pt") for half in range(2))
    weights: dict[str, Tensor] = {name: (first[name] + second[name]) / 2 for name in first}
    network = new_network()
    network.load_state_dict(weights)
    return network


def train_passes(work: Path, known: Sequence[Annotated], new: Sequence[Annotated]) -> Path:
    """Train the network of the package with all new reports and return the path of the weights."""
    network = restored()
    for number, (rate, seed) in enumerate(PASSES, 1):
        fit(network, sampled(known, new, min(KNOWN_IN_PASS, len(known)), seed), rate, seed, f"pass {number}")
    torch.save(network.state_dict(), work / "passes.pt")
    return work / "passes.pt"
