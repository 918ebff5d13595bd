"""Tests of app.queue."""
