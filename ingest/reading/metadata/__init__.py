"""Metadata: what a page states of itself in its head, in structured data."""
