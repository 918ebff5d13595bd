"""The table of places."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import EncryptedText
from app.places.rules import Spot


class Place(Base):
    """Where something is. What stands in plain columns may be shown to anybody."""

    __tablename__ = "place"
    __table_args__ = (
        CheckConstraint("length(country) = 2", name="country_is_a_code"),
        CheckConstraint("(area_lat IS NULL) = (area_lon IS NULL)", name="area_has_both"),
        CheckConstraint("area_lat BETWEEN -90 AND 90", name="area_lat_is_on_earth"),
        CheckConstraint("area_lon BETWEEN -180 AND 180", name="area_lon_is_on_earth"),
        CheckConstraint("area_km > 0", name="area_km_is_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: ISO 3166, two capital letters.
    country: Mapped[str] = mapped_column(String(2))
    #: Town, as people there write it.
    locality: Mapped[str] = mapped_column(String(120))
    #: The centre of the town or of the postcode district; never the spot itself.
    area_lat: Mapped[float | None]
    area_lon: Mapped[float | None]
    #: How far the area reaches from its centre, in kilometres, where that is known.
    area_km: Mapped[float | None]
    #: The district of the postcode, such as E17, where that is all that may be shown.
    district: Mapped[str | None] = mapped_column(String(10))
    #: Name, street, postcode, latitude and longitude, as JSON; encrypted for every place alike.
    precise: Mapped[str] = mapped_column(EncryptedText)

    @property
    def spot(self) -> Spot:
        """The precise part, for whoever may see it."""
        return Spot.from_json(self.precise)
