"""The library's sentences reach nobody: forms speak in our own words, in each language."""

from pathlib import Path

import pytest
import wtforms
from babel.messages.pofile import read_po
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import DateField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Length

from app.web.forms import Form
from app.web.locale import in_locale
from app.web.wording import SENTENCES

pytestmark = pytest.mark.one_database

#: A mistake of a programmer, a forged form (which gets a 400 page), or a field that we do not use.
NOT_FOR_PEOPLE = {
    "Invalid field name '%s'.",
    "Choices cannot be None.",
    "This field cannot be edited.",
    "This field is disabled and cannot have a value.",
    "Invalid IP address.",
    "Invalid Mac address.",
    "Invalid UUID.",
    "Invalid CSRF Token.",
    "CSRF token missing.",
    "CSRF failed.",
    "CSRF token expired.",
}


class Wrong(Form):
    """A form whose every field finds something wrong."""

    class Meta(Form.Meta):
        """No proof of origin: nothing is sent here."""

        csrf = False

    kind = SelectField(choices=[SelectChoice("a", "A")])
    day = DateField()
    name = StringField(validators=[Length(max=3)])


def test_every_sentence_of_the_library_has_one_of_ours() -> None:
    assert wtforms.__file__
    template = Path(wtforms.__file__).with_name("locale") / "wtforms.pot"
    with template.open("rb") as stream:
        theirs = {one.id if isinstance(one.id, str) else one.id[0] for one in read_po(stream)}
    assert theirs - {""} - NOT_FOR_PEOPLE == set(SENTENCES)


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        (
            "en",
            [
                "Please choose from what is offered.",
                "Enter a day, like 2026-11-22.",
                "Please use at most 3 characters.",
            ],
        ),
        (
            "ar",
            [
                "اختر من الخيارات المعروضة من فضلك.",
                "اكتب تاريخًا، مثل \u20662026-11-22\u2069.",
                "الحد الأقصى لعدد الأحرف هنا هو 3.",
            ],
        ),
    ],
)
def test_a_form_speaks_the_language_of_the_page(
    app: Flask, locale: str, expected: list[str]
) -> None:
    typed = MultiDict({"kind": "z", "day": "soon", "name": "Amina"})
    with app.test_request_context(), in_locale(locale):
        form = Wrong(formdata=typed)
        assert not form.validate()
        assert [sentence for _, sentence in form.problems()] == expected
