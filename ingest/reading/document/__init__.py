"""Documents: what a PDF or an office file says, and what its front matter states."""
