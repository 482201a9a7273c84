"""Water, what swims in it and floats on it, and its shores."""
