"""The language of official reports as data: a lexicon of words with classes, and named patterns with examples.

`lexicon.tsv` contains the words with their classes, `patterns/*.toml` the patterns. docs/grammar.md describes both for
readers who do not know Python. The modules `lexicon` and `patterns` load them.
"""
