"""Muster: a group raises the money, fills the protest and gets the boxes onto the convoy."""
