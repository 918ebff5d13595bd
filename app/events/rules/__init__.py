"""What may be, as plain Python: words, times, places, seats, hosting, shifts."""
