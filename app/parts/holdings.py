"""The one list of what packages keep about people; `factory` hands it to `supporters`.

A package adds its `service/holding.py` here, and its name to PACKAGES for its `personal.py`.
"""

from importlib import import_module

from app.accounts.service import holding as accounts_holding
from app.aid.service import holding as aid_holding
from app.appeals.service import holding as appeals_holding
from app.articles.service import holding as articles_holding
from app.campaigns.service import holding as members_holding
from app.events.service import holding as events_holding
from app.lib.personal import Holding, Purge
from app.mail.service import holding as mail_holding
from app.mailings.service import holding as mailings_holding
from app.site.service import holding as site_holding
from app.supporters.service import holding as supporters_holding
from app.supporters.service import rights

#: Every package with a `personal.py`, in the order of the register.
PACKAGES = (
    *("supporters", "campaigns", "appeals", "payments", "events", "aid", "places"),
    *("mail", "mailings", "articles", "site", "accounts", "notices", "audit"),
)
#: Who is asked about a person, and lets go of her in this order: the outbox last, for what the
#: others put on the way, and `supporters` before it, because the others look for its row.
HOLDINGS: tuple[Holding, ...] = (
    members_holding.HOLDING,
    appeals_holding.HOLDING,
    events_holding.HOLDING,
    aid_holding.HOLDING,
    site_holding.HOLDING,
    mailings_holding.HOLDING,
    articles_holding.HOLDING,
    accounts_holding.HOLDING,
    supporters_holding.HOLDING,
    mail_holding.HOLDING,
)
#: What goes when its time is over.
PURGES: tuple[Purge, ...] = (
    *supporters_holding.PURGES,
    *members_holding.PURGES,
    *appeals_holding.PURGES,
    *events_holding.PURGES,
    *aid_holding.PURGES,
    *mail_holding.PURGES,
    *mailings_holding.PURGES,
    *articles_holding.PURGES,
    *site_holding.PURGES,
    *accounts_holding.PURGES,
)


def hand_over() -> None:
    """Tell `supporters` what everybody keeps."""
    rights.set_kept((name, import_module(f"app.{name}.personal").KEPT) for name in PACKAGES)
    rights.set_holdings(*HOLDINGS)
    rights.set_purges(*PURGES)
