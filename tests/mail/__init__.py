"""Tests of app.mail."""
