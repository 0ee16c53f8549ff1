"""Verification: prove that each claim can be read in bytes that are unchanged."""
