"""The links of every page: navigation and footer, in public and on the desk."""

from __future__ import annotations

from typing import TypeAlias

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.web.panels import Link

_Pages: TypeAlias = list[tuple[LazyString, str]]

#: Lists of the desk that are reached from another one and have no link of their own.
_ALSO = {
    "supporters_desk.index": ("imports_desk",),
    "articles_desk.index": ("authors_desk", "article_series_desk"),
}


def nav() -> list[Link]:
    """The pages that every public page leads to."""
    return [
        Link(10, _l("Give"), "appeals.index"),
        Link(20, _l("What is on"), "listing.index"),
        Link(30, _l("Aid"), "drops.index"),
        Link(40, _l("Articles"), "articles.index"),
        Link(80, _l("Search"), "search.index"),
        Link(90, _l("About"), "site.about"),
    ]


def footer() -> list[Link]:
    """The links at the foot of every public page."""
    return [
        Link(10, _l("About"), "site.about"),
        Link(15, _l("Days of action"), "mobilisations.index"),
        Link(20, _l("Contact"), "site.contact"),
        Link(22, _l("Search"), "search.index"),
        Link(25, _l("Your links"), "donor.ask_links"),
        Link(30, _l("Refunds"), "site.refunds"),
        Link(40, _l("Privacy"), "site.privacy"),
        Link(42, _l("Your data"), "your_data.ask"),
        Link(44, _l("Complaints"), "complaints.show"),
        Link(50, _l("Accessibility"), "site.accessibility"),
    ]


def desk_nav() -> list[Link]:
    """The pages that every page of the desk leads to, where one may open them."""
    sections = (
        ("", _desk_top()),
        (_l("Money"), _desk_money()),
        (_l("Events"), _desk_events()),
        (_l("Aid"), _desk_aid()),
        (_l("People and mail"), _desk_people()),
        (_l("Texts"), _desk_texts()),
        (_l("Installation"), _desk_installation()),
    )
    pages = [(section, *page) for section, pages in sections for page in pages]
    return [
        Link(order, label, endpoint, section, _ALSO.get(endpoint, ()))
        for order, (section, label, endpoint) in enumerate(pages)
    ]


def _desk_top() -> _Pages:
    return [
        (_l("Today"), "desk.today"),
        (_l("What waits"), "notices_desk.waiting"),
        (_l("Search"), "desk_search.index"),
    ]


def _desk_money() -> _Pages:
    return [
        (_l("Donations"), "donations_desk.index"),
        (_l("Regular gifts"), "regular_desk.index"),
        (_l("Promises"), "promises_desk.index"),
        (_l("Appeals"), "appeals_desk.index"),
        (_l("Messages"), "messages_desk.index"),
        (_l("Cards"), "cards_desk.index"),
    ]


def _desk_events() -> _Pages:
    return [
        (_l("Events"), "events_desk.index"),
        (_l("Days of action"), "mobilisations_desk.index"),
        (_l("Offered events"), "offers_desk.index"),
        (_l("Numbers to ring"), "safety_desk.index"),
        (_l("Reports"), "reports_desk.index"),
    ]


def _desk_aid() -> _Pages:
    return [
        (_l("Aid at a glance"), "aid_overview_desk.index"),
        (_l("Rounds"), "drops_desk.index"),
        (_l("Offered points"), "points_desk.index"),
        (_l("Collection points"), "point_list_desk.index"),
        (_l("Workplace collections"), "workplaces_desk.index"),
        (_l("Drop-offs"), "drop_offs_desk.index"),
        (_l("Goods"), "stock_desk.index"),
        (_l("Pick-ups"), "pickups_desk.index"),
    ]


def _desk_people() -> _Pages:
    return [
        (_l("Supporters"), "supporters_desk.index"),
        (_l("Members"), "members_desk.index"),
        (_l("Mailings"), "mailings_desk.index"),
        (_l("Messages to us"), "inbox_desk.index"),
        (_l("Complaints"), "complaints_desk.index"),
        (_l("What is kept about people"), "privacy_desk.index"),
    ]


def _desk_texts() -> _Pages:
    return [
        (_l("Articles"), "articles_desk.index"),
        (_l("Campaigns"), "campaigns_desk.index"),
        (_l("Home page"), "home_desk.index"),
        (_l("Standing pages"), "pages_desk.index"),
        (_l("Missing translations"), "translations_desk.index"),
    ]


def _desk_installation() -> _Pages:
    return [
        (_l("Groups and funds"), "groups_desk.index"),
        (_l("Accounts of organisers"), "accounts_desk.people"),
        (_l("Keys for other programs"), "keys_desk.index"),
        (_l("Take everything along"), "everything_desk.show"),
        (_l("What got stuck"), "desk.queues"),
        (_l("How mail fares"), "mail_desk.index"),
    ]
