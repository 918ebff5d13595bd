"""Collecting money through Stripe, and never losing sight of it.

An *order* is what a donor decided to give; it belongs to a package above and is known here by its
key alone. A *checkout attempt* is one try at paying an order. A *payment* is one collected sum. A
webhook is a doorbell, the ledger is the money: an event only makes us fetch the current object,
and totals are sums of entries keyed by Stripe's balance transactions.
"""
