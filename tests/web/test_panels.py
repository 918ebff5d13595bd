"""The navigation marks the page one is on, or the list it belongs to, and nothing else."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_babel import lazy_gettext as _l

from app.web.panels import Link, Panels

pytestmark = pytest.mark.one_database

PUBLIC = Panels(
    nav=[Link(2, _l("About"), "site.about"), Link(1, _l("Give"), "appeals.index")],
    desk_nav=[Link(1, _l("Today"), "desk.today"), Link(2, _l("Appeals"), "appeals_desk.index")],
)


@pytest.mark.parametrize(
    ("path", "marked"),
    [
        ("/", []),
        ("/about", ["/about"]),
        ("/privacy", []),
        ("/appeals/", ["/appeals/"]),
        ("/appeals/winter-aid-drop/give", ["/appeals/"]),
    ],
)
@pytest.mark.parametrize("prefix", ["", "/ar"])
def test_a_link_is_marked_on_its_own_pages(
    app: Flask, prefix: str, path: str, marked: list[str]
) -> None:
    environ = {"SCRIPT_NAME": prefix, "PATH_INFO": path, "muster.locale": prefix[1:] or "en"}
    with app.test_request_context(environ_overrides=environ):
        links = PUBLIC.nav_links()
    assert [link["href"] for link in links] == [f"{prefix}/appeals/", f"{prefix}/about"]
    assert [link["href"] for link in links if link["is_current"]] == [prefix + m for m in marked]


def test_the_first_page_of_the_desk_is_not_marked_on_the_others(app: Flask) -> None:
    with app.test_request_context("/desk/appeals/7"):
        sections = PUBLIC.desk_sections()
    marks = {link["href"]: link["is_current"] for each in sections for link in each["links"]}
    assert marks == {"/desk/": False, "/desk/appeals/": True}


def test_the_section_that_one_is_in_is_marked(app: Flask) -> None:
    desk = Panels(
        desk_nav=[
            Link(1, _l("Today"), "desk.today"),
            Link(2, _l("Appeals"), "appeals_desk.index", _l("Money")),
            Link(3, _l("Campaigns"), "campaigns_desk.index", _l("Words")),
        ]
    )
    with app.test_request_context("/desk/appeals/7"):
        sections = desk.desk_sections()
    assert [(each["label"], each["is_current"]) for each in sections] == [
        ("", False),
        ("Money", True),
        ("Words", False),
    ]


def test_a_list_without_a_link_of_its_own_belongs_to_another(app: Flask) -> None:
    desk = [Link(1, _l("Articles"), "articles_desk.index", also=("authors_desk",))]
    marks = []
    for path in ("/desk/authors/", "/desk/authors/1", "/desk/campaigns/"):
        with app.test_request_context(path):
            marks += [link["is_current"] for link in Panels(nav=desk).nav_links()]
    assert marks == [True, True, False]


def test_nothing_is_marked_outside_a_request(app: Flask) -> None:
    assert [link["is_current"] for link in PUBLIC.nav_links()] == [False, False]
