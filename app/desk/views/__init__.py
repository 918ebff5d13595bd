"""The desk's own pages: Today and its queues; groups, their payment accounts, their funds."""
