"""What can be done from the desk across packages."""
