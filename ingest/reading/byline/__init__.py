"""Bylines: who wrote the text, as the page shows it, and which words are names of persons."""
