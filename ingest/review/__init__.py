"""What a person decides: shown with what it rests on, and made into the note that records it."""
