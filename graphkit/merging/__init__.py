"""Merges the statements of the rules with the proposals of the encoder, and gives each statement its probability."""
