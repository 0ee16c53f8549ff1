"""A collection on disk, opened, locked and noted in."""
