"""Layouts: what is learned about a publisher's pages, and how pages are read with it."""
