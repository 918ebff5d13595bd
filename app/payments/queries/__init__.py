"""Reads of orders, plans, payments and events, and the checks of payments against the ledger."""
