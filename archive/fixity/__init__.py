"""The strict verifier: what a record must be, what it points to, and whether its bytes are unchanged."""
