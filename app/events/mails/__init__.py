"""Mails about events, one function each."""
