"""Roles, and what each allows."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from app.lib.text import N_


class Role(StrEnum):
    """What somebody is in one group; a person may be several."""

    OWNER = "owner"
    TREASURER = "treasurer"
    ORGANISER = "organiser"
    MODERATOR = "moderator"
    EDITOR = "editor"
    AUDITOR = "auditor"


class Permission(StrEnum):
    """One thing that a desk page does; pages ask for these, never for a role."""

    TODAY_SEE = "today.see"
    DONATIONS_SEE = "donations.see"
    DONATIONS_SEE_PEOPLE = "donations.see_people"
    DONATIONS_EXPORT = "donations.export"
    DONATIONS_EDIT = "donations.edit"
    MESSAGES_MODERATE = "messages.moderate"
    APPEALS_SEE = "appeals.see"
    APPEALS_EDIT = "appeals.edit"
    APPEALS_PUBLISH = "appeals.publish"
    BOOKS_SEE = "books.see"
    BOOKS_EDIT = "books.edit"
    QUEUES_SEE = "queues.see"
    QUEUES_RETRY = "queues.retry"
    AUDIT_SEE = "audit.see"
    EVENTS_SEE = "events.see"
    #: Who comes, hosts and helps: names and addresses.
    EVENTS_SEE_PEOPLE = "events.see_people"
    EVENTS_EDIT = "events.edit"
    EVENTS_PUBLISH = "events.publish"
    #: Offers of hosts and reports of visitors.
    EVENTS_MODERATE = "events.moderate"
    AID_SEE = "aid.see"
    #: Hosts, those who bring, stewards: names, addresses and homes.
    AID_SEE_PEOPLE = "aid.see_people"
    AID_EDIT = "aid.edit"
    #: Offered points and what visitors say of them.
    AID_MODERATE = "aid.moderate"
    #: Where goods lie and go.
    AID_STOCK = "aid.stock"
    ARTICLES_SEE = "articles.see"
    ARTICLES_EDIT = "articles.edit"
    ARTICLES_PUBLISH = "articles.publish"
    #: Supporters and members: names and addresses.
    PEOPLE_SEE = "people.see"
    PEOPLE_EDIT = "people.edit"
    #: Files of people, in and out.
    PEOPLE_MOVE = "people.move"
    MAILINGS_SEE = "mailings.see"
    MAILINGS_EDIT = "mailings.edit"
    MAILINGS_SEND = "mailings.send"
    #: Complaints, erasures, what is kept and for how long.
    PRIVACY_MANAGE = "privacy.manage"
    #: The home page and the standing pages.
    SITE_EDIT = "site.edit"
    #: What visitors write by the form.
    CONTACT_ANSWER = "contact.answer"
    #: Keys for other programs.
    KEYS_MANAGE = "keys.manage"
    GROUP_SEE = "group.see"
    GROUP_EDIT = "group.edit"
    ACCOUNTS_MANAGE = "accounts.manage"


_SEES = {
    Permission.TODAY_SEE,
    Permission.APPEALS_SEE,
    Permission.EVENTS_SEE,
    Permission.AID_SEE,
    Permission.ARTICLES_SEE,
    Permission.MAILINGS_SEE,
    Permission.GROUP_SEE,
}
_SEES_MONEY = {Permission.DONATIONS_SEE, Permission.BOOKS_SEE, Permission.QUEUES_SEE}

#: Amounts are for all who work on appeals; names and addresses only for those who answer donors.
ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.TREASURER: frozenset(
        _SEES
        | _SEES_MONEY
        | {
            Permission.DONATIONS_SEE_PEOPLE,
            Permission.DONATIONS_EXPORT,
            Permission.DONATIONS_EDIT,
            Permission.BOOKS_EDIT,
            Permission.QUEUES_RETRY,
            Permission.AUDIT_SEE,
        }
    ),
    Role.ORGANISER: frozenset(
        _SEES
        | {
            Permission.DONATIONS_SEE,
            Permission.DONATIONS_SEE_PEOPLE,
            Permission.DONATIONS_EDIT,
            Permission.MESSAGES_MODERATE,
            Permission.APPEALS_EDIT,
            Permission.APPEALS_PUBLISH,
            Permission.EVENTS_SEE_PEOPLE,
            Permission.EVENTS_EDIT,
            Permission.EVENTS_PUBLISH,
            Permission.EVENTS_MODERATE,
            Permission.AID_SEE_PEOPLE,
            Permission.AID_EDIT,
            Permission.AID_MODERATE,
            Permission.AID_STOCK,
            Permission.ARTICLES_EDIT,
            Permission.ARTICLES_PUBLISH,
            Permission.PEOPLE_SEE,
            Permission.PEOPLE_EDIT,
            Permission.MAILINGS_EDIT,
            Permission.MAILINGS_SEND,
            Permission.PRIVACY_MANAGE,
            Permission.SITE_EDIT,
            Permission.CONTACT_ANSWER,
        }
    ),
    Role.MODERATOR: frozenset(
        _SEES
        | {
            Permission.DONATIONS_SEE,
            Permission.MESSAGES_MODERATE,
            Permission.EVENTS_MODERATE,
            Permission.AID_MODERATE,
            Permission.CONTACT_ANSWER,
        }
    ),
    Role.EDITOR: frozenset(
        _SEES
        | {
            Permission.APPEALS_EDIT,
            Permission.EVENTS_EDIT,
            Permission.AID_EDIT,
            Permission.ARTICLES_EDIT,
            Permission.ARTICLES_PUBLISH,
            Permission.MAILINGS_EDIT,
            Permission.SITE_EDIT,
        }
    ),
    Role.AUDITOR: frozenset(_SEES | _SEES_MONEY | {Permission.AUDIT_SEE}),
}

ROLE_NAMES: dict[Role, str] = {
    Role.OWNER: N_("Owner"),
    Role.TREASURER: N_("Treasurer"),
    Role.ORGANISER: N_("Organiser"),
    Role.MODERATOR: N_("Moderator"),
    Role.EDITOR: N_("Editor"),
    Role.AUDITOR: N_("Auditor"),
}

ROLE_HINTS: dict[Role, str] = {
    Role.OWNER: N_("May do everything in the group and decides who else may."),
    Role.TREASURER: N_("Sees all money and who gave it, exports, puts the books in order."),
    Role.ORGANISER: N_(
        "Writes and publishes appeals and events, sees who comes, answers donors, enters and "
        "corrects gifts."
    ),
    Role.MODERATOR: N_(
        "Reads messages before they are shown, decides about offered events and reports; sees "
        "amounts, not who gave."
    ),
    Role.EDITOR: N_("Writes appeals and events; somebody else publishes them."),
    Role.AUDITOR: N_(
        "Reads appeals, events, amounts, books and the record of changes; changes nothing."
    ),
}


def may(roles: Iterable[Role], permission: Permission) -> bool:
    """Whether somebody with these roles in a group may do one thing there."""
    return any(permission in ROLE_PERMISSIONS[role] for role in roles)


def roles_with(permission: Permission) -> frozenset[Role]:
    """The roles that allow one thing."""
    return frozenset(role for role, allowed in ROLE_PERMISSIONS.items() if permission in allowed)


#: Who may do any of this must prove more than a password.
POWERS = frozenset(
    {
        Permission.ACCOUNTS_MANAGE,
        Permission.GROUP_EDIT,
        Permission.BOOKS_EDIT,
        Permission.DONATIONS_SEE_PEOPLE,
        Permission.DONATIONS_EXPORT,
        Permission.DONATIONS_EDIT,
        Permission.APPEALS_PUBLISH,
        Permission.EVENTS_SEE_PEOPLE,
        Permission.EVENTS_PUBLISH,
        Permission.EVENTS_MODERATE,
        Permission.PEOPLE_SEE,
        Permission.PEOPLE_EDIT,
        Permission.PEOPLE_MOVE,
        Permission.MAILINGS_SEND,
        Permission.PRIVACY_MANAGE,
        Permission.KEYS_MANAGE,
    }
)
POWERFUL_ROLES = frozenset(role for role, allowed in ROLE_PERMISSIONS.items() if POWERS & allowed)
