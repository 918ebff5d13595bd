"""Every module with pages, and every one with work for the worker."""

from __future__ import annotations

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
from app.aid.desk import vehicles as vehicles_desk
from app.aid.desk import workplaces as workplaces_desk
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
from app.api.desk import keys as keys_desk
from app.api.views import osdi as api_views
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
from app.appeals.views import appeals as appeals_views
from app.appeals.views import donor as donor_views
from app.appeals.views import embed as embed_views
from app.appeals.views import giving as giving_views
from app.appeals.views import links as links_views
from app.appeals.views import other_ways as other_ways_views
from app.articles import jobs as articles_jobs
from app.articles.desk import articles as articles_desk
from app.articles.desk import authors as authors_desk
from app.articles.desk import history as article_history_desk
from app.articles.desk import series as article_series_desk
from app.articles.desk import states as article_states_desk
from app.articles.views import articles as articles_views
from app.articles.views import feeds as article_feeds_views
from app.campaigns import jobs as campaigns_jobs
from app.campaigns.desk import campaigns as campaigns_desk
from app.campaigns.desk import members as members_desk
from app.campaigns.desk import welcome as welcome_desk
from app.campaigns.views import campaigns as campaigns_views
from app.campaigns.views import joining as joining_views
from app.campaigns.views import members as members_views
from app.desk.views import cards as cards_desk
from app.desk.views import everything as everything_desk
from app.desk.views import funds as funds_desk
from app.desk.views import groups as groups_desk
from app.desk.views import mail as mail_desk
from app.desk.views import payment_accounts as payment_accounts_desk
from app.desk.views import search as desk_search
from app.desk.views import today as desk_views
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
from app.mail import jobs as mail_jobs
from app.mailings import jobs as mailings_jobs
from app.mailings.desk import mailings as mailings_desk
from app.mailings.desk import sending as sending_desk
from app.mailings.views import unsubscribe as unsubscribe_views
from app.notices import desk as notices_desk
from app.notices import jobs as notices_jobs
from app.payments import jobs as payments_jobs
from app.payments import webhooks
from app.queue import jobs as queue_jobs
from app.site import jobs as site_jobs
from app.site.desk import home as home_desk
from app.site.desk import inbox as inbox_desk
from app.site.desk import pages as pages_desk
from app.site.desk import style as site_desk
from app.site.desk import translations as translations_desk
from app.site.views import contact as contact_views
from app.site.views import home as home_views
from app.site.views import pages as site_views
from app.site.views import search as search_views
from app.site.views import standing as standing_views
from app.supporters import jobs as supporters_jobs
from app.supporters.desk import complaints as complaints_desk
from app.supporters.desk import consents as consents_desk
from app.supporters.desk import exports as people_exports_desk
from app.supporters.desk import imports as imports_desk
from app.supporters.desk import merging as people_merging_desk
from app.supporters.desk import people as supporters_desk
from app.supporters.desk import privacy as privacy_desk
from app.supporters.views import complaints as complaints_views
from app.supporters.views import erasing as erasing_views
from app.supporters.views import preferences as preferences_views
from app.supporters.views import your_data as your_data_views

#: Every module with pages; two may share a blueprint.
PAGES = (
    *(search_views, api_views, keys_desk, everything_desk, desk_search),
    *(site_views, home_views, standing_views, contact_views),
    *(home_desk, pages_desk, translations_desk, inbox_desk),
    *(groups_views, appeals_views, giving_views, files_views, webhooks),
    *(accounts_views, accounts_desk, desk_views, donations_desk, appeals_desk, site_desk),
    *(groups_desk, payment_accounts_desk, funds_desk, notices_desk),
    second_factor_desk,
    *(
        other_ways_views,
        promises_desk,
        cards_desk,
        mail_desk,
        embed_views,
        sources_desk,
        messages_desk,
    ),
    *(donor_views, links_views, bounces_desk),
    *(entering_desk, correcting_desk, regular_desk),
    *(campaigns_views, campaigns_desk, joining_views, members_views),
    *(members_desk, welcome_desk),
    *(articles_views, article_feeds_views),
    *(articles_desk, article_states_desk, article_history_desk, authors_desk, article_series_desk),
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
    *(mailings_desk, sending_desk, unsubscribe_views),
    *(supporters_desk, consents_desk, people_merging_desk, people_exports_desk),
    imports_desk,
    *(your_data_views, erasing_views, preferences_views, complaints_views),
    *(complaints_desk, privacy_desk),
)

#: Every module with work for the worker.
JOBS = (
    *(queue_jobs, mail_jobs, payments_jobs, accounts_jobs, appeals_jobs),
    *(supporters_jobs, campaigns_jobs, events_jobs, aid_jobs, articles_jobs, mailings_jobs),
    *(notices_jobs, site_jobs),
)
