"""Reads of the bundled postcodes and towns."""
