"""The version of graphkit."""

__version__ = "0.1.0"
