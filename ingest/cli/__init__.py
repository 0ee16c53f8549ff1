"""The command: its frame, and how things are printed."""
