"""Aid: what is needed, where people bring it, and where every box of it is.

A *drop* is one round of collecting, with a list of needs. A *collection point* is a place where
people bring things; its host runs it from a private link. A *workplace collection* is one at work,
taken to a point. Goods are only ever moved: a *stock move* takes them from one *stock location* to
another, and is never changed; what a drop says in public is the sum of its moves. Who may see where
a point is, is decided in `rules.places` alone.
"""
