"""Work for later: a *job* is put in the transaction that causes it and run by a *worker*.

A worker takes a *lease* on a job; when it dies the lease runs out and another takes the job again,
so handlers must bear being run twice. A *schedule* puts one job in each period.
"""
