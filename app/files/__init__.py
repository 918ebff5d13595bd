"""Pictures that people upload: made anew, kept in the database, served by the hash of what is kept.

A *stored file* never changes, so its address may be cached for ever.
"""
