"""Reading time is proportional to the length of the input; benchmarks.long_inputs measures all families."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import graphkit
from benchmarks.long_input_families import FAMILIES, LEAD, Family
from benchmarks.long_inputs import growth
from graphkit.building import Outcome, read_in_chunks
from graphkit.encoder.session import shared_encoder
from graphkit.extractors import load_extractor
from graphkit.model import Reading
from graphkit.reading.normalized import normalize
from graphkit.reading.passages import LONGEST_SENTENCE, make_layout

#: Families whose running time was quadratic or worse before it was fixed.
ONCE_SLOW = (
    "at-place",
    "deep-into-place",
    "name-list-commas",
    "bracketed-name",
    "name-emphasised",
    "meetings-sentences",
    "meetings-different",
    "roster-different",
    "roster-with-posts",
    "titles-short",
    "slogans-in-speech",
    "digest",
    "report-to",
    "addresses-listed",
)
_BY_NAME = {family.name: family for family in FAMILIES}


@pytest.fixture(autouse=True, params=["offline", "fast"])
def extractor(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both built-in extractors are tested: the default one, and the rules alone."""
    monkeypatch.setenv("GRAPHKIT_EXTRACTOR", request.param)
    return str(request.param)


class RememberedNetwork:
    """The session of the encoder, which runs the network once for each distinct window and returns its output again.

    A window is a batch of its own and has a maximum length, so that its output depends on its tokens alone and the time
    of the network is proportional to the number of windows. The other steps run for each window.
    """

    def __init__(self, session: Any) -> None:
        self.session = session
        self.outputs: dict[bytes, Any] = {}
        self.runs = 0

    def run(self, names: None, inputs: dict[str, Any]) -> Any:
        self.runs += 1
        key = b"".join(inputs[name].tobytes() for name in sorted(inputs))
        if key not in self.outputs:
            self.outputs[key] = self.session.run(names, inputs)
        return self.outputs[key]


@pytest.fixture(scope="module")
def remembered_network() -> RememberedNetwork:
    return RememberedNetwork(shared_encoder()._session)


@pytest.fixture(autouse=True)
def network(
    extractor: str, remembered_network: RememberedNetwork, monkeypatch: pytest.MonkeyPatch
) -> RememberedNetwork:
    """The network of the default extractor."""
    monkeypatch.setattr(shared_encoder(), "_session", remembered_network)
    return remembered_network


def read(path: Path) -> list[Reading]:
    outcome = Outcome()
    readings = list(read_in_chunks([path], load_extractor(), outcome))
    assert not outcome.failures
    return readings


def calls(path: Path) -> int:
    """The number of function calls while a file is read, which does not depend on the speed of the machine."""
    count = 0

    def profile(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(profile)
    try:
        read(path)
    finally:
        sys.setprofile(None)
    return count


def written(folder: Path, family: Family, size: int) -> Path:
    path = folder / f"{family.name}-{size}{family.ending}"
    path.write_text(family.text(size), encoding="utf-8")
    return path


def test_there_are_at_least_forty_uniquely_named_families() -> None:
    assert len(_BY_NAME) == len(FAMILIES) >= 40
    assert {f.ending for f in FAMILIES} == {".txt", ".md", ".html"}


@pytest.mark.parametrize("name", ONCE_SLOW)
def test_doubling_the_length_doubles_the_number_of_calls(tmp_path: Path, name: str) -> None:
    family = _BY_NAME[name]
    read(written(tmp_path, family, 200))
    short, long = (calls(written(tmp_path, family, size)) for size in (4000, 8000))
    assert long <= 2.6 * short


@pytest.mark.parametrize("name", [
    "blanks", "full-width-spaces", "tabs", "blank-and-zero-width", "book-unclosed-bracket", "commas",
    "markdown-heading-blanks", "markdown-links-half", "markdown-headings-empty",
    "html-attributes", "html-nested-inline",
])  # fmt: skip
def test_a_long_sequence_is_read_in_linear_time(tmp_path: Path, name: str) -> None:
    """With quadratic running time, a sequence of 60,000 characters took a minute or more."""
    path = written(tmp_path, _BY_NAME[name], 60_000)
    started = time.process_time()
    read(path)
    assert time.process_time() - started < 20


def test_white_space_in_a_name_is_ignored() -> None:
    for blank in (" ", "\u3000", "\t", " \u200b", "\xa0"):
        normalized = normalize("青石" + blank * 50_000 + "县。")
        assert normalized.text.replace(" ", "") == "青石县。"
        assert normalized.original(0, 2) == (0, 2)


def test_a_very_long_sentence_is_divided_after_a_mark_and_keeps_its_characters() -> None:
    text = LEAD + "王建国、李志强，" * 2000 + "的" * 5000 + "。"
    normalized = normalize(text)
    sentences = make_layout(normalized).sentences
    assert max(s.end - s.start for s in sentences) <= LONGEST_SENTENCE
    assert "".join(normalized.text[s.start : s.end] for s in sentences) == normalized.text
    assert normalized.text[sentences[1].end - 1] == "，"


def test_the_longest_sentence_of_a_real_report_is_not_divided() -> None:
    sentence = "王建国、" * 490 + "李志强出席会议。"
    assert [s.end - s.start for s in make_layout(normalize(sentence)).sentences] == [len(sentence)]


def test_text_before_and_after_a_long_sequence_is_read() -> None:
    for run in (" " * 30_000, "\n" * 30_000, "（" * 3000, "在" * 5000, "王建国、" * 2000):
        reading = graphkit.extract(LEAD + "王建国来到白云社区。\n" + run + "\n随后，王建国来到青石中学。")
        visited = {s.object.name for s in reading.statements if s.relation == "visited"}
        assert {"白云社区", "青石中学"} <= visited, run[:1]


@pytest.mark.soak
@pytest.mark.parametrize("name", ONCE_SLOW)
def test_doubling_the_length_doubles_the_time(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.long_inputs.LARGEST_RATIO", 3.2)
    assert growth([_BY_NAME[name]], [10_000, 20_000, 40_000], 3) == []
