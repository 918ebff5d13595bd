"""The page that shows every component in its states."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l

from app.accounts.guard import desk_blueprint
from app.lib.money import Money
from app.lib.text import Translated
from app.site.forms.style import StyleForm
from app.web.pages import render

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

bp = desk_blueprint("site_desk", __name__, url_prefix="/desk/style")

TITLE = Translated.of(en="Winter aid drop", ar="حملة مساعدات الشتاء")
SUMS = {
    "received": Money(718_050, "GBP"),
    "on_its_way": Money(24_000, "GBP"),
    "returned": Money(3_500, "GBP"),
    "goal": Money(1_200_000, "GBP"),
}
#: What happened to something, as the timeline shows it.
MOMENTS = [
    {"what": _l("Decided to give"), "tone": "neutral", "moved": None, "code": ""},
    {"what": _l("Money came"), "tone": "good", "moved": Money(2500, "GBP"), "code": "txn_1"},
    {"what": _l("Money given back"), "tone": "info", "moved": Money(-1250, "GBP"), "code": "txn_2"},
    {"what": _l("Disputed"), "tone": "bad", "moved": None, "code": ""},
]
BEGAN = datetime(2026, 11, 22, 12, tzinfo=UTC)


def _values() -> dict[str, Any]:
    moments = [
        {**moment, "at": BEGAN + timedelta(days=days), "more": ""}
        for days, moment in enumerate(MOMENTS)
    ]
    return {"sums": SUMS, "moments": moments}


@bp.get("")
def style() -> ResponseReturnValue:
    """Show the components as they come."""
    return render("site/desk/style.html", form=StyleForm(data={"title": TITLE}), **_values())


@bp.post("")
def style_with_errors() -> ResponseReturnValue:
    """Show the form with what is wrong in it."""
    form = StyleForm()
    status = 200 if form.validate() else 422
    return render("site/desk/style.html", status=status, form=form, **_values())
