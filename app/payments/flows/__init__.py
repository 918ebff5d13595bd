"""What needs Stripe's answer between two transactions: intent, commit, call, outcome, commit.

Every flow may be repeated after a crash at any point. The money of an order is written only by the
reducer, from what Stripe shows now; a flow only says which intent to look at.
"""
