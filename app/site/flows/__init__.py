"""What takes several steps: counted first, then written."""
