"""Mail from a group to many supporters: one row for each of them."""
