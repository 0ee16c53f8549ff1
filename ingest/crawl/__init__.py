"""What is visited, when, and what became of it."""
