"""Events and protests: what is on, who comes, and what keeps people safe.

An *event* is one gathering at one time: its truth is the time on the wall and the zone; the instant
is derived. A *mobilisation* is a day of action with many local events, which anyone may offer to
*host*. An *RSVP* is one attendance of one or more people; an event's *seats* count how many are
promised, in one row for each way of attending. A *shift* needs people for a *role*. Where and how
precisely an event may be shown is decided in `rules.places` alone; whatever lists or feeds show is
written into the search index by the services, in the transaction of the change.
"""
