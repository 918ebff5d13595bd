"""The settings of one installation: read once, checked, and refused at start when wrong."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

PREFIX = "MUSTER_"
LIVE_KEY_PREFIXES = ("sk_live_", "rk_live_")
TEST_KEY_PREFIXES = ("sk_test_", "rk_test_")
LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
#: Secrets that stand in manuals and examples; whoever runs with one has no secret.
WELL_KNOWN_SECRETS = ("secret", "change", "example", "default", "dev-key", "password", "insecure")
#: Short enough that a key and a signature still fit before the @.
_BOUNCE_ADDRESS = re.compile(r"[A-Za-z0-9._-]{1,24}@[A-Za-z0-9.-]{1,180}")
MIN_SECRET_CHARS = 32
MIN_SECRET_VARIETY = 10


class SecondFactor(StrEnum):
    """Whether those whose roles have power must sign in with a code beside the password."""

    REQUIRED = "required"
    OPTIONAL = "optional"


class Environment(StrEnum):
    """What an installation is for; only production may touch live money."""

    PRODUCTION = "production"
    DEVELOPMENT = "development"
    DEMO = "demo"
    TEST = "test"


class SmtpSecurity(StrEnum):
    """How the connection to the mail server is protected."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


class SettingsError(Exception):
    """The settings cannot be used; `problems` holds one line per reason, without any secret."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def _split_commas(value: object) -> object:
    """Read `a, b` from the environment as a list; leave real sequences alone."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


class StripeKeys(BaseModel):
    """The keys of one payment account: its API key and, during a rotation, two webhook secrets."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    secret_key: str = Field(default="", repr=False)
    webhook_secrets: tuple[str, ...] = Field(default=(), repr=False)

    @field_validator("webhook_secrets", mode="before")
    @classmethod
    def _read_webhook_secrets(cls, value: object) -> object:
        return _split_commas(value)

    @property
    def is_live(self) -> bool:
        """Whether this key moves real money."""
        return self.secret_key.startswith(LIVE_KEY_PREFIXES)

    @property
    def is_test(self) -> bool:
        """Whether this key belongs to a test mode."""
        return self.secret_key.startswith(TEST_KEY_PREFIXES)


class Settings(BaseSettings):
    """Everything that differs between two installations; frozen once read."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        frozen=True,
        hide_input_in_errors=True,
        extra="ignore",
    )

    environment: Environment = Environment.PRODUCTION
    base_url: str = ""
    database_url: str = Field(default="", repr=False)
    secret_key: str = Field(default="", repr=False)
    #: Retired secrets that still open old links while they are rotated out.
    previous_secret_keys: Annotated[tuple[str, ...], NoDecode] = Field(default=(), repr=False)
    data_dir: Path = Path("var")

    site_name: str = "Muster"
    contact_email: str = ""
    default_locale: str = "en"
    locales: Annotated[tuple[str, ...], NoDecode] = ("en", "ar")
    timezone: str = "Europe/London"

    mail_from: str = ""
    smtp_host: str = "localhost"
    smtp_port: int = 25
    smtp_username: str = ""
    smtp_password: str = Field(default="", repr=False)
    smtp_security: SmtpSecurity = SmtpSecurity.STARTTLS
    #: Where undeliverable mail goes, each to a signed address of its own (bounces+…@example.org).
    bounce_address: str = ""
    #: So many mails may leave within any hour; unless set, as many as the server takes.
    mail_per_hour: int | None = Field(default=None, ge=1)

    stripe_accounts: Mapping[str, StripeKeys] = {}
    #: Where Stripe's API is; nothing means Stripe itself.
    stripe_api_base: str | None = None
    #: The origin of the payment page, named in the content security policy.
    checkout_origin: str = "https://checkout.stripe.com"
    #: The origins of the page for another card and of the page where a demand is paid, likewise.
    billing_origin: str = "https://billing.stripe.com"
    invoice_origin: str = "https://invoice.stripe.com"
    #: The page with the rehearsal's buttons, shown in the demo.
    rehearsal_url: str | None = None
    #: The page of the demo's mail catcher.
    mail_catcher_url: str | None = None

    #: The public half of the key that backups are sealed with; the other half lies elsewhere.
    backup_key: str = ""
    #: Where `muster backup` puts them; nothing means `backups` in the data directory.
    backup_dir: Path | None = None
    backup_keep: int = Field(default=14, ge=1)

    #: A worker that gave no sign of life for this long is missed on every page of the desk.
    worker_silent_minutes: int = Field(default=3, ge=1)
    #: So is mail, when every one of them failed for this long.
    mail_stuck_minutes: int = Field(default=15, ge=1)

    #: How many proxies in front of us may be believed about the visitor's address.
    trusted_proxies: int = 0
    #: So many gifts may be begun from one network and not paid within an hour, before its next
    #: donors open a link by mail first.
    unpaid_per_network: int = Field(default=12, ge=1)
    #: Who sends the form of a gift sooner than this after opening it is asked to send it again.
    gift_form_seconds: int = 3
    extra_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    #: Whether whose roles have power need a second factor; in production they do unless told.
    second_factor: SecondFactor | None = None
    #: Memory for one password hash, in KiB; tests make it cheap.
    password_hash_kib: int = 65536

    @field_validator("previous_secret_keys", "locales", "extra_hosts", mode="before")
    @classmethod
    def _read_lists(cls, value: object) -> object:
        return _split_commas(value)

    @field_validator(
        "base_url", "checkout_origin", "billing_origin", "invoice_origin", "stripe_api_base"
    )
    @classmethod
    def _drop_final_slash(cls, value: str | None) -> str | None:
        return value.rstrip("/") if value else value

    @model_validator(mode="after")
    def _refuse_bad_combinations(self) -> Settings:
        problems = list(_problems(self))
        if problems:
            raise SettingsError(problems)
        return self

    @property
    def requires_second_factor(self) -> bool:
        """Whether those whose roles have power must sign in with a code beside the password."""
        if self.second_factor is None:
            return self.environment is Environment.PRODUCTION
        return self.second_factor is SecondFactor.REQUIRED

    @property
    def is_demo(self) -> bool:
        """Whether this installation shows invented groups and moves no money."""
        return self.environment is Environment.DEMO

    @property
    def is_live(self) -> bool:
        """Whether any of the keys moves real money."""
        return any(keys.is_live for keys in self.stripe_accounts.values())

    @property
    def secrets(self) -> tuple[str, ...]:
        """The secret to sign with first, then those that are still believed."""
        return (self.secret_key, *self.previous_secret_keys)

    @cached_property
    def host(self) -> str:
        """The host name (and port, where it is not the usual one) of the public address."""
        return urlsplit(self.base_url).netloc

    @cached_property
    def trusted_hosts(self) -> tuple[str, ...]:
        """The Host headers we answer to; links are built from `base_url`, never from Host."""
        names = [urlsplit(self.base_url).hostname or "", *self.extra_hosts]
        if self.environment is not Environment.PRODUCTION:
            names += sorted(LOOPBACK_HOSTS)
        return tuple(dict.fromkeys(name for name in names if name))

    @property
    def uses_https(self) -> bool:
        """Whether the public address is encrypted."""
        return self.base_url.startswith("https://")


