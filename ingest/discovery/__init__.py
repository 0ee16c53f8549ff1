"""How pages are found: bytes of sitemaps, feeds and home pages in, links out. Pure; nothing here fetches."""
