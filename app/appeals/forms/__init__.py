"""The shape of what donors and organisers send."""
