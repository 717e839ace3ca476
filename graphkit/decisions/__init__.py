"""Reviewers' decisions on statements and names: the data model, the checks and how decisions are applied."""
