"""The page that shows every component in its states."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.accounts.guard import desk_blueprint
from app.lib.money import Money
from app.lib.text import Translated
from app.site.forms import StyleForm
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


@bp.get("")
def style() -> ResponseReturnValue:
    """Show the components as they come."""
    return render("site/desk/style.html", form=StyleForm(data={"title": TITLE}), sums=SUMS)


@bp.post("")
def style_with_errors() -> ResponseReturnValue:
    """Show the form with what is wrong in it."""
    form = StyleForm()
    status = 200 if form.validate() else 422
    return render("site/desk/style.html", status=status, form=form, sums=SUMS)
