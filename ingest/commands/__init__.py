"""The verbs of the command, one module each, loaded when they are called."""
