"""Where words stand in the bytes of a capture, and back."""
