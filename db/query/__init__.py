"""The door to what is held."""
