"""The text: the passages of a page that are its article, in order, without the furniture around them."""
