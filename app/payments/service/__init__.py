"""Use cases of payments: opening attempts, taking events in, reducing what Stripe shows."""
