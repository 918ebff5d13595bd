"""The bodies that run things: groups (network, charity, partner) and their payment accounts.

A *group* is a body with a legal name and a page. A *payment account* is one legal body's own
Stripe account: named in the settings, which hold its keys; the row holds what people may see.
"""
