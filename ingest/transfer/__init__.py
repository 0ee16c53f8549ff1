"""Transfer: import, backup, restore and upgrade."""
