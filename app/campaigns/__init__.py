"""Campaigns: an aim that people join, and everything that is done for it.

A *campaign* belongs to one group. What is done for it (events, and whatever stands above) is shown
on its page by panels; the campaign does not know of it.
"""
