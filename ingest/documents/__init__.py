"""Documents: extract the text and metadata of PDF, EPUB, DOCX and ODT files. Pure."""
