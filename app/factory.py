"""The one place that knows every package: it makes the application and hands things upward."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from app.accounts import guard
from app.aid.flows import again as again_flows
from app.aid.flows import bringing as bringing_flows
from app.aid.flows import hosting as point_hosting_flows
from app.aid.flows import needs as needs_flows
from app.aid.flows import workplaces as workplace_flows
from app.aid.service import recounting as goods_recounting
from app.appeals.desk import person as gifts_person
from app.appeals.flows import donor as donor_flows
from app.appeals.service import recounting, regular, settling
from app.campaigns.desk import members as members_desk
from app.campaigns.flows import members as member_flows
from app.campaigns.service import members
from app.db import schema
from app.db.session import configure_database
from app.demo import marker
from app.events.flows import hosting as hosting_flows
from app.events.flows import rsvps as rsvp_flows
from app.ledger import service as ledger
from app.lib import logs
from app.mail.service import bounces
from app.mailings.service import leaving as mailing_leaving
from app.parts import holdings, panels
from app.parts.modules import JOBS, PAGES
from app.payments.queries import checks as payment_checks
from app.payments.service import guard as cards_guard
from app.payments.service import listeners
from app.queue import jobs as queue_jobs
from app.settings import Settings, SettingsError, activate, settings
from app.supporters.queries import doors
from app.supporters.service import correcting
from app.web import assets, csrf, errors, filters, headers, limits, locale, pages
from app.web.application import Application, configure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Flask

    from app.queue.facts import Handler, Schedule

ROOT = Path(__file__).resolve().parent.parent


def create_app(given: Settings) -> Flask:
    """Make an application for these settings; it does not look at the database yet."""
    activate(given)
    logs.configure()
    app = Application("app", template_folder=str(ROOT / "templates"))
    configure(app, given)
    configure_database(app, given.database_url)
    for part in (limits, csrf, locale, headers, filters, assets, pages, errors):
        part.init_app(app)
    guard.init_app(app)
    for blueprint in dict.fromkeys(module.bp for module in PAGES):
        app.register_blueprint(blueprint)
    app.extensions["muster_panels"] = panels.make_panels()
    _hand_over()
    return app


def _hand_over() -> None:
    """Tell lower packages who above them wants to hear of what, in the order they hear it."""
    listeners.set_listeners(
        payments=(cards_guard.on_payment_moved, settling.on_payment_moved),
        plans=(regular.on_plan_moved,),
        invoices=(regular.on_invoice_failed,),
        changes=(regular.on_plan_changed,),
    )
    donor_flows.set_link_senders(
        donor_flows.LinkSender(hosting_flows.LINKS_JOB, hosting_flows.find_links),
        donor_flows.LinkSender(rsvp_flows.LINKS_JOB, rsvp_flows.find_links),
        donor_flows.LinkSender(rsvp_flows.SHIFT_LINKS_JOB, rsvp_flows.find_shift_links),
        donor_flows.LinkSender(needs_flows.LINKS_JOB, needs_flows.find_links),
        donor_flows.LinkSender(again_flows.LINKS_JOB, again_flows.find_links),
        donor_flows.LinkSender(workplace_flows.LINKS_JOB, workplace_flows.find_links),
        donor_flows.LinkSender(bringing_flows.LINKS_JOB, bringing_flows.find_links),
        donor_flows.LinkSender(point_hosting_flows.LINKS_JOB, point_hosting_flows.find_links),
        donor_flows.LinkSender(member_flows.LINKS_JOB, member_flows.find_links),
    )
    bounces.set_bounce_listeners(mailing_leaving.on_bounce)
    holdings.hand_over()
    correcting.set_move_listeners(members.end_links)
    doors.set_doors(gifts_person.DOOR, members_desk.DOOR)
    ledger.set_checks((*payment_checks.CHECKS, *recounting.CHECKS, *goods_recounting.CHECKS))


def handlers() -> Mapping[str, Handler]:
    """What the worker can do, by kind of job."""
    return {kind: handler for module in JOBS for kind, handler in module.HANDLERS.items()}


def schedules() -> tuple[Schedule, ...]:
    """What the worker does on its own, and how often."""
    return tuple(schedule for module in JOBS for schedule in module.SCHEDULES)


def run_worker(app: Flask, *, stop: Callable[[], bool]) -> None:
    """Run jobs until `stop` says so."""
    with app.app_context():
        queue_jobs.run_worker(handlers(), schedules(), stop=stop)


def refuse_unready(app: Flask) -> None:
    """Raise SettingsError where the database is away, of another version, or holds demo data."""
    with app.app_context():
        try:
            if not schema.is_current():
                way = schema.way_to_newest()
                raise SettingsError([f"the database is not migrated; run: {way}"])
            holds_demo_data = marker.holds_demo_data()
        except SQLAlchemyError as error:
            kind = type(error).__name__
            raise SettingsError(
                [f"the database does not answer ({kind}); check MUSTER_DATABASE_URL"]
            ) from None
    if holds_demo_data and not settings().is_demo:
        raise SettingsError(["this database holds demo data; point MUSTER_DATABASE_URL elsewhere"])
