"""The catalogue: what is held, what it says, and on what terms it may be used."""
