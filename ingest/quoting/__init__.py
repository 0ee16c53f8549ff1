"""Quoting: finds whether and where words are in what is held, down to its bytes, and proves it to others."""
