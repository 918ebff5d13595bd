"""Whole journeys: a real browser drives the running system, and the books are read afterwards."""
