"""Every error page says what to do, in both languages, without the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import html5lib
import pytest
from sqlalchemy import event

from app.db.session import db
from app.web.errors import PAGES, error_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

pytestmark = pytest.mark.one_database


@pytest.fixture
def no_database(app: Flask) -> Iterator[None]:
    """A database that must not be asked."""

    def refuse(*_: Any) -> None:
        pytest.fail("an error page asked the database")

    event.listen(db.engine, "before_cursor_execute", refuse)
    yield
    event.remove(db.engine, "before_cursor_execute", refuse)


@pytest.mark.parametrize("status", sorted(PAGES))
@pytest.mark.parametrize("locale", ["en", "ar"])
@pytest.mark.usefixtures("no_database")
def test_an_error_is_a_whole_page(app: Flask, status: int, locale: str) -> None:
    with app.test_request_context("/", environ_overrides={"muster.locale": locale}):
        answer = error_page(status, "A sentence <of> its own.", "k3Xy9a")
    page = answer.get_data(as_text=True)
    assert answer.status_code == status
    html5lib.HTMLParser(strict=True).parse(page)
    assert f'<html lang="{locale}" dir="{"rtl" if locale == "ar" else "ltr"}">' in page
    assert "A sentence &lt;of&gt; its own." in page
    assert "k3Xy9a" in page
    assert page.count("<h1") == 1
