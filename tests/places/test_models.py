"""The precise part of a place cannot be read in the table."""

from flask import Flask
from sqlalchemy import select, text

from app.db.session import db, transaction
from app.places.models import Place
from tests.factories.events import SPOT, make_place


def test_the_spot_is_encrypted_and_comes_back_whole(app: Flask) -> None:
    with transaction():
        make_place()
    raw = db.session.execute(text("SELECT precise FROM place")).scalar_one()
    assert "Kings" not in raw
    assert "51.58" not in raw
    assert db.session.scalars(select(Place)).one().spot == SPOT
