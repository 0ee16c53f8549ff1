"""The pages, one noun a file: what is asked of the catalogue, and what the template is given. Each names its routes."""
