"""Handing a collection on: one module a format, each with ``export(order) -> Handed``."""
