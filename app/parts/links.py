"""The links of every page: navigation and footer, in public and on the desk."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.web.panels import Link


def nav() -> list[Link]:
    """The pages that every public page leads to."""
    return [
        Link(10, _l("Give"), "appeals.index"),
        Link(20, _l("What is on"), "listing.index"),
        Link(30, _l("Aid"), "drops.index"),
        Link(90, _l("About"), "site.about"),
    ]


def footer() -> list[Link]:
    """The links at the foot of every public page."""
    return [
        Link(10, _l("About"), "site.about"),
        Link(15, _l("Days of action"), "mobilisations.index"),
        Link(20, _l("Contact"), "site.contact"),
        Link(25, _l("Your links"), "donor.ask_links"),
        Link(30, _l("Refunds"), "site.refunds"),
        Link(40, _l("Privacy"), "site.privacy"),
        Link(50, _l("Accessibility"), "site.accessibility"),
    ]


def desk_nav() -> list[Link]:
    """The pages that every page of the desk leads to, where one may open them."""
    return [
        Link(10, _l("Today"), "desk.today"),
        Link(12, _l("Events"), "events_desk.index"),
        Link(13, _l("Days of action"), "mobilisations_desk.index"),
        Link(14, _l("Offered events"), "offers_desk.index"),
        Link(15, _l("What waits"), "notices_desk.waiting"),
        Link(16, _l("Aid"), "drops_desk.index"),
        Link(16, _l("Aid at a glance"), "aid_overview_desk.index"),
        Link(16, _l("Offered points"), "points_desk.index"),
        Link(16, _l("Collection points"), "point_list_desk.index"),
        Link(16, _l("Workplace collections"), "workplaces_desk.index"),
        Link(16, _l("Drop-offs"), "drop_offs_desk.index"),
        Link(16, _l("Goods"), "stock_desk.index"),
        Link(16, _l("Pick-ups"), "pickups_desk.index"),
        Link(20, _l("Donations"), "donations_desk.index"),
        Link(25, _l("Regular gifts"), "regular_desk.index"),
        Link(27, _l("Promises"), "promises_desk.index"),
        Link(30, _l("Appeals"), "appeals_desk.index"),
        Link(33, _l("Campaigns"), "campaigns_desk.index"),
        Link(34, _l("Numbers to ring"), "safety_desk.index"),
        Link(35, _l("Messages"), "messages_desk.index"),
        Link(36, _l("Reports"), "reports_desk.index"),
        Link(40, _l("Groups and funds"), "groups_desk.index"),
        Link(45, _l("Cards"), "cards_desk.index"),
        Link(80, _l("What got stuck"), "desk.queues"),
        Link(90, _l("People"), "accounts_desk.people"),
    ]
