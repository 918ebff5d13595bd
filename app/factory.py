"""The one place that knows every package: it makes the application and hands things upward."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import SQLAlchemyError

from app import holdings
from app.accounts import guard
from app.accounts import jobs as accounts_jobs
from app.accounts import views as accounts_views
from app.accounts.desk import people as accounts_desk
from app.accounts.desk import second_factor as second_factor_desk
from app.aid import jobs as aid_jobs
from app.aid.desk import again as again_desk
from app.aid.desk import boxes as boxes_desk
from app.aid.desk import bringers as bringers_desk
from app.aid.desk import drop_offs as drop_offs_desk
from app.aid.desk import drop_states as drop_states_desk
from app.aid.desk import drops as drops_desk
from app.aid.desk import exports as aid_exports_desk
from app.aid.desk import host_pack as host_pack_desk
from app.aid.desk import items as items_desk
from app.aid.desk import needs as needs_desk
from app.aid.desk import overview as aid_overview_desk
from app.aid.desk import pickups as pickups_desk
from app.aid.desk import point_editing as point_editing_desk
from app.aid.desk import point_list as point_list_desk
from app.aid.desk import point_reports as point_reports_desk
from app.aid.desk import points as points_desk
from app.aid.desk import relayed as relayed_desk
from app.aid.desk import run_results as run_results_desk
from app.aid.desk import runs as runs_desk
from app.aid.desk import stock_deeds as stock_deeds_desk
from app.aid.desk import stores as stores_desk
from app.aid.desk import today as aid_today
from app.aid.desk import vehicles as vehicles_desk
from app.aid.desk import workplaces as workplaces_desk
from app.aid.flows import again as again_flows
from app.aid.flows import bringing as bringing_flows
from app.aid.flows import hosting as point_hosting_flows
from app.aid.flows import needs as needs_flows
from app.aid.flows import workplaces as workplace_flows
from app.aid.service import recounting as goods_recounting
from app.aid.views import again as again_views
from app.aid.views import bringing as bringing_views
from app.aid.views import drops as drops_views
from app.aid.views import host_changing as host_changing_views
from app.aid.views import host_leaving as host_leaving_views
from app.aid.views import host_paper as host_paper_views
from app.aid.views import host_people as host_people_views
from app.aid.views import host_pledges as host_pledges_views
from app.aid.views import host_receiving as host_receiving_views
from app.aid.views import hosting as point_host_views
from app.aid.views import needs as needs_views
from app.aid.views import point_offers as point_offers_views
from app.aid.views import point_reports as point_reports_views
from app.aid.views import points as points_views
from app.aid.views import stewards as stewards_views
from app.aid.views import workplace_papers as workplace_papers_views
from app.aid.views import workplaces as workplaces_views
from app.api import jobs as api_jobs
from app.appeals import jobs as appeals_jobs
from app.appeals.desk import appeals as appeals_desk
from app.appeals.desk import bounces as bounces_desk
from app.appeals.desk import correcting as correcting_desk
from app.appeals.desk import donations as donations_desk
from app.appeals.desk import entering as entering_desk
from app.appeals.desk import messages as messages_desk
from app.appeals.desk import promises as promises_desk
from app.appeals.desk import regular as regular_desk
from app.appeals.desk import sources as sources_desk
from app.appeals.desk import today as appeals_today
from app.appeals.flows import donor as donor_flows
from app.appeals.service import recounting, regular, settling
from app.appeals.views import appeals as appeals_views
from app.appeals.views import donor as donor_views
from app.appeals.views import embed as embed_views
from app.appeals.views import giving as giving_views
from app.appeals.views import links as links_views
from app.appeals.views import other_ways as other_ways_views
from app.articles import jobs as articles_jobs
from app.campaigns import jobs as campaigns_jobs
from app.campaigns.desk import campaigns as campaigns_desk
from app.campaigns.views import campaigns as campaigns_views
from app.db import schema
from app.db.session import configure_database
from app.demo import marker
from app.desk.views import cards as cards_desk
from app.desk.views import funds as funds_desk
from app.desk.views import groups as groups_desk
from app.desk.views import keeping as keeping_desk
from app.desk.views import payment_accounts as payment_accounts_desk
from app.desk.views import today as desk_views
from app.desk.views import waiting as desk_waiting
from app.events import jobs as events_jobs
from app.events.desk import afterwards as afterwards_desk
from app.events.desk import attendees as attendees_desk
from app.events.desk import editing as event_parts_desk
from app.events.desk import events as events_desk
from app.events.desk import helpers as helpers_desk
from app.events.desk import merging as merging_desk
from app.events.desk import mobilisations as mobilisations_desk
from app.events.desk import moving as event_moves_desk
from app.events.desk import offers as offers_desk
from app.events.desk import paper as paper_desk
from app.events.desk import repeating as event_series_desk
from app.events.desk import reports as reports_desk
from app.events.desk import safety as safety_desk
from app.events.desk import shifts as shifts_desk
from app.events.flows import hosting as hosting_flows
from app.events.flows import rsvps as rsvp_flows
from app.events.views import events as events_views
from app.events.views import feeds as feeds_views
from app.events.views import hosting as hosting_views
from app.events.views import listing as listing_views
from app.events.views import mobilisations as mobilisations_views
from app.events.views import paper as paper_views
from app.events.views import reports as reports_views
from app.events.views import rsvps as rsvps_views
from app.events.views import shifts as shifts_views
from app.files import views as files_views
from app.groups import views as groups_views
from app.ledger import service as ledger
from app.lib import logs
from app.mail import jobs as mail_jobs
from app.mailings import jobs as mailings_jobs
from app.notices import desk as notices_desk
from app.notices import jobs as notices_jobs
from app.payments import jobs as payments_jobs
from app.payments import webhooks
from app.payments.queries import checks as payment_checks
from app.payments.service import guard as cards_guard
from app.payments.service import listeners
from app.queue import jobs as queue_jobs
from app.settings import Settings, SettingsError, activate, settings
from app.site import jobs as site_jobs
from app.site.desk import style as site_desk
from app.site.views import pages as site_views
from app.supporters import jobs as supporters_jobs
from app.web import assets, csrf, errors, filters, headers, limits, locale, pages
from app.web.application import Application, configure
from app.web.panels import Link, Panels

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Flask

    from app.queue.facts import Handler, Schedule
    from app.web.panels import WaitingSource

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
    app.extensions["muster_panels"] = _panels()
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
    )
    holdings.hand_over()
    ledger.set_checks((*payment_checks.CHECKS, *recounting.CHECKS, *goods_recounting.CHECKS))


#: Every module with pages; two may share a blueprint.
PAGES = (
    *(site_views, groups_views, appeals_views, giving_views, files_views, webhooks),
    *(accounts_views, accounts_desk, desk_views, donations_desk, appeals_desk, site_desk),
    *(groups_desk, payment_accounts_desk, funds_desk, notices_desk),
    second_factor_desk,
    *(other_ways_views, promises_desk, cards_desk, embed_views, sources_desk, messages_desk),
    *(donor_views, links_views, bounces_desk),
    *(entering_desk, correcting_desk, regular_desk),
    *(campaigns_views, campaigns_desk),
    *(
        events_views,
        events_desk,
        event_parts_desk,
        event_moves_desk,
        event_series_desk,
        safety_desk,
    ),
    *(listing_views, feeds_views),
    *(mobilisations_views, hosting_views, reports_views),
    *(mobilisations_desk, offers_desk, merging_desk, reports_desk),
    *(rsvps_views, attendees_desk, afterwards_desk),
    *(shifts_views, shifts_desk, helpers_desk, paper_views, paper_desk),
    *(drops_views, needs_views, drops_desk, drop_states_desk, needs_desk, items_desk),
    *(again_views, again_desk),
    *(points_views, point_offers_views, bringing_views, point_reports_views),
    *(points_desk, point_editing_desk, bringers_desk, point_reports_desk),
    *(workplaces_views, stewards_views, workplace_papers_views, workplaces_desk),
    host_pledges_views,
    *(aid_overview_desk, aid_exports_desk, point_list_desk, drop_offs_desk),
    *(pickups_desk, runs_desk, run_results_desk, vehicles_desk),
    *(stock_deeds_desk, stores_desk, boxes_desk),
    *(point_host_views, host_receiving_views, host_changing_views, host_people_views),
    *(host_leaving_views, host_paper_views, host_pack_desk, relayed_desk),
)
#: Every module with work for the worker.
JOBS = (
    *(queue_jobs, mail_jobs, payments_jobs, accounts_jobs, appeals_jobs),
    *(supporters_jobs, campaigns_jobs, events_jobs, aid_jobs, articles_jobs, mailings_jobs),
    *(notices_jobs, site_jobs, api_jobs),
)


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


def _panels() -> Panels:
    """What packages show on the pages of packages below them, in the order it is shown."""
    return Panels(
        home=[
            listing_views.home_blocks,
            mobilisations_views.home_blocks,
            appeals_views.home_blocks,
            drops_views.home_blocks,
        ],
        group=[
            campaigns_views.group_blocks,
            mobilisations_views.group_blocks,
            listing_views.group_blocks,
            appeals_views.group_blocks,
            drops_views.group_blocks,
        ],
        campaign=[
            mobilisations_views.campaign_blocks,
            listing_views.campaign_blocks,
            drops_views.campaign_blocks,
        ],
        event=[drops_views.event_blocks],
        today=[
            appeals_today.cards,
            events_desk.cards,
            aid_today.cards,
            regular_desk.cards,
            notices_desk.cards,
        ],
        waiting=_waiting(),
        account=[notices_desk.account_blocks],
        alarms=[notices_desk.alarms, keeping_desk.alarms],
        foot=[keeping_desk.foot],
        desk_nav=_desk_nav(),
        nav=_nav(),
        footer=_footer(),
    )


def _waiting() -> list[WaitingSource]:
    """Everything that can wait for a person."""
    return [
        *desk_waiting.WAITING,
        appeals_today.WAITING,
        cards_desk.WAITING,
        promises_desk.WAITING,
        bounces_desk.WAITING,
        messages_desk.WAITING,
        regular_desk.WAITING,
        *(events_desk.WAITING_MARCHES, safety_desk.WAITING),
        offers_desk.WAITING,
        offers_desk.WAITING_CHANGES,
        *(points_desk.WAITING, points_desk.WAITING_EDITS, points_desk.WAITING_ANSWERS),
        *(bringers_desk.WAITING, point_reports_desk.WAITING, relayed_desk.WAITING),
        workplaces_desk.WAITING,
        reports_desk.WAITING,
        attendees_desk.WAITING_ASKED,
        attendees_desk.WAITING_REPORT,
        shifts_desk.WAITING_ASKED,
        shifts_desk.WAITING_SHORT,
        needs_desk.WAITING,
        pickups_desk.WAITING,
        pickups_desk.WAITING_RESULTS,
    ]


def _nav() -> list[Link]:
    """The pages that every public page leads to."""
    return [
        Link(10, _l("Give"), "appeals.index"),
        Link(20, _l("What is on"), "listing.index"),
        Link(30, _l("Aid"), "drops.index"),
        Link(90, _l("About"), "site.about"),
    ]


def _footer() -> list[Link]:
    """The links at the foot of every public page."""
    return [
        Link(10, _l("About"), "site.about"),
        Link(15, _l("Days of action"), "mobilisations.index"),
        Link(20, _l("Contact"), "site.contact"),
        Link(25, _l("Your links"), "donor.ask_links"),
        Link(30, _l("Refunds"), "site.refunds"),
        Link(40, _l("Privacy"), "site.privacy"),
        Link(50, _l("Accessibility"), "site.accessibility"),
    ]


def _desk_nav() -> list[Link]:
    """The pages that every page of the desk leads to, where one may open them."""
    return [
        Link(10, _l("Today"), "desk.today"),
        Link(12, _l("Events"), "events_desk.index"),
        Link(13, _l("Days of action"), "mobilisations_desk.index"),
        Link(14, _l("Offered events"), "offers_desk.index"),
        Link(15, _l("What waits"), "notices_desk.waiting"),
        Link(16, _l("Aid"), "drops_desk.index"),
        Link(16, _l("Aid at a glance"), "aid_overview_desk.index"),
        Link(16, _l("Offered points"), "points_desk.index"),
        Link(16, _l("Collection points"), "point_list_desk.index"),
        Link(16, _l("Workplace collections"), "workplaces_desk.index"),
        Link(16, _l("Drop-offs"), "drop_offs_desk.index"),
        Link(16, _l("Goods"), "stock_desk.index"),
        Link(16, _l("Pick-ups"), "pickups_desk.index"),
        Link(20, _l("Donations"), "donations_desk.index"),
        Link(25, _l("Regular gifts"), "regular_desk.index"),
        Link(27, _l("Promises"), "promises_desk.index"),
        Link(30, _l("Appeals"), "appeals_desk.index"),
        Link(33, _l("Campaigns"), "campaigns_desk.index"),
        Link(34, _l("Numbers to ring"), "safety_desk.index"),
        Link(35, _l("Messages"), "messages_desk.index"),
        Link(36, _l("Reports"), "reports_desk.index"),
        Link(40, _l("Groups and funds"), "groups_desk.index"),
        Link(45, _l("Cards"), "cards_desk.index"),
        Link(80, _l("What got stuck"), "desk.queues"),
        Link(90, _l("People"), "accounts_desk.people"),
    ]
