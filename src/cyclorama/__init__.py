"""Cyclorama: describe a background in words and stand in front of it, live."""

__version__ = "0.1.0"
