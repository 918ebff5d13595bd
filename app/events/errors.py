"""Expected trouble with events; each text is a message id for the person who caused it."""
