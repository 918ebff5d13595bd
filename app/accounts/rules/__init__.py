"""Plain rules."""
