"""Frozen values of the catalogue; no SQL."""
