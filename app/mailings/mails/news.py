"""A mailing as the mail that one person gets, and as the test that its writer gets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from functools import partial
from typing import Any, Final

from flask import render_template
from markupsafe import Markup

from app.lib.text import Translated, close_gaps
from app.mail import render
from app.mail.models.outbox import OutboxMail
from app.mail.rules.outbox import MailState, to_plain
from app.mail.service import bounces
from app.mail.service import outbox as mail
from app.mailings.models.mailings import Mailing
from app.mailings.rules.texts import as_text, own_links
from app.settings import settings
from app.web.locale import in_locale, localised_path, text_direction

TEMPLATE: Final = "mailings/news"
#: What the links to end mails of one kind are signed for.
UNSUBSCRIBE: Final = "mailing-unsubscribe"


def put_test(mailing: Mailing, to: str, locale: str, *, now: datetime) -> None:
    """Put what its writer gets, in one language, before anybody else gets it."""
    mail.put(
        TEMPLATE,
        key=f"{mailing.public_id}:{mailing.version}:{locale}:{now.isoformat()}",
        to=to,
        locale=locale,
        now=now,
        about=mailing.public_id,
        reply_to=mailing.group.contact_email,
        sender_name=sender_name(mailing, locale),
        values={**values_of(mailing), "is_test": True, "links": {}},
    )


def sender_name(mailing: Mailing, locale: str) -> str:
    """The group, as her reader calls it."""
    return mailing.group.name.pick(locale).text


def values_of(mailing: Mailing) -> dict[str, Any]:
    """What the template shows; nothing in it is about a reader."""
    body = _each(mailing.body, partial(_with_links, mailing.source_word))
    return {
        "group_name": mailing.group.name,
        "news_subject": mailing.subject,
        "news_body": body,
        "news_text": Translated(
            {locale: as_text(text) for locale, text in body.texts.items()}, body.origin
        ),
        "news_purpose": mailing.purpose.value,
    }


def _each(text: Translated, change: Any) -> Translated:  # noqa: ANN401 - a function of two texts
    changed = {locale: change(locale, each) for locale, each in text.texts.items()}
    return Translated(changed, text.origin)


def _with_links(source: str, locale: str, text: str) -> str:
    def localise(path: str) -> str:
        bare = path.removeprefix(f"/{locale}/") if path.startswith(f"/{locale}/") else path
        return localised_path(bare if bare.startswith("/") else f"/{bare}", locale)

    return own_links(text, base=settings().base_url, localise=localise, source=source)


@dataclass(frozen=True)
class Sample:
    """How a mailing reads in one language, made for nobody."""

    subject: str
    text: str
    html: Markup


def preview(mailing: Mailing, locale: str) -> Sample:
    """What a reader of a language gets; the links in it are none."""
    nowhere = f"{settings().base_url}/…"
    values = {
        **values_of(mailing),
        "is_test": False,
        "links": {"unsubscribe": nowhere},
        "locale": locale,
        "text_direction": text_direction(locale),
    }
    with in_locale(locale):
        subject = render_template(f"mail/{TEMPLATE}/subject.txt", **values)
        text = render_template(f"mail/{TEMPLATE}/body.txt", **values)
        html = Markup(render_template("mailings/desk/_letter.html", **values))  # noqa: S704  # ours
    return Sample(" ".join(subject.split()), close_gaps(text).strip(), html)


class Composer:
    """Makes a mailing's mails; what is the same in all of them is made once."""

    def __init__(self, mailing: Mailing) -> None:
        self._values = to_plain(values_of(mailing))
        self._names = {each: sender_name(mailing, each) for each in settings().locales}
        self._group_name = mailing.group.name.origin_text
        self._reply_to = mailing.group.contact_email
        self._list_id = f"{mailing.purpose.value}.{mailing.group.slug}"
        self._sent_at = mailing.started_at or mailing.created_at

    def compose(
        self, *, to: str, locale: str, key: str, message_id: str
    ) -> tuple[EmailMessage, str]:
        """The mail of one person, and the address to which it comes back; `key` names her row."""
        row = OutboxMail(
            template=TEMPLATE,
            key=key,
            to=to,
            locale=locale,
            values={**self._values, "is_test": False, "links": _links(key)},
            reply_to=self._reply_to,
            sender_name=self._names.get(locale, self._group_name),
            message_id=message_id,
            created_at=self._sent_at,
            state=MailState.SENDING,
        )
        message = render.build_message(row)
        self._mark_as_bulk(message)
        return message, bounces.return_path(key)

    def _mark_as_bulk(self, message: EmailMessage) -> None:
        """Say to mail programs that a person wrote it, to many, and how one ends it."""
        domain = render.sender_address().rpartition("@")[2]
        del message["Auto-Submitted"]
        message["Auto-Submitted"] = "no"
        message["Precedence"] = "bulk"
        message["List-Id"] = f"<{self._list_id}.{domain}>"
        page = str(message["List-Unsubscribe"])
        del message["List-Unsubscribe"]
        message["List-Unsubscribe"] = f"{page}, <mailto:{self._reply_to}?subject=unsubscribe>"


def _links(key: str) -> Mapping[str, Mapping[str, object]]:
    """The one link that is hers: mails are sent on to others, who may end this kind, no more."""
    return {
        "unsubscribe": {
            "endpoint": "mailings.ask_unsubscribe",
            "purpose": UNSUBSCRIBE,
            "subject": key,
        }
    }
