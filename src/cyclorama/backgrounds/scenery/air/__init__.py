"""The sky and what is in it, from clouds to planets."""
