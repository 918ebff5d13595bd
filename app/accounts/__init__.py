"""Organisers' accounts: their roles in each group, how they sign in, and what they may do.

An *account* is an organiser's sign-in. A *role* belongs to a membership (account, group); what a
role allows stands in one table, `rules.ROLE_PERMISSIONS`. Supporters and hosts have no accounts.
"""
