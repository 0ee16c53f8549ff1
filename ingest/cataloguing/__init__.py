"""Cataloguing: turn kept captures into rows of the catalogue."""
