"""Reads of appeals and donations."""
