"""What can be refused."""
