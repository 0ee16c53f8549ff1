"""What other programs wrote: their WARC files read, older formats and torn files made into WARC files."""
