"""What a person decides, made into the note that records it."""
