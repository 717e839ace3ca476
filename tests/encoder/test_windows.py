"""Windows cover a text once, fit into the network, and keep the offsets of the text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from graphkit.encoder.windows import BODY, CONTEXT, LINE_BREAK, UNKNOWN, numbers, tokens, windows

TEXTS = st.text(st.sampled_from("石渡县委书记调研，。、“”\n𠮷A1"), max_size=1500)


@given(TEXTS, st.text(max_size=200))
def test_windows_cover_the_text_once(text: str, title: str) -> None:
    found = list(windows(text, title))
    assert "".join(text[w.start : w.end] for w in found) == text
    assert all(0 < w.end - w.start <= BODY and len(w.context) <= CONTEXT for w in found)


@given(TEXTS)
def test_tokens_of_a_window_fit_into_the_network(text: str) -> None:
    for window in windows(text):
        row, body, context = tokens(window, text[window.start : window.end])
        assert len(row) <= 512
        assert len(row) == len(window.context) + (window.end - window.start) + 3
        assert row[body : body + 1].tolist() == numbers(text[window.start : window.start + 1]).tolist()
        assert context == 1


def test_a_window_ends_at_a_sentence() -> None:
    text = ("石渡县白云社区居民王建国到现场。" * 40)[:700]
    first = next(iter(windows(text)))
    assert text[first.end - 1] == "。"


def test_later_windows_have_the_beginning_of_the_text_as_context() -> None:
    text = "3月2日，市委书记林知远到石渡县调研。" * 60
    first, second, *_ = windows(text, "林知远到石渡县调研")
    assert (first.context, first.context_start) == ("林知远到石渡县调研", -1)
    assert (second.context, second.context_start) == (text[:CONTEXT], 0)


def test_characters_that_the_network_does_not_know_are_unknown() -> None:
    assert numbers("\U0002a700").tolist() == [UNKNOWN]
    assert numbers("\n").tolist() == numbers(" ").tolist() == [LINE_BREAK]
    assert numbers("A").tolist() == numbers("a").tolist() != [UNKNOWN]
