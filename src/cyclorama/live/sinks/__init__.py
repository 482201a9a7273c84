"""Where frames go to, one kind a module."""
