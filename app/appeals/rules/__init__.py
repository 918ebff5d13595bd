"""What may be given, what counts toward a goal, and what a state is called."""
