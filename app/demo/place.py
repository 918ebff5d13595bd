"""Where one demo lives: its directory, its ports, its settings file."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.demo.people import read_texts
from app.lib.ids import token
from app.rehearsal.config import AccountConfig, RehearsalConfig
from app.settings import PREFIX, read_settings_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

HOST = "127.0.0.1"
#: Browsers see this name; programs on this machine use the number.
NAME = "localhost"


@dataclass(frozen=True)
class Place:
    """A demo's directory and its first port."""

    root: Path
    port: int

    @property
    def rehearsal_port(self) -> int:
        """Where the payment page and the rehearsal's buttons are."""
        return self.port + 1

    @property
    def catcher_port(self) -> int:
        """Where caught mails are shown."""
        return self.port + 2

    @property
    def smtp_port(self) -> int:
        """Where mails are caught."""
        return self.port + 3

    @property
    def ports(self) -> dict[str, int]:
        """Every port with what it is for."""
        return {
            "the site": self.port,
            "the rehearsal": self.rehearsal_port,
            "the mail catcher": self.catcher_port,
            "catching mail": self.smtp_port,
        }

    @property
    def settings_file(self) -> Path:
        """Where the demo's settings are kept."""
        return self.root / "muster.env"

    @property
    def database(self) -> Path:
        """The demo's database."""
        return self.root / "muster.db"

    @property
    def rehearsal_state(self) -> Path:
        """What the rehearsal remembers."""
        return self.root / "rehearsal.db"

    @property
    def mail_directory(self) -> Path:
        """Where caught mails lie."""
        return self.root / "mail"

    def log(self, name: str) -> Path:
        """Where one program writes what it has to say."""
        return self.root / "log" / f"{name}.log"

    def url(self, port: int, path: str = "/") -> str:
        """An address for a browser on this machine."""
        return f"http://{NAME}:{port}{path}"

    def clear(self, *, settings_too: bool = False) -> None:
        """Throw the data away; the secrets only when asked to."""
        for kept in (self.database, self.rehearsal_state):
            for suffix in ("", "-wal", "-shm", "-journal", ".lock"):
                kept.with_name(kept.name + suffix).unlink(missing_ok=True)
        shutil.rmtree(self.mail_directory, ignore_errors=True)
        shutil.rmtree(self.root / "log", ignore_errors=True)
        if settings_too:
            self.settings_file.unlink(missing_ok=True)


def demo_variables(place: Place, known: Mapping[str, str]) -> dict[str, str]:
    """The demo's settings; secrets that are known already stay, addresses follow the port."""
    site = place.url(place.port, "")
    values = {
        "ENVIRONMENT": "demo",
        "BASE_URL": site,
        "DATABASE_URL": f"sqlite:///{place.database}",
        "DATA_DIR": str(place.root),
        "SECRET_KEY": token(48),
        "SITE_NAME": "Muster",
        "CONTACT_EMAIL": "hello@leavalley.example.org",
        "MAIL_FROM": "post@muster.example.org",
        "SMTP_HOST": HOST,
        "SMTP_PORT": str(place.smtp_port),
        "SMTP_SECURITY": "none",
        # The password is printed for everybody: hashing it slowly would protect nothing.
        "PASSWORD_HASH_KIB": "1024",
        # Whoever shows the demo knows the form by heart.
        "GIFT_FORM_SECONDS": "0",
        "STRIPE_API_BASE": f"http://{HOST}:{place.rehearsal_port}",
        "CHECKOUT_ORIGIN": place.url(place.rehearsal_port, ""),
        "BILLING_ORIGIN": place.url(place.rehearsal_port, ""),
        "INVOICE_ORIGIN": place.url(place.rehearsal_port, ""),
        "REHEARSAL_URL": place.url(place.rehearsal_port),
        "MAIL_CATCHER_URL": place.url(place.catcher_port),
    }
    for account in _accounts():
        start = f"STRIPE_ACCOUNTS__{account.upper()}"
        values[f"{start}__SECRET_KEY"] = f"sk_test_rehearsal{token(18).translate(_PLAIN)}"
        values[f"{start}__WEBHOOK_SECRETS"] = f"whsec_{token(24).translate(_PLAIN)}"
    variables = {PREFIX + name: value for name, value in values.items()}
    return variables | {name: known[name] for name in variables.keys() & known if _is_secret(name)}


def rehearsal_config(place: Place, *, sends_webhooks: bool = True) -> RehearsalConfig:
    """What the demo's rehearsal is told, from its settings file; raises LiveKeyError."""
    variables = read_settings_file(place.settings_file)
    accounts = {}
    for name, statement_name in _accounts().items():
        start = f"{PREFIX}STRIPE_ACCOUNTS__{name.upper()}"
        hook = f"http://{HOST}:{place.port}/stripe/webhook/{name}"
        accounts[name] = AccountConfig(
            secret_key=variables[f"{start}__SECRET_KEY"],
            webhook_secret=variables[f"{start}__WEBHOOK_SECRETS"].split(",")[0].strip(),
            webhook_url=hook if sends_webhooks else None,
            legal_name=statement_name,
            statement_prefix=statement_name,
        )
    return RehearsalConfig(
        accounts=accounts,
        public_url=place.url(place.rehearsal_port, ""),
        state_path=place.rehearsal_state,
    )


#: Keys look like Stripe's: letters and digits alone.
_PLAIN = str.maketrans({"-": "A", "_": "B"})


def _is_secret(name: str) -> bool:
    return name.endswith(("SECRET_KEY", "WEBHOOK_SECRETS"))


def _accounts() -> dict[str, str]:
    """Payment accounts of the demo and the names on their bank statements."""
    groups = read_texts("groups")["groups"]
    accounts = [group["account"] for group in groups if "account" in group]
    return {account["name"]: account["statement_name"] for account in accounts}
