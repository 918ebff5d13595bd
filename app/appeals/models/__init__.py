"""Tables of appeals, donations, receipts and the sums beside them."""
