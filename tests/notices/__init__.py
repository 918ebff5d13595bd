"""Tests of what waits, who hears of it and who has it in hand."""
