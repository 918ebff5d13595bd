"""Tests of app.files."""
