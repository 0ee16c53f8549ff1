"""The page: one entity parsed once, and what its elements, links and class names are."""
