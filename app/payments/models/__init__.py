"""Rows of attempts, payments, refunds, disputes, and the inbox of Stripe's events."""
