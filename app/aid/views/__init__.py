"""Public pages of aid."""