def _problems(given: Settings) -> Iterator[str]:
    """Name everything about the settings that must stop a start."""
    yield from _secret_problems(given)
    yield from _address_problems(given)
    yield from _stripe_problems(given)
    if given.default_locale not in given.locales:
        yield f"{PREFIX}DEFAULT_LOCALE must be one of {PREFIX}LOCALES"


def _secret_problems(given: Settings) -> Iterator[str]:
    name, advice = f"{PREFIX}SECRET_KEY", "`muster init` writes a random one"
    secret = given.secret_key
    if not secret:
        yield f"{name} is missing; {advice}"
    elif len(secret) < MIN_SECRET_CHARS:
        yield f"{name} is shorter than {MIN_SECRET_CHARS} characters; {advice}"
    elif len(set(secret)) < MIN_SECRET_VARIETY or any(
        word in secret.lower() for word in WELL_KNOWN_SECRETS
    ):
        yield f"{name} is a well-known or guessable value; {advice}"


def _address_problems(given: Settings) -> Iterator[str]:
    parts = urlsplit(given.base_url)
    if not given.database_url:
        yield f"{PREFIX}DATABASE_URL is missing (sqlite:///… or postgresql://…)"
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path:
        yield f"{PREFIX}BASE_URL must be an address like https://muster.example.org"
    elif given.environment is Environment.PRODUCTION and parts.scheme != "https":
        yield f"{PREFIX}BASE_URL must begin with https:// in production"
    if given.environment is Environment.PRODUCTION and not given.mail_from:
        yield f"{PREFIX}MAIL_FROM is missing; receipts need a sender"
    if given.bounce_address and not _BOUNCE_ADDRESS.fullmatch(given.bounce_address):
        yield f"{PREFIX}BOUNCE_ADDRESS must be an address like bounces@example.org, without a +"


