"""Desk pages of aid."""
