"""Search: how words are folded, what may be asked, and what is found."""
