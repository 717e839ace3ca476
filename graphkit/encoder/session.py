"""Runs the network with ONNX Runtime."""

from __future__ import annotations

from functools import cache, lru_cache
from itertools import islice
from pathlib import Path

import numpy as np
import onnxruntime as ort

from graphkit.encoder.proposals import ReadWindow, read_window
from graphkit.encoder.scores import Heads
from graphkit.encoder.windows import Window, tokens, windows
from graphkit.errors import UsageError
from graphkit.wording import advice

DATA = Path(__file__).parent / "data"
NETWORK = DATA / "encoder.onnx"
HEADS = DATA / "heads.npz"
#: Maximum number of windows of a report, some 21,000 characters, which is more than the longest of 19,850 real reports.
#: The rest of a longer text is read by the rules alone.
MOST_WINDOWS = 60
#: Number of windows whose results are kept, because many texts repeat: one report in several newspapers, or the same
#: paragraph under many headings. A window needs at most 1 MB.
_KEPT = 32


class Encoder:
    """Reads texts with one session and one thread. Each window is a batch of its own.

    The scales of the quantized network depend on everything in a batch; so the result of a report would otherwise
    depend on the reports that are read with it.
    """

    def __init__(self, network: Path = NETWORK, heads: Path = HEADS) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            with np.load(heads) as stored:
                self._heads = Heads(*(stored[name] for name in ("match", "alone", "distance", "length")))
            self._session = ort.InferenceSession(str(network), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # ONNX Runtime has no common class for its errors.
            raise UsageError(
                f"the model of the encoder cannot be loaded ({network}: {error}); "
                f"install graphkit again, or read with {advice('extractor=' + repr('fast'), '--fast')}, which does not use it"
            ) from None
        self._window = lru_cache(_KEPT)(self._compute)

    def read(self, text: str, title: str = "") -> list[ReadWindow]:
        """Return the windows of a normalized text with the scores of spans and pairs, at most MOST_WINDOWS."""
        return [self._window(w, text[w.start : w.end]) for w in islice(windows(text, title), MOST_WINDOWS)]

    def forget(self) -> None:
        """Discard the results that are kept of the last windows, so that a measurement does not depend on former ones."""
        self._window.cache_clear()

    def _compute(self, window: Window, body: str) -> ReadWindow:
        """Run the network on a window, whose text is `body`."""
        row, first, _ = tokens(window, body)
        segments = np.zeros((1, len(row)), dtype=np.int64)
        segments[0, first - 1 :] = 1
        outputs = self._session.run(None, {"tokens": row[None].astype(np.int64), "segments": segments})
        boundaries, roles, vectors = (np.asarray(o[0], dtype=np.float32) for o in outputs)
        return read_window(window, (boundaries, roles, vectors), first, self._heads)


@cache
def shared_encoder() -> Encoder:
    """Return the encoder of the process; it is loaded when it is first needed."""
    return Encoder()
