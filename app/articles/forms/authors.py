"""The forms with which editors say who writes, and which articles belong together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import ValidationError

from app.articles.models.articles import ArticleSeries, Author
from app.articles.rules.authors import AuthorContent, SeriesContent
from app.events.forms.events import SeenForm, at_most, line
from app.groups.models import Group
from app.lib.urls import UrlProblem, normalise_url
from app.web.fields import TranslatedField, required_text
from app.web.filters import plain


class _OfGroupForm(SeenForm):
    """Something of a group with an address of its own."""

    slug = StringField(
        _l("Address"),
        [at_most(80)],
        filters=[line],
        description=_l("The end of the page's address, like winter-aid. It cannot change later."),
    )
    group = SelectField(_l("Group"), choices=[])

    def __init__(
        self,
        groups: Sequence[Group],
        row: Author | ArticleSeries | None = None,
        **values: Any,  # noqa: ANN401
    ) -> None:
        kept = {name: getattr(row, name) for name in self.same()} if row else {}
        if row is not None:
            kept |= {"slug": row.slug, "group": str(row.group_id), "version": str(row.version)}
        super().__init__(data=kept or None, **values)
        self.group.choices = [SelectChoice(str(each.id), plain(each.name)) for each in groups]

    def same(self) -> Sequence[str]:
        """The fields that are called as the columns are."""
        return ()

    @property
    def chosen_group_id(self) -> int:
        """Whose it is; call it on a valid form only."""
        return int(self.group.data)


class AuthorForm(_OfGroupForm):
    """What readers learn of somebody who writes; she decides it."""

    name = TranslatedField(
        _l("Name"),
        [required_text(_l("Give her name."))],
        description=_l("As she wants to be named, in each script in which she writes it."),
    )
    affiliation = TranslatedField(
        _l("Who she is"), description=_l("A few words, like: nurse in Leeds.")
    )
    about = TranslatedField(
        _l("About her"),
        description=_l("Only what she wants to be read. It stands beside her articles."),
        is_long=True,
    )
    website = StringField(_l("Website"), [at_most(300)], filters=[line])
    picture = FileField(
        _l("Picture"),
        description=_l("JPEG, PNG or WEBP, at most 5 MB. It replaces the present one."),
    )
    remove_picture = BooleanField(_l("Take the picture away"))
    picture_alt = TranslatedField(
        _l("What the picture shows"),
        description=_l("For people who cannot see it. Needed where there is a picture."),
    )

    def same(self) -> Sequence[str]:
        """The fields that are called as the columns are."""
        return ("name", "affiliation", "about", "website", "picture_alt")

    def validate_website(self, typed: StringField) -> None:
        """Take the address of a page alone."""
        if typed.data:
            try:
                typed.data = normalise_url(typed.data)
            except UrlProblem as error:
                raise ValidationError(_(error.sentence)) from error

    def content(self, picture_id: int | None) -> AuthorContent:
        """What was decided; call it on a valid form only."""
        return AuthorContent(
            name=self.name.required,
            affiliation=self.affiliation.data,
            about=self.about.data,
            website=self.website.data or None,
            picture_id=picture_id,
            picture_alt=self.picture_alt.data,
        )


class SeriesForm(_OfGroupForm):
    """What readers learn of articles that belong together."""

    title = TranslatedField(_l("Title"), [required_text(_l("Give the series a title."))])
    about = TranslatedField(_l("What it is about"), is_long=True)

    def same(self) -> Sequence[str]:
        """The fields that are called as the columns are."""
        return ("title", "about")

    def content(self) -> SeriesContent:
        """What was decided; call it on a valid form only."""
        return SeriesContent(title=self.title.required, about=self.about.data)
