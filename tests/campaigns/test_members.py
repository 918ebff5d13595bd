"""Joining: asked, proven, entered, left; nobody is joined to somebody by typing her address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.campaigns.rules.members import MemberState
from app.db.session import transaction
from tests.factories.members import make_member

if TYPE_CHECKING:
    from flask import Flask


def test_who_rang_is_a_member_at_once(app: Flask) -> None:
    with transaction():
        member = make_member()
    assert member.state is MemberState.MEMBER
    assert member.supporter is not None
    assert member.supporter.name == "Salma Haddad"
