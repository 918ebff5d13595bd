"""Who hears of what waits, telling them, taking things in hand, and choosing."""
