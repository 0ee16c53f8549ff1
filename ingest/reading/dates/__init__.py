"""Dates: the dates that a page prints and states, and which of them is the date of the text."""
