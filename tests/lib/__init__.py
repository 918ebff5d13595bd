"""Tests of app.lib."""
