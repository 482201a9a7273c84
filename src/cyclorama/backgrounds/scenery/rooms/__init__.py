"""Rooms: how they are built and lit, and what stands and moves in them."""
