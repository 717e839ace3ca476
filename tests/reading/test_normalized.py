from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from graphkit.reading.normalized import _INVISIBLE, _UNCHANGED, _normalized, _simplified, normalize

WORDS = st.text(st.sampled_from(list('市委书记到石渡县調研們這３，。,;“”"\n\u3000 \u2002\u200b()（）2·')), max_size=200)


@given(WORDS)
def test_offsets_rise_and_lie_in_the_text(text: str) -> None:
    normalized = normalize(text)
    assert len(normalized.text) == len(normalized.offsets)
    assert list(normalized.offsets) == sorted(normalized.offsets)
    assert all(0 <= o < len(text) for o in normalized.offsets)


@given(WORDS)
def test_every_letter_of_the_text_is_in_the_normalized_text_once(text: str) -> None:
    normalized = normalize(text)
    letters = [o for o, c in zip(normalized.offsets, normalized.text, strict=True) if c.isalnum()]
    assert letters == [i for i, c in enumerate(text) if c.isalnum()]


def test_widths_are_made_normalized() -> None:
    assert normalize("３月２日,他说:“好!”").text == "3月2日，他说：“好！”"


def test_blanks_inside_a_sentence_vanish_and_offsets_stay() -> None:
    text = "市\u2002委\u3000书记"
    normalized = normalize(text)
    start = normalized.text.index("书记")
    assert text[slice(*normalized.original(start, start + 2))] == "书记"


def test_hard_wrapped_lines_are_one_paragraph() -> None:
    line = "市委书记林知远到石渡县调研乡村振兴工作并看望慰问一线干部群众他强调要坚持"
    text = "\n".join([line, line, line, "人民至上。"])
    assert "\n" not in normalize(text).text


def test_paragraphs_of_different_length_stay_apart() -> None:
    assert normalize("林知远在石渡县调研\n3月2日，市委书记林知远到石渡县调研。\n他强调，要实干。").text.count("\n") == 2


def test_traditional_characters_match_simplified_rules() -> None:
    text = "縣委書記何清嘉來到雲霧鎮，強調這是學習"
    normalized = normalize(text)
    assert normalized.text == "县委书记何清嘉来到云雾镇，强调这是学习"
    assert text[slice(*normalized.original(0, 4))] == "縣委書記"


def test_runs_of_plain_characters_are_those_that_stay_as_they_are() -> None:
    for char in map(chr, range(0x110000)):
        if _UNCHANGED.fullmatch(char):
            assert (_normalized(char), char.isspace(), char in _INVISIBLE) == (char, False, False)
            assert char >= "\u3400" or _simplified(char) == char


def test_straight_quotation_marks_open_and_close() -> None:
    assert normalize('他说"好"和"行"').text == "他说“好”和“行”"


def test_the_comma_of_a_number_is_no_comma_of_the_sentence() -> None:
    assert normalize("总额1,000元,共2项").text == "总额1,000元，共2项"
