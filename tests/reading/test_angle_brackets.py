"""No word is lost with a `<` that begins no tag, in HTML fragments and in fields with HTML."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.reading.markup import fragment_text, plain_text

SENTENCE = "3月5日，何清嘉到云雾镇调研。"

FRAGMENTS = {
    f"a<c{SENTENCE}<img src=x>甲": f"a<c{SENTENCE}甲",
    f"<p>产值<b{SENTENCE}</p>": f"产值<b{SENTENCE}",
    f"甲<乙>{SENTENCE}<br>丙": f"甲<乙>{SENTENCE}\n丙",
    f"<p>{SENTENCE}</p中>丙": f"{SENTENCE}</p中>丙",
    f'<p class="a>{SENTENCE}</p>丙': f"{SENTENCE}\n丙",
    f'<img alt="春耕>{SENTENCE}<p>丙</p>': f'<img alt="春耕>{SENTENCE}\n丙',
    f"<!-- {SENTENCE}<p>丙</p>": f"<!-- {SENTENCE}\n丙",
    f"<!--注释<p>-->{SENTENCE}<br/>丙": f"{SENTENCE}\n丙",
    f"<![CDATA[<p>{SENTENCE}</p>]]>": SENTENCE,
    f'<img onload="if(this.width>600)this.width=600" src=x>{SENTENCE}<br>': SENTENCE,
    f'<o:p></o:p><?xml:namespace prefix = o ns = "urn:x" /><p>{SENTENCE}</p>': SENTENCE,
    f"<a title=春耕 href=x>{SENTENCE}</a>": SENTENCE,
    f"<p\n align=center\tstyle='a:b' >{SENTENCE}</p >": SENTENCE,
    f"<p>单价<3元，{SENTENCE}</p>": f"单价<3元，{SENTENCE}",
    f"x<y且y<z，{SENTENCE}<p>丙</p>": f"x<y且y<z，{SENTENCE}\n丙",
}


@pytest.mark.parametrize("markup", FRAGMENTS)
def test_a_sentence_after_an_angle_bracket_is_read(markup: str) -> None:
    assert fragment_text(markup) == FRAGMENTS[markup]
    assert SENTENCE in plain_text(markup)


TAGS = ["<p>", "</p>", "<br/>", "<img src=x>", '<span class="a">', "</span>", "<b>", "</b>", "<div\n id='c'>", "</div>"]
WORDS = ["何清嘉", "3月5日，", "<", "<c", "a<", "</", "<!", "<!-", "<?", ">", '"', "'", "=", "/", " ", "\n", "春耕。", "&lt;", "<甲>", "<b乙"]  # fmt: skip


@given(st.lists(st.sampled_from([*TAGS, *WORDS]), max_size=14).map("".join))
def test_no_chinese_character_outside_of_tags_is_lost(markup: str) -> None:
    assert re.sub("[^\u4e00-\u9fff]", "", fragment_text(markup)) == re.sub("[^\u4e00-\u9fff]", "", markup)


@pytest.mark.parametrize("piece", ["<", "<a ", '<a b="', "<!--", "<!", "<a b= ", "</", "<a/", "<p>", "<a 'x' ", "<?x "])
def test_the_time_is_linear(piece: str) -> None:
    times = []
    for size in (20_000, 80_000):
        start = time.process_time()
        fragment_text((piece * size)[:size])
        times.append(time.process_time() - start)
    assert times[1] < 10 * times[0] + 0.5
