"""Proofs that what is claimed stands in bytes that are unchanged."""