def _stripe_problems(given: Settings) -> Iterator[str]:
    for name, keys in given.stripe_accounts.items():
        variable = f"{PREFIX}STRIPE_ACCOUNTS__{name.upper()}"
        if not (keys.is_live or keys.is_test):
            yield f"{variable}__SECRET_KEY must be a Stripe secret key (sk_… or rk_…)"
        if not keys.webhook_secrets:
            yield f"{variable}__WEBHOOK_SECRETS is missing; Stripe shows it beside the endpoint"
        elif not all(secret.startswith("whsec_") for secret in keys.webhook_secrets):
            yield f"{variable}__WEBHOOK_SECRETS must begin with whsec_"
    if given.is_live:
        yield from _live_problems(given)
    elif given.environment is Environment.PRODUCTION and given.stripe_accounts:
        yield "a Stripe test key stands beside a production address; use the live key of the body"
    if given.is_demo and not _is_loopback(given.stripe_api_base):
        yield f"the demo needs its rehearsal: {PREFIX}STRIPE_API_BASE must be on this machine"


def _live_problems(given: Settings) -> Iterator[str]:
    if not all(keys.is_live for keys in given.stripe_accounts.values()):
        yield "live and test Stripe keys stand side by side; use one kind"
    if given.environment is not Environment.PRODUCTION:
        yield f"a live Stripe key stands beside {PREFIX}ENVIRONMENT={given.environment.value}"
    if given.stripe_api_base or given.rehearsal_url:
        yield "a live Stripe key stands beside the rehearsal"
    if urlsplit(given.base_url).hostname in LOOPBACK_HOSTS:
        yield f"a live Stripe key stands beside {PREFIX}BASE_URL on this machine only"


def _is_loopback(address: str | None) -> bool:
    return urlsplit(address or "").hostname in LOOPBACK_HOSTS


class _MappingSource(EnvSettingsSource):
    """The environment as a mapping handed in, instead of the process's own."""

    given: Mapping[str, str] = {}

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return {name.lower(): value for name, value in self.given.items()}


def read_settings_file(path: Path) -> dict[str, str]:
    """Read `NAME=value` lines; raises SettingsError where others could read the secrets in it."""
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise SettingsError([f"{path} can be read by others; run: chmod 600 {path}"])
    values = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        name, separator, value = line.strip().partition("=")
        if separator and not name.startswith("#"):
            values[name.strip()] = value.strip().strip("\"'")
    return values


def load_settings(environ: Mapping[str, str], *, file: Path | None = None) -> Settings:
    """Read the settings from a settings file and the environment, which wins.

    Raises SettingsError with one line for each problem; no line holds a value.
    """
    from_file = read_settings_file(file) if file and file.exists() else {}
    merged = {**from_file, **{k: v for k, v in environ.items() if k.startswith(PREFIX)}}
    unknown = sorted(name for name in merged if not _is_known(name))
    if unknown:
        raise SettingsError([f"{name} is not a setting of Muster" for name in unknown])
    try:
        return _from_mapping(merged)
    except ValidationError as error:
        raise SettingsError([_sentence(details) for details in error.errors()]) from None


def _is_known(name: str) -> bool:
    if not name.startswith(PREFIX):
        return False
    field = name.removeprefix(PREFIX).split("__")[0].lower()
    # Names of the tests, the Makefile and the settings file; they configure no installation.
    others = {"chromium", "require", "settings", "test"}
    return field in Settings.model_fields or field.split("_")[0] in others


def _from_mapping(values: Mapping[str, str]) -> Settings:
    class Source(_MappingSource):
        given = values

    class FromMapping(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            *_: PydanticBaseSettingsSource,
            **__: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return (Source(settings_cls),)

    return FromMapping()


def _sentence(details: Mapping[str, Any]) -> str:
    """One line for one problem pydantic found; never the value, it may be a secret."""
    variable = PREFIX + "__".join(str(part) for part in details["loc"]).upper()
    return f"{variable}: {details['msg']}"


_running: list[Settings] = []


def activate(chosen: Settings) -> None:
    """Make these the settings of this process; `create_app` does it."""
    _running[:] = [chosen]


def settings() -> Settings:
    """The settings of the running installation; raises LookupError before one was started."""
    if not _running:
        raise LookupError("no settings are active; create_app() activates them")
    return _running[0]
