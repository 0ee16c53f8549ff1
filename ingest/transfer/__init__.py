"""Import, backup, restore and repair."""
