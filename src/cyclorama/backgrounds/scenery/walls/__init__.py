"""Walls to stand before, and the light on them."""
