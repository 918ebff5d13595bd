"""What pages, feeds and papers show of aid."""
