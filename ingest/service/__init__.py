"""Service: what `start` does for ever, and how the machine and people are told of it."""
