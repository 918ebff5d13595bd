"""The forms of somebody who wants to hear when a list of needs changes."""

from app.appeals.forms.donor import SlipForm
from app.appeals.forms.guarded import GuardedForm
from app.web.forms import PublicForm


class SubscribeForm(SlipForm, GuardedForm):
    """Whom to tell."""


class ConfirmForm(PublicForm):
    """The button that says yes."""
