"""The one list of what packages keep about people; `factory` hands it to `supporters`.

A package adds its `service/holding.py` here, and its name to PACKAGES for its `personal.py`.
"""

from importlib import import_module

from app.campaigns.service import holding as members_holding
from app.lib.personal import Holding, Purge
from app.mailings.service import holding as mailings_holding
from app.site.service import holding as site_holding
from app.supporters.service import rights

#: Every package with a `personal.py`, in the order of the register.
PACKAGES = (
    *("supporters", "campaigns", "appeals", "payments", "events", "aid", "places"),
    *("mail", "mailings", "articles", "site", "accounts", "notices", "audit"),
)
#: Who is asked about a person, in the order in which she reads it; erased in this order, too.
HOLDINGS: tuple[Holding, ...] = (
    members_holding.HOLDING,
    mailings_holding.HOLDING,
    site_holding.HOLDING,
)
#: What goes when its time is over.
PURGES: tuple[Purge, ...] = (
    *members_holding.PURGES,
    *mailings_holding.PURGES,
    *site_holding.PURGES,
)


def hand_over() -> None:
    """Tell `supporters` what everybody keeps."""
    rights.set_kept((name, import_module(f"app.{name}.personal").KEPT) for name in PACKAGES)
    rights.set_holdings(*HOLDINGS)
    rights.set_purges(*PURGES)
