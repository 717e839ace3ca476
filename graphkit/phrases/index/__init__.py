"""The phrase index of a graph: building and reading it."""
