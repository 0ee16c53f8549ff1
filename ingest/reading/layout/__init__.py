"""Layouts: what is learnt of a publisher's pages, and how pages are read by it."""
