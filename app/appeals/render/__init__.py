"""What pages say about appeals and gifts, in words."""
