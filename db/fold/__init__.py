"""From records to rows: a function of the set of records."""
