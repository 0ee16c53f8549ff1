"""From kept captures to rows of the catalogue."""
