"""What can go wrong, in the words the visitor reads; one file for each side of aid."""
