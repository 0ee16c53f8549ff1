"""Dates: the days that pages print and state, and which of them is that of the text."""
