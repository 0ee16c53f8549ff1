"""Feeds: what feeds and REST responses say about the texts that they list, and how it is weighed against the page."""
