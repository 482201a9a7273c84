"""A prompt becomes a picture, and is kept."""
