"""Where frames come from, one kind a module."""
