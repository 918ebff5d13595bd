"""Who belongs to the demo's groups: members with their offers, a mailing, letters, a complaint."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any

from sqlalchemy import update

from app.accounts.queries import find_account_by_email
from app.campaigns.queries import campaigns
from app.campaigns.queries import members as asked_reads
from app.campaigns.rules.members import Wish
from app.campaigns.service import members, welcome
from app.db.session import db, transaction
from app.demo.people import Person, both, people, read_texts
from app.demo.scenery import BY, organisers
from app.groups import queries as groups
from app.lib import ids
from app.mailings.models.mailings import MailingRecipient
from app.mailings.queries import mailings
from app.mailings.rules.audience import Audience
from app.mailings.rules.mailings import MailingContent
from app.mailings.rules.words import MailingKind, MailingState, RecipientState
from app.mailings.service import starting, writing
from app.site.rules.words import ContactAbout
from app.site.service import contact
from app.supporters.rules.consents import ConsentPurpose
from app.supporters.rules.offers import Offer
from app.supporters.rules.rights import ComplaintContent
from app.supporters.rules.words import AskedBy, ComplaintKind, FreeTime, Skill
from app.supporters.service import complaints

Texts = dict[str, Any]
#: They joined from then on, one after the other, and confirmed it so much later.
FIRST_JOINED, CONFIRMED = timedelta(days=300), timedelta(minutes=9)
#: Every fourth offers to do something, every fifth says no to news.
OFFERS_EACH, SILENT_EACH = 4, 5
SENT = timedelta(days=5)


def let_belong(now: datetime) -> None:
    """Fill in everybody who belongs, and what was written; call outside a transaction."""
    texts = read_texts("belonging")
    crowd = cycle(people()[30:])
    offers = cycle(_offer(one) for one in texts["offers"])
    for one in texts["groups"]:
        _let_join(one, crowd, offers, now)
    with transaction():
        group = groups.get_group(texts["groups"][0]["slug"])
        welcome.save(group.id, both(texts["welcome"]), seen=0, now=now - FIRST_JOINED, by=BY)
    _send_news(texts["mailing"], now - SENT)
    with transaction():
        _write_mailing(texts["next_mailing"], now)
    for one in texts["letters"]:
        _keep_letter(one, now)
    for one in texts["complaints"]:
        _complain(one, now)


def _let_join(one: Texts, crowd: Iterator[Person], offers: Iterator[Offer], now: datetime) -> None:
    group = groups.get_group(one["slug"])
    campaign = campaigns.find_campaign(one.get("campaign", ""))
    step = FIRST_JOINED / one["members"]
    for number, person in zip(range(one["members"]), crowd, strict=False):
        at = now - FIRST_JOINED + number * step
        says_yes = number % SILENT_EACH != SILENT_EACH - 1
        wish = Wish(
            email=person.email,
            name=person.name,
            postcode=None,
            offer=next(offers) if number % OFFERS_EACH == 0 else Offer(),
            purposes=frozenset(ConsentPurpose) if says_yes else frozenset(),
            campaign_ids=frozenset({campaign.id} if campaign else ()),
        )
        with transaction():
            sender = members.Sender(nonce=ids.token(), locale=person.locale)
            members.ask(group, wish, sender, now=at)
        with transaction():
            asked = asked_reads.find_asked(group.id, person.email)
            if asked is not None:
                members.confirm(asked.id, seen=asked.version, now=at + CONFIRMED)


def _offer(one: Texts) -> Offer:
    return Offer(
        skills=frozenset(Skill(each) for each in one["skills"]),
        languages=frozenset(one["languages"]),
        times=frozenset(FreeTime(each) for each in one["times"]),
        area=one["area"],
        note=one.get("note"),
    )


def _write_mailing(one: Texts, at: datetime) -> int:
    writer = find_account_by_email(organisers()[0][1])
    content = MailingContent(
        kind=MailingKind.NEWS,
        appeal_id=None,
        subject=both(one["subject"]),
        body=both(one["body"]),
        audience=Audience(),
        source_word=one["source_word"],
    )
    group = groups.get_group(one["group"])
    return writing.create(group, content, now=at, by=BY, writer=writer).id


def _send_news(one: Texts, at: datetime) -> None:
    """News that everybody got some days ago; nobody opens so many in the catcher."""
    with transaction():
        mailing_id = _write_mailing(one, at)
        mailing = mailings.lock_mailing(mailing_id)
        mailing.tested_version = mailing.version
    with transaction():
        starting.send_now(mailing_id, now=at, by=BY)
        db.session.execute(
            update(MailingRecipient)
            .where(MailingRecipient.mailing_id == mailing_id)
            .values(state=RecipientState.SENT, finished_at=at, tries=1)
            .execution_options(synchronize_session=False)
        )
        mailing = mailings.lock_mailing(mailing_id)
        mailing.state, mailing.finished_at = MailingState.SENT, at + CONFIRMED


def _keep_letter(one: Texts, now: datetime) -> None:
    at = now - timedelta(hours=one["hours_ago"])
    letter = contact.Letter(
        group_id=groups.get_group(one["group"]).id,
        about=ContactAbout(one["about"]),
        text=one["text"],
        name=one["name"],
        email=one["email"],
        locale=one["locale"],
    )
    with transaction():
        kept = contact.keep(letter, nonce=ids.token(), now=at, by=BY)
        if "answer" in one:
            contact.answer(kept.id, one["answer"], now=at + CONFIRMED, by=BY)


def _complain(one: Texts, now: datetime) -> None:
    at = now - timedelta(days=one["days_ago"])
    content = ComplaintContent(
        group_id=groups.get_group(one["group"]).id,
        kind=ComplaintKind(one["kind"]),
        name=one["name"],
        email=one["email"],
        text=one["text"],
    )
    with transaction():
        complaints.receive(
            content, locale=one["locale"], source=AskedBy.PAGE, nonce=None, now=at, by=BY
        )
