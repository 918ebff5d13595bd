"""Fields of several lines: who wrote an article, and what to watch and read further."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from flask_babel import gettext as _
from wtforms import Field
from wtforms.validators import ValidationError

from app.articles.rules.content import AuthorLine, LinkLine
from app.lib.text import Translated, clean_line
from app.lib.urls import UrlProblem, normalise_url
from app.settings import settings

#: Authors of one article, and links below it, that the form has room for.
AUTHORS: Final = 4
LINKS: Final = 6
#: The longest title of a link.
TITLE_LIMIT: Final = 200
_EMPTY: Final[dict[str, Any]] = {"author": "", "url": "", "texts": {}}


def typed_text(formdata: Any, name: str) -> Translated | None:  # noqa: ANN401
    """A text in each language of the site, from inputs `<name>-en` and so on."""
    typed = {each: clean_line(formdata.get(f"{name}-{each}", "")) for each in settings().locales}
    filled = {each: text for each, text in typed.items() if text}
    return Translated(filled, next(iter(filled))) if filled else None


class LinesField(Field):
    """Lines made of several inputs each; what was typed is kept in `rows` whatever it is."""

    #: (values by the name of their input) for each line that the page shows.
    rows: list[dict[str, Any]]
    room: int

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:  # noqa: ANN401, ARG002
        """Take the lines from the form, or from the row."""
        self.process_errors = []
        self.data = tuple(data or ())
        self.object_data = self.data
        self.rows = [self.show(each) for each in self.data]
        if formdata is not None and f"{self.name}-0" in formdata:
            self.rows, self.data = [], ()
            self.raw_data = []
            for number in range(self.room):
                self.read(formdata, f"{self.name}-{number}")
        self.rows += [_EMPTY] * (self.room - len(self.rows))

    @property
    def locales(self) -> Sequence[str]:
        """The languages in which a line can be written."""
        return settings().locales

    @property
    def shown(self) -> int:
        """How many lines stand open: those that are filled, and one more."""
        return min(sum(row is not _EMPTY for row in self.rows) + 1, self.room)

    def show(self, line: Any) -> dict[str, Any]:  # noqa: ANN401
        """A line as its inputs show it."""
        raise NotImplementedError

    def read(self, formdata: Any, name: str) -> None:  # noqa: ANN401
        """Take one line from the form; an empty one is none."""
        raise NotImplementedError

    def _refuse(self, sentence: str) -> None:
        self.process_errors = [*self.process_errors, sentence]


class AuthorsField(LinesField):
    """Who wrote an article, in order; call `offer` before the form is shown or validated."""

    data: tuple[AuthorLine, ...]
    room = AUTHORS

    def __init__(self, *given: Any, **kw: Any) -> None:  # noqa: ANN401 - WTForms' own
        super().__init__(*given, **kw)
        self.choices: Sequence[tuple[str, str]] = ()

    def offer(self, choices: Sequence[tuple[str, str]]) -> None:
        """Say who can be chosen: (id, name)."""
        self.choices = choices

    def show(self, line: AuthorLine) -> dict[str, Any]:
        """Her id and what she was."""
        texts = dict(line.affiliation.texts) if line.affiliation else {}
        return {"author": str(line.author_id), "texts": texts}

    def read(self, formdata: Any, name: str) -> None:  # noqa: ANN401
        """Take one author; twice the same is once."""
        chosen = formdata.get(name, "")
        affiliation = typed_text(formdata, name)
        if not chosen:
            return
        self.rows.append(
            {"author": chosen, "texts": dict(affiliation.texts) if affiliation else {}}
        )
        is_id = chosen.isascii() and chosen.isdigit() and len(chosen) < 10
        if not is_id:
            self._refuse(_("Please choose from what is offered."))
        elif int(chosen) not in {each.author_id for each in self.data}:
            self.data = (*self.data, AuthorLine(int(chosen), affiliation))

    def pre_validate(self, _form: Any) -> None:  # noqa: ANN401
        """Refuse who is not offered."""
        offered = {value for value, _name in self.choices}
        if any(str(each.author_id) not in offered for each in self.data):
            raise ValidationError(_("Please choose from what is offered."))


class LinksField(LinesField):
    """Titled links, in order."""

    data: tuple[LinkLine, ...]
    room = LINKS

    def show(self, line: LinkLine) -> dict[str, Any]:
        """Its address and titles."""
        return {"url": line.url, "texts": dict(line.title.texts)}

    def read(self, formdata: Any, name: str) -> None:  # noqa: ANN401
        """Take one link; it needs an address and a title."""
        url, title = clean_line(formdata.get(name, "")), typed_text(formdata, name)
        if not url and title is None:
            return
        self.rows.append({"url": url, "texts": dict(title.texts) if title else {}})
        if title is None or max(map(len, title.texts.values())) > TITLE_LIMIT:
            self._refuse(_("Give each link a short title."))
            return
        try:
            self.data = (*self.data, LinkLine(title, normalise_url(url)))
        except UrlProblem as error:
            self._refuse(_(error.sentence))
