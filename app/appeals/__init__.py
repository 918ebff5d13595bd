"""Appeals: the public request for money into a fund, and the gifts that answer it.

An *appeal* belongs to a group and asks for one fund, in one currency. A *donation* is what a donor
decided to give; money that really moved is a *payment* (of the payments package), known here by
the donation's public id. A *receipt* is issued once for each payment that arrived.

The *gift* is the part of a donation that counts toward the goal; the *covered fee* is what a donor
adds so that the gift arrives whole. Both are paid in one sum and told apart by `rules.gift_part`.
"""
