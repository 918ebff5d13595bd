"""The `muster` command: parse, act inside a transaction, say one clear line.

Words: a *program* is one long-running child process; the *supervisor* keeps the programs alive.
"""
