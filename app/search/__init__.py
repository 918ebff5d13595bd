"""Words and facets by which things are found: index rows, written with the things themselves.

An *entry* says that a thing may be found at all: when it is, and where it may be shown to be.
*Words* and *facets* (`kind:march`, `country:PL`, `cell:1234`) are inverted lists of entries in the
order of time, so that every question is answered by an index on both databases. Only what anybody
may read is written here; whatever is taken back is taken out.
"""
