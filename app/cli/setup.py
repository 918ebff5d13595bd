"""`muster init`: ask what differs between installations, write it down for the owner alone."""

from __future__ import annotations

import os
import re
from pathlib import Path

import click

from app.cli.config import FILE_VARIABLE, SETTINGS_FILE, project_root, write_settings_file
from app.lib.ids import token
from app.settings import PREFIX, SettingsError, load_settings

_ACCOUNT_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


@click.command()
@click.option("--base-url", prompt="Public address (https://…)", help="Public address.")
@click.option("--database-url", default="", help="sqlite:///… or postgresql://…; empty: one file.")
@click.option("--contact", prompt="Contact e-mail shown to visitors", help="Contact e-mail.")
@click.option("--mail-from", default="", help="Sender of our mails; empty: the contact e-mail.")
@click.option("--smtp-host", prompt="Mail server", default="localhost", help="Mail server.")
@click.option("--smtp-port", type=int, default=587, show_default=True, help="Its port.")
@click.option(
    "--smtp-security",
    type=click.Choice(["starttls", "tls", "none"]),
    default="starttls",
    show_default=True,
    help="How the connection to it is protected.",
)
@click.option("--smtp-username", default="", help="Its user name, where it wants one.")
@click.option("--smtp-password", default="", help="Its password; better typed when asked for.")
@click.option("--account", default="main", show_default=True, help="Name of the payment account.")
@click.option("--stripe-key", default=None, help="Stripe secret key; better typed when asked for.")
@click.option("--webhook-secret", default=None, help="Signing secret of its webhook (whsec_…).")
@click.option(
    "--environment",
    type=click.Choice(["production", "development"]),
    default="production",
    show_default=True,
    help="What this installation is for.",
)
def init(stripe_key: str | None, webhook_secret: str | None, **given: str | int) -> None:
    """Write var/muster.env with random secrets (mode 600); never overwrites one."""
    path = Path(os.environ.get(FILE_VARIABLE) or project_root() / SETTINGS_FILE)
    if path.exists():
        raise click.ClickException(f"{path} exists already; edit it, or move it away first")
    if given["smtp_username"] and not given["smtp_password"]:
        given["smtp_password"] = click.prompt("Password of the mail server", hide_input=True)
    values = _values(path, given)
    webhook = f"{values[PREFIX + 'BASE_URL']}/stripe/webhook/{given['account']}"
    keys = _ask_stripe(stripe_key, webhook_secret, webhook=webhook)
    values |= _stripe_values(str(given["account"]), *keys)
    _refuse_bad(values)
    write_settings_file(path, values, heading="Settings of Muster; keep them secret")
    click.echo(f"Wrote {path} (only you can read it).")
    click.echo("Next: muster db upgrade, muster account add, muster doctor, muster run;")
    click.echo(f"then, at {values[PREFIX + 'BASE_URL']}/desk/groups/, the group and its funds.")


def _ask_stripe(key: str | None, webhook_secret: str | None, *, webhook: str) -> tuple[str, str]:
    if key is None:
        key = click.prompt(
            "Stripe secret key (empty: no card payments yet)",
            default="",
            hide_input=True,
            show_default=False,
        )
    if key and webhook_secret is None:
        click.echo(f"At Stripe, add a webhook endpoint with the address {webhook}")
        webhook_secret = click.prompt("Signing secret of its webhook (whsec_…)", hide_input=True)
    return str(key), str(webhook_secret or "")


def _values(path: Path, given: dict[str, str | int]) -> dict[str, str]:
    database = given["database_url"] or f"sqlite:///{path.parent / 'muster.db'}"
    values = {
        "ENVIRONMENT": given["environment"],
        "BASE_URL": str(given["base_url"]).rstrip("/"),
        "DATABASE_URL": database,
        "DATA_DIR": path.parent,
        "SECRET_KEY": token(48),
        "CONTACT_EMAIL": given["contact"],
        "MAIL_FROM": given["mail_from"] or given["contact"],
        "SMTP_HOST": given["smtp_host"],
        "SMTP_PORT": given["smtp_port"],
        "SMTP_SECURITY": given["smtp_security"],
        "SMTP_USERNAME": given["smtp_username"],
        "SMTP_PASSWORD": given["smtp_password"],
    }
    return {PREFIX + name: str(value) for name, value in values.items() if value != ""}


def _stripe_values(account: str, key: str, webhook_secret: str) -> dict[str, str]:
    if not key:
        return {}
    if not _ACCOUNT_NAME.fullmatch(account):
        raise click.ClickException("--account takes small letters, digits and single underscores")
    start = f"{PREFIX}STRIPE_ACCOUNTS__{account.upper()}"
    return {f"{start}__SECRET_KEY": key, f"{start}__WEBHOOK_SECRETS": webhook_secret}


def _refuse_bad(values: dict[str, str]) -> None:
    if any("\n" in value for value in values.values()):
        raise click.ClickException("no answer may hold a line break")
    already_set = sorted(values.keys() & os.environ.keys())
    if already_set:
        raise click.ClickException(
            f"the environment sets {', '.join(already_set)} and would win over the file; unset it"
        )
    try:
        load_settings(values)
    except SettingsError as error:
        problems = "; ".join(error.problems)
        raise click.ClickException(f"nothing was written: {problems}") from None
