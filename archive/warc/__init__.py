"""WARC records: made, written, read back; the only place that imports warcio."""
