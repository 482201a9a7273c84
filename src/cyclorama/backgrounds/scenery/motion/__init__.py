"""How things move so that a loop closes."""
