"""The language of official reports as data: a lexicon of words with classes, and named patterns with examples.

`lexicon.tsv` holds every word with its classes, `patterns/*.toml` the patterns. docs/grammar.md explains both files to
readers who do not know Python. `lexicon` and `patterns` load them; the reading code refers to words and patterns by name.
"""
