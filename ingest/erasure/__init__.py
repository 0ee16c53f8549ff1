"""Erasure: what an order takes out of a collection for good, and where else its words stand."""
