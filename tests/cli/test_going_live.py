"""What docs/going-live.md tells to type exists, and its files are what their programs accept."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.cli.main import COMMANDS, muster
from app.payments.rules.events import EVENT_TYPES
from tests.cli.conftest import ROOT

GUIDE = (ROOT / "docs" / "going-live.md").read_text(encoding="utf-8")
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
DEPLOY = ROOT / "docs" / "deploy"
BLOCKS = re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL)
#: Words before the command itself.
PREFIX = "sudo -u muster --preserve-env=MUSTER_SETTINGS_FILE "


def muster_lines() -> list[str]:
    """Every call of muster in the two documents, as it is typed."""
    typed = [line.removeprefix(PREFIX) for block in BLOCKS for line in block.splitlines()]
    inline = re.findall(r"`(muster [a-z][^`]*)`", GUIDE + OPERATIONS)
    blocks = re.findall(r"^muster .*$", OPERATIONS, re.MULTILINE)
    return sorted({line for line in [*typed, *inline, *blocks] if line.startswith("muster ")})


def resolve(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that words name, and the words left."""
    command: click.Command = muster
    context = click.Context(muster)
    while words and isinstance(command, click.Group):
        found = command.get_command(context, words[0])
        assert found is not None, f"muster has no command {words[0]}"
        command, words = found, words[1:]
    return command, words


@pytest.mark.parametrize("line", muster_lines())
def test_each_command_that_is_told_exists_with_its_options(line: str) -> None:
    command, rest = resolve(shlex.split(line)[1:])
    known = {name for each in command.params for name in each.opts}
    for word in rest:
        if word.startswith("--"):
            assert word.partition("=")[0] in known, line


def test_every_command_for_an_operator_is_told() -> None:
    for name in ("backup", "backup-key", "restore", "upgrade", "doctor", "init", "mail"):
        assert name in COMMANDS
        assert f"muster {name}" in GUIDE + OPERATIONS


def test_the_events_at_stripe_are_those_that_are_acted_on() -> None:
    listed = GUIDE.partition("<!-- events -->")[2].partition("<!-- /events -->")[0]
    assert sorted(re.findall(r"`([a-z_.]+)`", listed)) == sorted(EVENT_TYPES)


@pytest.mark.parametrize("block", BLOCKS)
def test_each_block_is_what_a_shell_reads(block: str) -> None:
    subprocess.run(["/bin/sh", "-n", "-c", block], check=True)
    if checker := shutil.which("shellcheck"):
        subprocess.run([checker, "--shell=sh", "-"], input=block, text=True, check=True)


def test_each_file_that_is_copied_exists() -> None:
    for name in re.findall(r"/srv/muster/app/(\S+)", GUIDE):
        assert (ROOT / name).exists(), name


def test_the_units_run_commands_that_there_are(tmp_path: Path) -> None:
    for unit in sorted(DEPLOY.glob("*.service")):
        said = unit.read_text(encoding="utf-8")
        (line,) = re.findall(r"^ExecStart=\S+/(muster .*)$", said, re.MULTILINE)
        command, rest = resolve(line.split()[1:])
        known = {name for each in command.params for name in each.opts}
        assert {word for word in rest if word.startswith("--")} <= known
        assert "ProtectSystem=strict" in said
        # The programs stand where nothing is yet on this machine.
        said = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", said, flags=re.MULTILINE)
        (tmp_path / unit.name).write_text(said, encoding="utf-8")
    timer = DEPLOY / "muster-backup.timer"
    shutil.copy(timer, tmp_path)
    if verifier := shutil.which("systemd-analyze"):
        for unit in sorted(tmp_path.glob("muster*")):
            ended = subprocess.run(
                [verifier, "verify", "--man=no", str(unit)],
                capture_output=True,
                text=True,
                check=False,
            )
            assert unit.name not in ended.stderr, ended.stderr


def test_nginx_takes_the_site(tmp_path: Path) -> None:
    site = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in site
    assert "proxy_request_buffering on;" in site
    assert "proxy_cache " not in site
    assert "add_header" not in site
    assert site.count("access_log off;") == site.count("server {")
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin")
    if nginx is None:
        return
    _write_certificate(tmp_path)
    for old, new in (
        ("/etc/letsencrypt/live/muster.example.org", str(tmp_path)),
        ("/var/log/nginx", str(tmp_path)),
    ):
        site = site.replace(old, new)
    temps = "".join(
        f"{kind}_temp_path {tmp_path}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    log = f"error_log {tmp_path}/error.log; pid {tmp_path}/pid;"
    whole = f"{log} events {{}} http {{ {temps} {site} }}"
    (tmp_path / "nginx.conf").write_text(whole, encoding="utf-8")
    subprocess.run(
        [nginx, "-t", "-q", "-c", str(tmp_path / "nginx.conf"), "-p", str(tmp_path)], check=True
    )


def _write_certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "muster.example.org")])
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=9999))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(pem))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
