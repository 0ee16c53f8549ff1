"""Exporting: one module for each format, each with ``export(order) -> ExportResult``."""
