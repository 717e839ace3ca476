"""Planted bugs that the everyday tests must find."""
