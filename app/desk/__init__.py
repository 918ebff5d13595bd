"""The desk's own pages: Today, and the queues of everything that waits for a person.

Cards of the packages below come through panels; what stands here looks over several of them.
"""
