"""What visitors read and a language lacks, over all packages; each line leads to its form."""

from __future__ import annotations

from collections.abc import Sequence

from flask import request
from flask.typing import ResponseReturnValue

from app.accounts.guard import desk_blueprint, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.settings import settings
from app.web.locale import language_name
from app.web.pages import render as show_page
from app.web.panels import Untranslated, panels

bp = desk_blueprint("translations_desk", __name__, url_prefix="/desk/site")


@bp.get("/translations")
@requires(Permission.SITE_EDIT)
def index() -> ResponseReturnValue:
    """List what the public side shows and one language lacks, by kinds of things."""
    locale = _locale(request.args.get("lacking"))
    found = panels().lacking(set(groups_with(Permission.SITE_EDIT)), locale)
    return show_page(
        "site/desk/translations/index.html",
        chosen=locale,
        languages=[(each, language_name(each)) for each in settings().locales],
        kinds=_by_kind(found),
        count=len(found),
    )


def _locale(wished: str | None) -> str:
    """The language that is looked at: the first one besides the site's own, unless chosen."""
    if wished in settings().locales:
        return str(wished)
    others = [each for each in settings().locales if each != settings().default_locale]
    return (others or [settings().default_locale])[0]


def _by_kind(found: Sequence[Untranslated]) -> dict[str, list[Untranslated]]:
    kinds: dict[str, list[Untranslated]] = {}
    for each in found:
        kinds.setdefault(str(each.what), []).append(each)
    return kinds
