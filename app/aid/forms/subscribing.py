"""The forms of somebody who wants to hear when a list of needs changes."""

from app.web.forms import PublicForm
from app.web.guarded import GuardedForm, SlipForm


class SubscribeForm(SlipForm, GuardedForm):
    """Whom to tell."""


class ConfirmForm(PublicForm):
    """The button that says yes."""
