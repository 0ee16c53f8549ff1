"""The page: an entity parsed once, with its elements, links and class names."""
