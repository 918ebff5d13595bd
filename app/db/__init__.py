"""Rows: the base class, column types, and the one way to write, `transaction()`."""
