"""The desk pages of appeals and donations, and their cards on Today."""
