"""The rehearsal: a stateful stand-in for the part of Stripe's API that Muster uses.

The real SDK speaks to it over HTTP (only the base address differs), or in the process through
``Rehearsal.handle``. No money moves. ``core`` says how to use it from a test, ``server`` how to
run it, ``control`` which buttons it has.
"""
