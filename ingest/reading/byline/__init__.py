"""Bylines: who wrote the text, as pages show it, and which words are names of persons."""
