"""A collection on disk: opening it, locking it, and recording notes in it."""
