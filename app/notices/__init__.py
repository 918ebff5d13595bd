"""What waits for a person, who hears of it and when, and who has it in hand.

Packages say what waits (`web/panels.py`); a *notice* is our note of one such thing: when we first
saw it, whom we told, who took it. Nobody is told the same twice.
"""
