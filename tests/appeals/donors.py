"""A donor at her browser: she opens the form, types, reads what comes back, goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from app.settings import settings
from tests.rehearsal.sdk import InProcessHTTPClient

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse


class LocalStripe(InProcessHTTPClient):
    """The pretend Stripe at the address that the settings name."""

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        return super().request(
            method, url.removeprefix(settings().stripe_api_base or ""), *args, **kwargs
        )


@dataclass
class Form:
    """A form as it stands on a page: where it goes and what it would send untouched."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._textarea: str | None = None
        self._open: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(given.get("action", ""), given.get("method", "get"))
            self.forms.append(self._open)
        elif self._open is not None and tag == "input":
            self._take(self._open, given)
        elif self._open is not None and tag == "textarea":
            self._textarea = given["name"]
            self._open.values[self._textarea] = ""

    def _take(self, form: Form, given: Mapping[str, str]) -> None:
        is_choice = given.get("type") in {"radio", "checkbox"}
        if "name" in given and (not is_choice or "checked" in given):
            form.values[given["name"]] = given.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._textarea is not None and self._open is not None:
            self._open.values[self._textarea] += data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._textarea = None
        elif tag == "form":
            self._open = None


def forms_of(page: TestResponse) -> list[Form]:
    """The forms of a page, the first first."""
    reader = _Reader()
    reader.feed(page.get_data(as_text=True))
    return reader.forms


@dataclass
class Donor:
    """Somebody without an account who gives to one appeal."""

    client: FlaskClient
    slug: str = "get-started"
    prefix: str = ""

    def open_form(self, query: str = "") -> Form:
        """Open the form of the appeal."""
        page = self.client.get(f"{self.prefix}/appeals/{self.slug}/give{query}")
        assert page.status_code == 200, page.status
        return forms_of(page)[0]

    def type(self, **typed: str) -> dict[str, str]:
        """What a fresh form sends with these fields filled in; ten pounds unless told otherwise."""
        return {"email": "salma@example.org", "amount": "10.00", **self._untouched(), **typed}

    def _untouched(self) -> dict[str, str]:
        return {name: value for name, value in self.open_form().values.items() if value}

    def check(self, typed: Mapping[str, str]) -> TestResponse:
        """Send the form to the check page."""
        return self.client.post(f"{self.prefix}/appeals/{self.slug}/give/check", data=typed)

    def pay(self, typed: Mapping[str, str]) -> TestResponse:
        """Press the button on the check page."""
        return self.client.post(f"{self.prefix}/appeals/{self.slug}/give", data=typed)

    def give(self, **typed: str) -> TestResponse:
        """Fill in the form, look at the check page, press the button there."""
        checked = self.check(self.type(**typed))
        assert checked.status_code == 200, checked.get_data(as_text=True)
        return self.pay(forms_of(checked)[0].values)
