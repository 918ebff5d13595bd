"""States of attempts, payments, refunds and events, their moves, and what an order comes to."""
