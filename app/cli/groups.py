"""`muster group …`: the bodies, payment accounts and funds of a new installation."""

from __future__ import annotations

import click

from app.audit.facts import Actor
from app.cli.run import ready
from app.db.session import transaction
from app.groups import queries, service
from app.groups.rules import GroupKind
from app.ledger import service as ledger
from app.ledger.rules import FundKind
from app.lib import clock
from app.lib.text import Translated, clean_line
from app.settings import settings

BY = Actor.cli()
_SLUG = click.argument("slug")


@click.group()
def group() -> None:
    """The bodies that run things, their payment accounts and their funds."""


@group.command("add")
@_SLUG
@click.option("--name", required=True, help="Its name for visitors.")
@click.option("--name-ar", default="", help="The same in Arabic.")
@click.option("--about", required=True, help="Who they are, in a few sentences.")
@click.option("--about-ar", default="", help="The same in Arabic.")
@click.option("--kind", type=click.Choice([kind.value for kind in GroupKind]), required=True)
@click.option("--legal-name", required=True, help="The name on receipts.")
@click.option("--legal-form", required=True, help="Such as: Unincorporated association.")
@click.option("--legal-number", help="Registered number; a charity must have one.")
@click.option("--contact", required=True, help="E-mail address for visitors.")
@click.option("--website", help="Its own site.")
@click.option("--address", help="Its office on one line; never a home.")
def add(slug: str, name: str, name_ar: str, about: str, about_ar: str, **given: str) -> None:
    """Open a group's page at /groups/SLUG."""
    with ready(), transaction():
        made = service.create_group(
            service.NewGroup(
                slug=slug,
                name=_both(name, name_ar),
                about=_both(about, about_ar),
                kind=GroupKind(given["kind"]),
                legal_name=given["legal_name"],
                legal_form=given["legal_form"],
                legal_number=given["legal_number"],
                contact_email=given["contact"],
                website=given["website"],
                address_line=given["address"],
            ),
            now=clock.utcnow(),
            by=BY,
        )
        click.echo(f"/groups/{made.slug} is there. Next: muster account add, muster group account.")


@group.command("account")
@_SLUG
@click.argument("name")
@click.option("--statement-name", required=True, help="5 to 22 Latin characters for banks.")
@click.option("--sender-name", help="Who mails about this money come from; usually the group.")
@click.option("--currency", default="GBP", show_default=True)
def account(
    slug: str, name: str, statement_name: str, sender_name: str | None, currency: str
) -> None:
    """Give a group its Stripe account; its keys stand in the settings under the same NAME."""
    with ready(), transaction():
        body = queries.get_group(slug)
        service.create_payment_account(
            body,
            service.NewPaymentAccount(
                name=name,
                legal_name=body.legal_name,
                statement_name=statement_name,
                sender_name=sender_name or body.name.origin_text,
                currency=currency,
            ),
            now=clock.utcnow(),
            by=BY,
        )
        hook = f"{settings().base_url}/stripe/webhook/{name}"
        click.echo(f"Stripe's webhook for it goes to {hook}. Next: muster group fund.")


@group.command("fund")
@_SLUG
@click.argument("fund_slug")
@click.option("--name", required=True, help="Its name for donors.")
@click.option("--name-ar", default="", help="The same in Arabic.")
@click.option("--purpose", required=True, help="What its money may be spent on.")
@click.option("--purpose-ar", default="", help="The same in Arabic.")
@click.option("--otherwise", required=True, help="Where money goes when it is too much or little.")
@click.option("--otherwise-ar", default="", help="The same in Arabic.")
@click.option("--kind", type=click.Choice([kind.value for kind in FundKind]), required=True)
@click.option("--restricted", is_flag=True, help="Its money may be spent on the purpose alone.")
@click.option("--account", "account_name", help="Name of the payment account that collects it.")
@click.option("--partner-url", help="For a partner's fund: where that body collects itself.")
def fund(slug: str, fund_slug: str, *, restricted: bool, **given: str | None) -> None:
    """Open a fund of a group; appeals on the desk collect into it."""
    with ready(), transaction():
        name = given["account_name"]
        made = ledger.create_fund(
            queries.get_group(slug),
            ledger.NewFund(
                slug=fund_slug,
                name=_both(given["name"], given["name_ar"]),
                purpose=_both(given["purpose"], given["purpose_ar"]),
                secondary_purpose=_both(given["otherwise"], given["otherwise_ar"]),
                kind=FundKind(str(given["kind"])),
                is_restricted=restricted,
                payment_account=queries.get_payment_account(name) if name else None,
                partner_url=given["partner_url"],
            ),
            now=clock.utcnow(),
            by=BY,
        )
        click.echo(f"The fund {made.slug} is open. Next: write an appeal on the desk.")


def _both(text: str | None, arabic: str | None) -> Translated:
    """A text in the language of the installation and, where given, in Arabic."""
    locale = settings().default_locale
    return Translated({"ar": clean_line(arabic or ""), locale: clean_line(text or "")}, locale)
