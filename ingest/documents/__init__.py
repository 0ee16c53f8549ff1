"""Documents: files with a text of their own, taken apart into pages and what they state of themselves; pure."""
