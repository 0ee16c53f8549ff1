"""Finds where words are in the bytes of a capture, and reads words at given bytes."""
