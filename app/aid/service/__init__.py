"""Writes, one file for each side of aid."""
