"""Mails to those who wrote to us."""
