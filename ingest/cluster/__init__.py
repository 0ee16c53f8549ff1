"""Work handed to other machines."""
