"""How things come in: find what is new, fetch it politely, keep it, read it, catalogue it."""
