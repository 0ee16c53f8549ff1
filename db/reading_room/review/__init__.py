"""Review in the browser: who may decide, how they show it, and the door through which what they decide is recorded."""
