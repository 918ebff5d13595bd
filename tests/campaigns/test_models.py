"""A campaign belongs to a group and has one address."""

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from app.db.session import transaction
from tests.factories.events import make_campaign


def test_two_campaigns_cannot_share_an_address(app: Flask) -> None:
    with transaction():
        campaign = make_campaign()
    assert campaign.group.slug == "lea-valley"
    with pytest.raises(IntegrityError), transaction():
        make_campaign()
