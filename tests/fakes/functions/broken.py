"""A function whose module cannot be imported."""

raise ValueError("This module is broken.")
