"""The mails donors get."""
