"""The lists from which the application is put together hold nothing twice."""

from collections import Counter

from app.parts import links
from app.parts.modules import JOBS, PAGES


def test_each_module_with_pages_is_named_once() -> None:
    assert [name for name, count in Counter(PAGES).items() if count > 1] == []


def test_each_kind_of_job_has_one_handler_and_one_schedule() -> None:
    kinds = Counter(kind for module in JOBS for kind in module.HANDLERS)
    planned = Counter(schedule.kind for module in JOBS for schedule in module.SCHEDULES)
    assert {kind for kind, count in (kinds + planned).items() if count > 2} == set()
    assert max(kinds.values()) == max(planned.values()) == 1
    assert set(planned) <= set(kinds)


def test_a_list_of_links_leads_to_each_page_once() -> None:
    for entries in (links.nav(), links.footer(), links.desk_nav()):
        assert max(Counter(link.endpoint for link in entries).values()) == 1
