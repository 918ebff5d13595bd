"""Articles and reviews, their authors, and what a reader can do at their end."""
