"""What is kept about drops, points, workplaces, goods and pick-ups."""
