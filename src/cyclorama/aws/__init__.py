"""Cyclorama on AWS: the functions, the stack, and the commands that put them there and take them away."""
