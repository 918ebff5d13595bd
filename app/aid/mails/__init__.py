"""Mails about aid, one function each."""
