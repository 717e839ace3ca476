"""The network that the package ships: it loads, gives the same result each time, and its damage is reported."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from graphkit.encoder.proposals import best_spans
from graphkit.encoder.roles import role_names
from graphkit.encoder.session import HEADS, NETWORK, Encoder, shared_encoder
from graphkit.errors import UsageError

TEXT = (
    "3月2日，市委书记林知远到石渡县白云社区调研。市长陈若川陪同调研。"
    "林知远强调，要扎实推进乡村全面振兴。青禾电池项目位于石渡县经济开发区，总投资8.6亿元。"
)


def spans_of(role: str) -> set[str]:
    (window,) = shared_encoder().read(TEXT)
    found = best_spans(window, role_names().index(role), 0.3)
    return {TEXT[slice(*window.original(a, b))] for _, a, b in found}


def test_spans_of_a_plain_report() -> None:
    assert "林知远" in spans_of("visited.s")
    assert any("白云社区" in words for words in spans_of("visited.o"))
    assert spans_of("accompanied.s") == {"陈若川"}
    assert {"市委书记", "市长"} <= spans_of("holds_post.o")
    assert any("8.6亿元" in words for words in spans_of("has_attribute.o:investment"))
    assert any("乡村全面振兴" in words for words in spans_of("emphasized.o"))


def test_spans_of_a_role_do_not_overlap() -> None:
    (window,) = shared_encoder().read(TEXT)
    for role in range(len(role_names())):
        spans = sorted((a, b) for _, a, b in best_spans(window, role, 0.01))
        assert all(b < c for (_, b), (c, _) in pairwise(spans))


def test_a_report_is_read_the_same_with_and_without_others() -> None:
    def probabilities(encoder: Encoder) -> list[list[float]]:
        return [w.spans.ends.tolist() for w in encoder.read(TEXT)]

    alone = probabilities(Encoder())
    with_others = Encoder()
    with_others.read("别的报道。" * 200)
    assert probabilities(with_others) == alone


def test_a_window_is_computed_once_while_it_repeats() -> None:
    encoder = Encoder()
    (first,) = encoder.read(TEXT, "标题")
    assert encoder.read(TEXT, "标题") == [first]
    assert encoder.read(TEXT, "别的标题") != [first], "the title is the context of the window"
    assert encoder.read("又" + TEXT, "标题") != [first]
    for n in range(40):
        encoder.read(f"第{n}篇报道。")
    assert encoder.read(TEXT, "标题") != [first], "only the last windows are kept"


def test_a_repeated_window_says_the_same_of_another_text() -> None:
    """The first windows of two long texts are the same, but what follows them is not."""
    one, other = (TEXT * 6 + end * 200 for end in ("甲。", "乙。"))
    encoder = Encoder()
    first, *_ = encoder.read(one)
    second, *_ = encoder.read(other)
    assert first is second
    expected = Encoder().read(other)
    for found, alone in zip(encoder.read(other), expected, strict=True):
        assert found.window == alone.window
        assert found.spans.ends.tolist() == alone.spans.ends.tolist()
        assert found.vectors.tolist() == alone.vectors.tolist()


def test_a_text_without_content_has_no_spans() -> None:
    assert shared_encoder().read("") == []


@pytest.mark.parametrize("damage", ["missing", "cut", "empty", "other"])
@pytest.mark.parametrize("part", ["network", "heads"])
def test_a_damaged_model_is_reported(tmp_path: Path, damage: str, part: str) -> None:
    files = {"network": NETWORK, "heads": HEADS}
    content = files[part].read_bytes()
    files[part] = tmp_path / files[part].name
    if damage != "missing":
        files[part].write_bytes({"cut": content[: len(content) // 2], "empty": b"", "other": b"text"}[damage])
    with pytest.raises(UsageError, match=r"extractor=.fast.") as error:
        Encoder(files["network"], files["heads"])
    assert "cannot be loaded" in str(error.value)
