"""The field by which an editor chooses what a reader can do."""

from __future__ import annotations

import pytest
from flask import Flask, render_template_string
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Form

from app.actions.forms.picking import PLACES, ActionsField, Pick, read_pick
from app.actions.rules.words import ActionKind as Kind
from app.db.session import transaction
from app.events.rules.words import Status
from app.lib.clock import utcnow
from tests.factories.appeals import make_appeal, make_network
from tests.factories.events import make_event
from tests.factories.groups import make_group

pytestmark = pytest.mark.one_database


class Editor(Form):
    """Nothing but the field."""

    actions = ActionsField(_l("What you can do"))


def editor(*typed: str, kept: list[Pick] | None = None) -> Editor:
    """The form of an editor of the network."""
    kept = kept or []
    form = Editor(MultiDict([("actions", each) for each in typed]), data={"actions": kept})
    form.actions.offer([make_network().id], utcnow(), kept)
    return form


@pytest.fixture
def things(app: Flask) -> tuple[int, int]:
    """An appeal and an event of the network."""
    with transaction():
        return make_appeal().id, make_event().id


def test_what_was_chosen_keeps_its_order_and_comes_once(
    app: Flask, things: tuple[int, int]
) -> None:
    appeal, event = things
    form = editor("", f"go:{event}", f"give:{appeal}", f"go:{event}", "")
    assert form.validate(), form.errors
    assert form.actions.data == [(Kind.GO, event), (Kind.GIVE, appeal)]


def test_nothing_can_be_chosen(app: Flask, things: tuple[int, int]) -> None:
    form = editor("", "", kept=[(Kind.GO, things[1])])
    assert form.validate()
    assert form.actions.data == []


@pytest.mark.parametrize(
    "typed", ["go:4711", "go:x", "march:1", "go", "go:-1", "go:99999999999999"]
)
def test_what_is_not_offered_is_refused(app: Flask, things: tuple[int, int], typed: str) -> None:
    form = editor(typed, f"give:{things[0]}")
    assert not form.validate()
    assert form.actions.errors == ["Please choose from what is offered."]
    assert (Kind.GIVE, things[0]) in form.actions.data


def test_what_was_chosen_before_stays_when_it_is_over_or_of_another_group(app: Flask) -> None:
    with transaction():
        other = make_group(slug="other")
        gone, theirs = make_event(status=Status.CANCELLED), make_event(group_id=other.id)
    kept = [(Kind.GO, gone.id), (Kind.GO, theirs.id), (Kind.GIVE, 4711)]
    form = editor(*(f"{kind.value}:{number}" for kind, number in kept), kept=kept)
    assert form.validate(), form.errors
    assert form.actions.data == kept
    labels = [option.label for option in form.actions.families[-1].options]
    assert "not shown" in labels[0]
    assert labels[1].startswith("Go there: Vigil with lanterns (")
    assert labels[2] == "Give: Not known (not shown: over, full or hidden)"


def test_the_picker_shows_a_list_for_each_place(app: Flask, things: tuple[int, int]) -> None:
    form = editor(kept=[(Kind.GO, things[1])])
    with app.test_request_context():
        form.actions.offer([make_network().id], utcnow())
        page = render_template_string(
            '{% from "actions/_picker.html" import action_picker %}{{ action_picker(field) }}',
            field=form.actions,
        )
    assert page.count("<select") == PLACES
    assert page.count(f'<option value="go:{things[1]}" selected>Vigil with lanterns (') == 1
    assert '<optgroup label="Give">' in page


def test_the_largest_key_fits_the_column() -> None:
    assert read_pick(f"give:{2**31 - 1}") == (Kind.GIVE, 2**31 - 1)
    assert read_pick(f"give:{2**31}") is None
