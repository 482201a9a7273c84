"""Recording on the local stage: what was published goes to files as it is, never decoded."""
