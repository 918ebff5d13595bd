"""Stand-ins for what is outside: a mail server."""
