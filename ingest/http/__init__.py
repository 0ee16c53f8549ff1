"""The one way out: asking a server and taking its answer."""
