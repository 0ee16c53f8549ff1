"""Service: the endless work of `start`, and how it reports to the machine and to people."""
