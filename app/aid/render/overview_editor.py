"""What needs somebody who writes: texts in one language, old lists, points nobody confirmed."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.aid.queries import overview as reads
from app.aid.render.overview_parts import SHOWN, Entry, Part, Sight, point_page
from app.settings import settings
from app.web.filters import plain


def for_an_editor(sight: Sight) -> Part:
    """Texts that lack a language, lists that are old, points that nobody confirmed."""
    entries = [*_missing_texts(sight), *_stale_needs(sight), *_unconfirmed(sight)]
    return Part(
        key="editor",
        title=_("Needs somebody who writes"),
        entries=entries,
        count=len(entries),
        more=None,
        empty=_("Everything is written and looked over."),
    )


def _missing_texts(sight: Sight) -> list[Entry]:
    found = []
    for drop in sight.shown:
        texts = (drop.title, drop.summary, drop.body, drop.how_to_pack, drop.destination)
        is_missing = any(
            text is not None and not text.has(locale)
            for text in texts
            for locale in settings().locales
        )
        if is_missing:
            href = url_for("drops_desk.show", public_id=drop.public_id)
            found.append(
                Entry(plain(drop.title), href, _("not all of it in both languages"), "wait")
            )
    return found


def _stale_needs(sight: Sight) -> list[Entry]:
    counts: dict[int, int] = {}
    for need in reads.stale_needs(sight.drop_ids, now=sight.now):
        counts[need.drop_id] = counts.get(need.drop_id, 0) + 1
    return [
        Entry(
            text=plain(drop.title),
            href=url_for("drops_desk.show", public_id=drop.public_id),
            hint=ngettext(
                "%(num)s line of its list has not been looked at for long",
                "%(num)s lines of its list have not been looked at for long",
                counts[drop.id],
            ),
            tone="wait",
        )
        for drop in sight.shown
        if drop.id in counts
    ]


def _unconfirmed(sight: Sight) -> list[Entry]:
    points, _count = reads.unconfirmed_points(sight.drop_ids, now=sight.now, limit=SHOWN)
    return [
        Entry(
            text=sight.name(point),
            href=point_page(point),
            hint=_("the host has not said whether all is still right"),
            tone="wait",
        )
        for point in points
    ]
