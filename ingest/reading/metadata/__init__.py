"""Metadata: what a page states about itself in its head, in structured data and in its body."""
