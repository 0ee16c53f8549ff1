"""What is kept: bytes off the wire, in WARC files, with the means to prove them unchanged."""
