"""Muster: the campaign desk of a small group. What each package holds: docs/architecture.md."""
