"""What may be, as plain Python: words, hours, places, quantities, labels, routes."""
