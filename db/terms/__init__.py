"""Statements of reuse terms as rows, what they reach, and the verdict for a use."""
