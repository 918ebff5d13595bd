"""Mailings and the people who agreed to them; each function saves, so call it in a transaction."""

from __future__ import annotations

from typing import Any

from app.appeals.models.appeals import Appeal
from app.audit.facts import Actor
from app.groups.models import Group
from app.lib import clock, ids
from app.lib.text import Translated
from app.mailings.models.mailings import Mailing
from app.mailings.rules.audience import Audience
from app.mailings.rules.mailings import MailingContent
from app.mailings.rules.words import MailingKind
from app.mailings.service import starting, writing
from app.supporters.models.people import Supporter
from app.supporters.rules.consents import ConsentPurpose, ConsentSource
from app.supporters.service import people
from tests.factories.supporters import make_supporter

BY = Actor.system()
SUBJECT = Translated.of(en="Winter aid is on its way", ar="عون الشتاء في الطريق")
BODY = Translated.of(
    en="Dear friends,\n\nwe **loaded** the van. Come to [the next round](/aid/).",
    ar="أعزاءنا،\n\nلقد **حمّلنا** الشاحنة. تعالوا إلى [الجولة القادمة](/aid/).",
)


def make_content(**changes: Any) -> MailingContent:
    """News of the group in both languages, for everybody who agreed; nothing is saved."""
    values: dict[str, Any] = {
        "kind": MailingKind.NEWS,
        "appeal_id": None,
        "subject": SUBJECT,
        "body": BODY,
        "audience": Audience(),
        "source_word": "mail-winter",
    }
    return MailingContent(**(values | changes))


def make_mailing(group: Group, *, is_tested: bool = True, **changes: Any) -> Mailing:
    """A draft that its writer has got as a test."""
    mailing = writing.create(group, make_content(**changes), now=clock.utcnow(), by=BY)
    if is_tested:
        mailing.tested_version = mailing.version
    return mailing


def make_appeal_mailing(appeal: Appeal, **changes: Any) -> Mailing:
    """The same about an appeal, for those who agreed to hear of it."""
    told = {"kind": MailingKind.APPEAL, "appeal_id": appeal.id, **changes}
    return make_mailing(appeal.group, **told)


def make_sending(group: Group, **changes: Any) -> Mailing:
    """A mailing that goes to whom it is for."""
    mailing = make_mailing(group, **changes)
    starting.send_now(mailing.id, now=clock.utcnow(), by=BY)
    return mailing


def make_reader(
    group: Group,
    email: str | None = None,
    *,
    locale: str = "en",
    purpose: ConsentPurpose = ConsentPurpose.UPDATES,
) -> Supporter:
    """Somebody who agreed to mails of a group."""
    person = make_supporter(email or f"{ids.public_id()}@example.org", locale=locale)
    people.give_consent(
        person,
        group_id=group.id,
        purpose=purpose,
        locale=locale,
        source=ConsentSource.JOIN_FORM,
        now=clock.utcnow(),
        by=BY,
    )
    return person
