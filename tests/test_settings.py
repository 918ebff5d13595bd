"""A wrong setting stops the start with one clear line, and never shows a secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.settings import SettingsError, load_settings, read_settings_file

SECRET = "kR7vQ2mZp9XcT4wB8nLhJ5sD3fG6yA1e"
GOOD = {
    "MUSTER_ENVIRONMENT": "production",
    "MUSTER_BASE_URL": "https://muster.example.org",
    "MUSTER_DATABASE_URL": "sqlite:///muster.db",
    "MUSTER_SECRET_KEY": SECRET,
    "MUSTER_MAIL_FROM": "desk@example.org",
    "MUSTER_STRIPE_ACCOUNTS__NETWORK__SECRET_KEY": "sk_live_abc",
    "MUSTER_STRIPE_ACCOUNTS__NETWORK__WEBHOOK_SECRETS": "whsec_new, whsec_old",
}
DEMO = {
    **GOOD,
    "MUSTER_ENVIRONMENT": "demo",
    "MUSTER_BASE_URL": "http://127.0.0.1:8000",
    "MUSTER_STRIPE_ACCOUNTS__NETWORK__SECRET_KEY": "sk_test_abc",
    "MUSTER_STRIPE_API_BASE": "http://127.0.0.1:8001",
}


def problems(environ: dict[str, str]) -> str:
    with pytest.raises(SettingsError) as caught:
        load_settings(environ)
    return "\n".join(caught.value.problems)


def test_good_settings_are_read() -> None:
    found = load_settings(GOOD)
    assert found.is_live
    assert found.stripe_accounts["network"].webhook_secrets == ("whsec_new", "whsec_old")
    assert found.trusted_hosts == ("muster.example.org",)
    assert load_settings(DEMO).is_demo


def test_settings_never_print_their_secrets() -> None:
    shown = repr(load_settings(GOOD))
    assert SECRET not in shown
    assert "sk_live" not in shown
    assert "whsec" not in shown


@pytest.mark.parametrize(
    ("base", "change", "word"),
    [
        (GOOD, {"MUSTER_SECRET_KEY": ""}, "SECRET_KEY is missing"),
        (GOOD, {"MUSTER_SECRET_KEY": SECRET[:31]}, "shorter than 32"),
        (GOOD, {"MUSTER_SECRET_KEY": "change-me-change-me-change-me-change-me"}, "well-known"),
        (GOOD, {"MUSTER_SECRET_KEY": "a" * 40}, "well-known"),
        (GOOD, {"MUSTER_BASE_URL": "http://muster.example.org"}, "https://"),
        (GOOD, {"MUSTER_BASE_URL": "muster.example.org"}, "must be an address"),
        (GOOD, {"MUSTER_DATABASE_URL": ""}, "DATABASE_URL is missing"),
        (GOOD, {"MUSTER_STRIPE_ACCOUNTS__NETWORK__SECRET_KEY": "sk_test_abc"}, "test key"),
        (GOOD, {"MUSTER_STRIPE_ACCOUNTS__NETWORK__WEBHOOK_SECRETS": ""}, "WEBHOOK_SECRETS is miss"),
        (GOOD, {"MUSTER_STRIPE_ACCOUNTS__NETWORK__SECRET_KEY": "pk_live_abc"}, "secret key"),
        (GOOD, {"MUSTER_STRIPE_API_BASE": "http://127.0.0.1:8001"}, "beside the rehearsal"),
        (GOOD, {"MUSTER_ENVIRONMENT": "demo"}, "ENVIRONMENT=demo"),
        (GOOD, {"MUSTER_BASE_URL": "https://localhost"}, "on this machine only"),
        (DEMO, {"MUSTER_STRIPE_ACCOUNTS__NETWORK__SECRET_KEY": "rk_live_abc"}, "live Stripe key"),
        (DEMO, {"MUSTER_STRIPE_API_BASE": ""}, "needs its rehearsal"),
        (DEMO, {"MUSTER_STRIPE_API_BASE": "https://api.stripe.com"}, "needs its rehearsal"),
        (GOOD, {"MUSTER_SMTP_PORT": "many"}, "MUSTER_SMTP_PORT"),
        (GOOD, {"MUSTER_SECRETKEY": "x"}, "MUSTER_SECRETKEY is not a setting"),
        (GOOD, {"MUSTER_DEFAULT_LOCALE": "fr"}, "DEFAULT_LOCALE"),
    ],
)
def test_a_wrong_setting_is_named_without_its_value(
    base: dict[str, str], change: dict[str, str], word: str
) -> None:
    said = problems({**base, **change})
    assert word in said
    for secret in (SECRET, "abc", *(value for value in change.values() if len(value) > 12)):
        assert not secret.startswith(("sk_", "rk_", "whsec_")) or secret not in said
    assert SECRET not in said


def test_live_and_test_keys_do_not_stand_side_by_side() -> None:
    mixed = {
        **GOOD,
        "MUSTER_STRIPE_ACCOUNTS__CHARITY__SECRET_KEY": "sk_test_abc",
        "MUSTER_STRIPE_ACCOUNTS__CHARITY__WEBHOOK_SECRETS": "whsec_c",
    }
    assert "side by side" in problems(mixed)


def test_a_settings_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "muster.env"
    file.write_text(f'# a remark\nMUSTER_SECRET_KEY="{SECRET}"\n')
    file.chmod(0o644)
    with pytest.raises(SettingsError, match="can be read by others"):
        read_settings_file(file)
    file.chmod(0o600)
    assert read_settings_file(file) == {"MUSTER_SECRET_KEY": SECRET}


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "muster.env"
    file.write_text("\n".join(f"{name}={value}" for name, value in GOOD.items()))
    file.chmod(0o600)
    found = load_settings({"MUSTER_SITE_NAME": "Here"}, file=file)
    assert (found.site_name, found.base_url) == ("Here", "https://muster.example.org")


@pytest.mark.parametrize(
    ("address", "is_good"),
    [
        ("", True),
        ("bounces@example.org", True),
        ("bounces+x@example.org", False),
        ("Bounces <bounces@example.org>", False),
        ("a-name-much-too-long-for-a-key-beside-it@example.org", False),
        ("nobody", False),
    ],
)
def test_the_address_for_bounces_leaves_room_for_a_key(address: str, *, is_good: bool) -> None:
    given = {**GOOD, "MUSTER_BOUNCE_ADDRESS": address}
    if is_good:
        assert load_settings(given).bounce_address == address
    else:
        assert "BOUNCE_ADDRESS" in problems(given)
