"""The form with which organisers write a standing page."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from app.lib.text import Translated
from app.web.fields import TranslatedField, required_text
from app.web.forms import ActionForm, LongForm, version_in


class PageForm(LongForm):
    """What a page says, in each language."""

    text = TranslatedField(
        _l("Text"),
        [required_text(_l("Write what the page says."))],
        description=_l("You can use Markdown: ## heading, **strong**, * list, [text](https://…)."),
        is_long=True,
    )
    version = HiddenField()

    def __init__(self, text: Translated, version: int, **values: Any) -> None:  # noqa: ANN401
        super().__init__(data={"text": text, "version": str(version)}, **values)

    @property
    def seen_version(self) -> int:
        """The version that the page was made from; 0 when that is not told."""
        return version_in(self.version.data)


class VersionForm(ActionForm):
    """A button that puts an earlier text back."""

    version = HiddenField()

    @property
    def seen_version(self) -> int:
        """The version that the button's page showed."""
        return version_in(self.version.data)
