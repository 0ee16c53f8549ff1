"""Archived pages as they were captured, on an origin of their own: rewritten so that nothing of them runs or leaves."""
