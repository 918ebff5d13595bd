"""The demo: invented groups, people and gifts, made through the services, and a mail catcher.

Everything here is marked as demo on every page and refuses to live beside a live Stripe key.
"""
