"""One person with something everywhere, under words that nobody else has; for canary tests."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.aid.models.drops import HostInvite, NeedsSubscription
from app.aid.models.points import PointMessage
from app.aid.rules.words import MessageSide, PointKind, Visibility
from app.appeals.rules.words import MessageState
from app.audit.facts import Actor
from app.db.session import db
from app.events.rules.words import PlaceShown
from app.lib import clock, ids
from app.lib.bounces import BounceKind
from app.lib.cipher import encrypt
from app.mail.models.addresses import ReceivedMail
from app.mail.service import outbox as mail
from app.places.rules import Spot
from app.settings import settings
from app.site.models.pages import ContactMessage
from app.site.rules.words import ContactAbout
from app.supporters.models.people import Supporter, SupporterTag
from app.supporters.rules.consents import ConsentPurpose, ConsentSource
from app.supporters.rules.offers import Offer
from app.supporters.rules.rights import ComplaintContent
from app.supporters.rules.words import AskedBy, ComplaintKind, DataLinkKind
from app.supporters.service import complaints, data_links
from app.supporters.service import people as supporters
from tests.factories.aid import make_drop, make_point, make_point_host, make_request, make_workplace
from tests.factories.appeals import make_appeal, make_donation, make_network
from tests.factories.events import (
    make_event,
    make_host,
    make_place,
    make_rsvp,
    make_shift,
    make_signup,
)
from tests.factories.members import make_member

EMAIL = "canary.quill@example.org"
NAME = "Canaria Quillfeather"
PHONE = "020 7946 0461"
POSTCODE = "E17 9ZZ"
STREET = "71 Quillwort Lane"
#: Whatever she wrote anywhere holds this word.
WORDS = "quillword"
#: What she lets everybody read holds this one instead.
PUBLIC_WORD = "quillpublic"
#: What only those may read whom she told it.
PRIVATE_MARKS = ("canary.quill", "quillfeather", "7946 0461", "e17 9zz", "quillwort", WORDS)
#: None of these may stand anywhere after she is erased, in whatever case.
MARKS = (*PRIVATE_MARKS, PUBLIC_WORD)


def make_everything(*, past: timedelta = timedelta(0)) -> Supporter:
    """The person behind `EMAIL`, with a row in every table that can name her."""
    now = clock.utcnow() - past
    _gives()
    _comes(now)
    _helps_aid(now)
    _writes(now)
    supporter = supporters.meet(EMAIL, locale="en", now=now)
    supporter.name, supporter.phone, supporter.postcode = NAME, PHONE, POSTCODE
    group = make_network()
    tag = SupporterTag(
        supporter_id=supporter.id, group_id=group.id, tag=f"{WORDS} tag", created_at=now
    )
    db.session.add(tag)
    supporters.give_consent(
        supporter,
        group_id=group.id,
        purpose=ConsentPurpose.UPDATES,
        locale="en",
        source=ConsentSource.PREFERENCES,
        now=now,
        by=Actor.visitor(),
    )
    data_links.ask(DataLinkKind.SEE, EMAIL, locale="en", now=now)
    db.session.flush()
    return supporter


def _gives() -> None:
    gift = make_donation(make_appeal(), email=EMAIL, name=NAME)
    gift.public_name, gift.is_anonymous = f"{PUBLIC_WORD} name", False
    gift.message, gift.message_state = f"For {PUBLIC_WORD}", MessageState.SHOWN
    make_member(
        EMAIL,
        name=NAME,
        postcode=POSTCODE,
        offer=Offer(area=f"{WORDS} town", note=f"I can {WORDS}"),
        purposes={ConsentPurpose.EVENTS},
    )


def _comes(now: datetime) -> None:
    event = make_event(capacity=20)
    make_rsvp(event, email=EMAIL, name=NAME, needs=f"{WORDS} ramp")
    shift = make_shift(event)
    make_signup(shift, email=EMAIL, name=NAME, phone=PHONE, skills=f"{WORDS} skill")
    home = make_place(Spot(name=NAME, street=STREET, postcode=POSTCODE, lat=51.6, lon=-0.02))
    hosted = make_event(
        place_id=home.id, place_shown=PlaceShown.ACCEPTED, starts_at=now - timedelta(days=1)
    )
    make_host(hosted, email=EMAIL, name=NAME, phone=PHONE, about=f"{WORDS} about")


def _helps_aid(now: datetime) -> None:
    drop = make_drop()
    home = make_place(Spot(name=NAME, street=STREET, postcode=POSTCODE, lat=51.6, lon=-0.02))
    hers = make_point(
        drop,
        place=home,
        kind=PointKind.HOME,
        visibility=Visibility.AREA_ONLY,
        name=f"{PUBLIC_WORD} home",
        access_note=f"{PUBLIC_WORD} bell",
        van_note=f"{WORDS} van",
    )
    make_point_host(hers, email=EMAIL, name=NAME, phone=PHONE, about=f"{WORDS} about")
    other = make_point(drop)
    make_point_host(other)
    request = make_request(other, email=EMAIL, name=NAME, what=f"{WORDS} blankets")
    written = PointMessage(
        public_id=ids.public_id(),
        nonce=ids.token(),
        point=other,
        request_id=request.id,
        side=MessageSide.BRINGER,
        text=f"{WORDS} message",
        sent_at=now,
    )
    db.session.add(written)
    make_workplace(drop, other, email=EMAIL, steward=NAME, organisation=f"{WORDS} works")
    subscription = NeedsSubscription(
        public_id=ids.public_id(),
        drop=drop,
        nonce=ids.token(),
        email=EMAIL,
        locale="en",
        created_at=now,
    )
    invite = HostInvite(
        public_id=ids.public_id(), drop=drop, from_point_id=hers.id, email=EMAIL, asked_at=now
    )
    db.session.add_all([subscription, invite])
    db.session.flush()


def _writes(now: datetime) -> None:
    group = make_network()
    content = ComplaintContent(
        kind=ComplaintKind.DATA,
        text=f"{WORDS} happened",
        group_id=group.id,
        name=NAME,
        email=EMAIL,
    )
    kept = complaints.receive(
        content, locale="en", source=AskedBy.PAGE, nonce=ids.token(), now=now, by=Actor.visitor()
    )
    complaints.write(kept.public_id, f"About {WORDS}", seen_version=1, now=now, by=Actor.system())
    message = ContactMessage(
        public_id=ids.public_id(),
        group_id=group.id,
        about=next(iter(ContactAbout)),
        name=NAME,
        email=EMAIL,
        text=f"{WORDS} letter",
        locale="en",
        nonce=ids.token(),
        received_at=now,
    )
    report = encrypt(settings().secret_key, f"To: {EMAIL}\n\n{NAME} is away").encode()
    letter = ReceivedMail(
        public_id=ids.public_id(),
        digest=ids.token(24),
        kind=BounceKind.AUTO_REPLY,
        data=report,
        received_at=now,
    )
    db.session.add_all([message, letter])
    mail.put(
        "appeals/giving_links",
        key=ids.token(),
        to=EMAIL,
        locale="en",
        values={"greeting": f"Dear {NAME}"},
        now=now,
    )
    db.session.flush()
