"""Tests of organisers' accounts."""
