"""Feeds: what feeds and REST answers say of the texts that they list, and how it is weighed against the page."""
