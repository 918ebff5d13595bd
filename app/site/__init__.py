"""The home page, the standing texts and the addresses that machines ask for."""
