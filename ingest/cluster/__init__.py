"""Cluster: give work to other machines."""
