"""Plain Python that every package may lean on: time, money, ids, text; no framework."""
