"""Settings: read, write and record ``creditline.toml``."""
