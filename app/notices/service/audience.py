"""Who hears of which kind of thing in which group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.accounts.models import User
from app.accounts.rules.permissions import Role
from app.notices import queries, rules
from app.notices.models import NoticeChoice
from app.notices.queries import roles_for
from app.notices.rules import Hearer, Pace
from app.web.panels import WaitingKind


@dataclass
class Audience:
    """Everybody who can sign in, and what they chose; read once for a whole look at what waits."""

    people: Sequence[User]
    choices: Mapping[tuple[int, str], NoticeChoice]
    _paces: dict[tuple[str, int | None], Mapping[int, Pace]] = field(default_factory=dict)

    def hearers(self, kind: WaitingKind, group_id: int | None) -> list[Hearer]:
        """Who may see a kind of thing in a group, or anywhere, with what they chose."""
        found = []
        for person in self.people:
            roles = roles_for(person, kind.permission, group_id)
            if roles:
                choice = self.choices.get((person.id, kind.key))
                found.append(Hearer(person.id, roles, choice.pace if choice else None))
        return found

    def paces(self, kind: WaitingKind, group_id: int | None) -> Mapping[int, Pace]:
        """Who hears of it and how soon, by account."""
        key = (kind.key, group_id)
        if key not in self._paces:
            hearers = self.hearers(kind, group_id)
            self._paces[key] = rules.paces(hearers, is_urgent=kind.is_urgent)
        return self._paces[key]

    def may_hear(self, kind: WaitingKind, group_id: int | None) -> set[int]:
        """Who may see it, whatever they chose."""
        return {each.account_id for each in self.hearers(kind, group_id)}

    def owners(self, group_id: int | None) -> set[int]:
        """Who owns a group, or any."""
        return {
            person.id
            for person in self.people
            if any(
                each.role is Role.OWNER and group_id in {None, each.group_id}
                for each in person.memberships
            )
        }


def audience_now() -> Audience:
    """Everybody as they are now."""
    return Audience(queries.list_people(), queries.choices())
