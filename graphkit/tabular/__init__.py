"""Tidy tables of a graph: for data frames, spreadsheets and databases."""
