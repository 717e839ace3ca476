"""Word classes and parts of speech that decide where a policy phrase begins and ends."""

from __future__ import annotations

from graphkit.grammar.lexicon import word_set

LIGHT = word_set("phrase_light")
MODAL = word_set("phrase_modal")
POLAR = word_set("phrase_polar")
CARRYING = word_set("phrase_carrying")
DRESSING = word_set("phrase_dressing")
COPULA = word_set("phrase_copula")
#: The preposition of 以A为B, and the particle 的.
BY = word_set("phrase_by")
PARTICLE = word_set("particle_de")
#: Words with which no phrase begins, and words with which it can begin although their part of speech does not allow it.
NO_FIRST = word_set("phrase_no_start")
OPENERS = word_set("phrase_opener")
#: Words of obligation after which the predicate of a clause begins.
PREDICATE_AFTER = word_set("phrase_predicate_after")
#: Parts of speech with which no phrase begins or ends.
NO_START = frozenset({"p", "c", "u", "xc", "w", "r", "TIME", "f", "q"})
NO_END = frozenset({"p", "c", "u", "xc", "w", "d", "r"})


def is_parallel(words: str) -> bool:
    """Tell whether a text with 、 is a parallel construction, whose parts are alike in length or ending.

    Examples: 拉长长板、补齐短板; 高端化、智能化、绿色化发展; 扬优势、补短板.
    """
    parts = words.split("、")
    lengths = [len(p) for p in parts]
    return max(lengths[:-1]) <= 8 and (
        max(lengths) - min(lengths) <= 3 or parts[0][-1:] == parts[1][len(parts[0]) - 1 : len(parts[0])]
    )


def is_everyday(words: str) -> bool:
    """Tell whether a text is a short common word, which is no phrase."""
    return len(words) < 4 and words in word_set("common_word")
