"""The questions that the phrase index answers, one module per group of questions."""
