"""Citations of items in the formats that reference managers read: values in, text out."""
