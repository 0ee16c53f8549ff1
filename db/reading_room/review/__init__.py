"""Review in the browser: who may decide, how they show it, and how their decisions are recorded."""
