"""Discovery: read the links in sitemaps, feeds, home pages and API answers. Pure: bytes in, links out."""
