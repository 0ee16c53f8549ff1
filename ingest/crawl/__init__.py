"""The crawl: which pages are visited, when, and with what outcome."""
