"""What packages show on the pages of packages below them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.actions.views import panels as action_panels
from app.aid.desk import today as aid_today
from app.aid.queries import untranslated as aid_reads
from app.aid.views import drops as drops_views
from app.appeals.desk import person as gifts_person
from app.appeals.desk import regular as regular_desk
from app.appeals.desk import today as appeals_today
from app.appeals.queries import untranslated as appeals_reads
from app.appeals.views import appeals as appeals_views
from app.articles.queries import untranslated as articles_reads
from app.articles.views import articles as articles_views
from app.articles.views import mentions as mentions_views
from app.campaigns.desk import members as members_desk
from app.campaigns.queries import untranslated as campaigns_reads
from app.campaigns.views import campaigns as campaigns_views
from app.campaigns.views import joining as joining_views
from app.desk.views import keeping as keeping_desk
from app.events.desk import events as events_desk
from app.events.desk import person as events_person
from app.events.queries import untranslated as events_reads
from app.events.views import listing as listing_views
from app.events.views import mobilisations as mobilisations_views
from app.groups import queries as groups
from app.mailings.desk import person as mailings_person
from app.mailings.queries import untranslated as mailings_reads
from app.notices import desk as notices_desk
from app.parts import links, waiting
from app.site.render import pages as standing_pages
from app.web.panels import Panels

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.web.panels import Block, Card, TodayContext, Untranslated


# Each in the order in which it is shown.
HOME: list[Callable[[], list[Block]]] = [
    listing_views.home_blocks,
    mobilisations_views.home_blocks,
    drops_views.home_blocks,
    articles_views.home_blocks,
]
GROUP: list[Callable[[int], list[Block]]] = [
    *(action_panels.group_blocks, campaigns_views.group_blocks),
    *(joining_views.join_blocks, mobilisations_views.group_blocks),
    *(listing_views.group_blocks, appeals_views.group_blocks, drops_views.group_blocks),
    articles_views.group_blocks,
]
CAMPAIGN: list[Callable[[int], list[Block]]] = [
    *(action_panels.campaign_blocks, joining_views.campaign_join_blocks),
    *(mobilisations_views.campaign_blocks, listing_views.campaign_blocks),
    *(drops_views.campaign_blocks, articles_views.campaign_blocks),
]
TODAY: list[Callable[[TodayContext], list[Card]]] = [
    appeals_today.cards,
    events_desk.cards,
    aid_today.cards,
    regular_desk.cards,
    notices_desk.cards,
]
PERSON: list[Callable[[str, set[int]], list[Block]]] = [
    gifts_person.person_blocks,
    members_desk.person_blocks,
    events_person.person_blocks,
    mailings_person.person_blocks,
]


def make_panels() -> Panels:
    """What packages show on the pages of packages below them, in the order it is shown."""
    return Panels(
        home=HOME,
        group=GROUP,
        campaign=CAMPAIGN,
        event=[drops_views.event_blocks, mentions_views.event_blocks],
        drop=[mentions_views.drop_blocks],
        today=TODAY,
        waiting=waiting.sources(),
        account=[notices_desk.account_blocks],
        alarms=[notices_desk.alarms, keeping_desk.alarms],
        foot=[keeping_desk.foot],
        person=PERSON,
        desk_nav=links.desk_nav(),
        nav=links.nav(),
        footer=links.footer(),
        untranslated=_untranslated(),
        standing=[standing_pages.standing_blocks],
    )


def _untranslated() -> list[Callable[[set[int], str], list[Untranslated]]]:
    """Who says what its public pages show and a language lacks, in the order it is shown."""
    return [
        standing_pages.untranslated,
        groups.untranslated,
        campaigns_reads.untranslated,
        appeals_reads.untranslated,
        events_reads.untranslated,
        aid_reads.untranslated,
        articles_reads.untranslated,
        mailings_reads.untranslated,
    ]
