"""What persons decided, and what waits for them."""
