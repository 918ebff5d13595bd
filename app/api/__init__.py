"""JSON for other programs: OSDI-shaped, public or by key."""
