"""Quoting: whether words stand in what is held, where in its bytes, and a proof of it for others."""
