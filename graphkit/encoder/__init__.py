"""The encoder: a small network that proposes the spans and pairs of statements (docs/encoder.md).

It reads windows of the normalized text and returns, for each relation, spans that can be a subject or an object, and
pairs of them, with probabilities. `graphkit.merging` compares its proposals with the statements of the rules.
"""
