"""Who knows where a host's point is, who helps her, and whom she may invite."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.aid.models.points import CollectionPoint, PointHelper, PointHost
from app.aid.queries import bringing as bring_reads
from app.aid.queries import hosting as reads
from app.aid.render.hosting import when
from app.aid.rules.hosting import HELPER_LINK
from app.aid.rules.points import INVITE_LINK
from app.aid.rules.words import RUN_STATES, BringState, Discloser, Visibility
from app.lib import links
from app.settings import settings
from app.web.locale import absolute_url, current_locale

#: Who let somebody see where it is.
DISCLOSER_NAMES: Final = {
    Discloser.HOST: _l("You accepted"),
    Discloser.ORGANISER: _l("An organiser accepted"),
    Discloser.OWN_RULE: _l("By your choice that everyone who confirms sees it"),
}


@dataclass(frozen=True)
class KnownRow:
    """Somebody who was let see where a point is."""

    name: str
    when: str
    given_at: datetime
    by: str
    is_still: bool


@dataclass(frozen=True)
class HelperRow:
    """Somebody who helps, with her link."""

    key: str
    label: str
    link: str
    last_used_at: datetime | None


def disclosures(point: CollectionPoint) -> list[KnownRow]:
    """Who was let see where a point is, the latest first."""
    return [
        KnownRow(
            name=each.request.name or str(_("Somebody whose name we deleted")),
            when=when(each.request),
            given_at=each.given_at,
            by=str(DISCLOSER_NAMES[each.by]),
            is_still=each.request.state is BringState.ACCEPTED,
        )
        for each in bring_reads.list_disclosures(point.id)
    ]


def helper_rows(point: CollectionPoint) -> list[HelperRow]:
    """The helpers whose links count."""
    return [
        HelperRow(each.public_id, each.label, _helper_link(each), each.last_used_at)
        for each in reads.list_helpers(point.id)
    ]


def _helper_link(helper: PointHelper) -> str:
    token = links.sign(settings().secret_key, HELPER_LINK, helper.public_id)
    return absolute_url("point_host.help_page", locale=current_locale(), token=token)


def invitation(host: PointHost) -> str:
    """The link to a private point that a host passes on; empty where there is nothing to invite."""
    point = host.point
    if point.visibility is not Visibility.PRIVATE or point.state not in RUN_STATES:
        return ""
    version = host.invite_version
    token = links.sign(settings().secret_key, INVITE_LINK, host.public_id, version=version)
    return absolute_url("bringing.invited", locale=current_locale(), token=token)
