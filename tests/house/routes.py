"""The list of routes: what routes.toml says, beside what the application serves."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from werkzeug.routing import Rule

LIST = Path(__file__).with_name("routes.toml")
#: Werkzeug adds these itself.
IMPLIED = {"HEAD", "OPTIONS"}

WHO = ("public", "link", "signature", "desk")
CACHED = ("no", "checked", "forever", "short")
CSRF = ("none", "form token", "session token", "signature")


@dataclass(frozen=True)
class Route:
    """One address with one method."""

    address: str
    method: str
    #: public; link (a signed one); signature (a machine's); desk:any or desk:<permission>
    who: str
    #: no (private, no-store); checked (asked for each time); forever (immutable); short (seconds)
    cached: str
    #: what proves that a POST came from our page
    csrf: str

    def __str__(self) -> str:
        """What a parametrised test is called."""
        return f"{self.method} {self.address}"

    @property
    def is_desk(self) -> bool:
        """Whether only a signed-in organiser may come here."""
        return self.who.startswith("desk:")


def listed() -> list[Route]:
    """Every route that the list knows."""
    return [
        Route(address=address, method=method, **facts)
        for address, methods in tomllib.loads(LIST.read_text()).items()
        for method, facts in methods.items()
    ]


def served(app: Flask) -> Iterator[tuple[str, str, Rule]]:
    """Every address, method and rule that the application answers to."""
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) - IMPLIED:
            yield rule.rule, method, rule
