"""Signing in and proving who one is, in several steps."""
