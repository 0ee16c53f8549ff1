"""Settings as read, written and recorded."""
