"""The standing texts: who we are, and the small print. What they say is edited on the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.groups import queries as groups
from app.site.render.pages import page_words
from app.site.render.privacy import occasions
from app.site.rules.words import PageKey
from app.site.views.pages import bp
from app.web.pages import render

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@bp.get("/about")
def about() -> ResponseReturnValue:
    """Say who stands behind the site."""
    words = page_words(PageKey.ABOUT)
    return render("site/about.html", public=True, words=words, groups=groups.list_groups())


@bp.get("/accessibility")
def accessibility() -> ResponseReturnValue:
    """Say what the pages can be used with, and what to do where one cannot."""
    words = page_words(PageKey.ACCESSIBILITY)
    return render("site/accessibility.html", public=True, words=words)


@bp.get("/privacy")
def privacy() -> ResponseReturnValue:
    """Say what is kept about people, why and for how long."""
    return render(
        "site/privacy.html",
        public=True,
        words=page_words(PageKey.PRIVACY),
        occasions=occasions(),
        groups=groups.list_groups(),
    )


@bp.get("/refunds")
def refunds() -> ResponseReturnValue:
    """Say how to get money back."""
    words = page_words(PageKey.REFUNDS)
    return render("site/refunds.html", public=True, words=words)
