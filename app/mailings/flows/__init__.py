"""What takes several transactions."""
