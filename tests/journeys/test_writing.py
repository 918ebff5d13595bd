"""An editor writes an article, leaves it half done, comes back, publishes and takes it off."""

from __future__ import annotations

from collections.abc import Iterator
from secrets import token_hex

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import FAR_APART, Device, opened
from tests.journeys.stack import Stack
from tests.journeys.test_access import axe_faults, is_too_wide, sign_in

pytestmark = pytest.mark.browser

#: What a word processor hands over when somebody copies a page of it.
WORD = """<html><head><style>p.MsoNormal{mso-x:y}</style></head><body>
<h1>What we need</h1><p class=MsoNormal style='margin:0'>First <b>blankets</b>.<o:p></o:p></p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span>·<span>&nbsp; </span></span>soap</p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span>·<span>&nbsp; </span></span>tea</p>
<p><a href="javascript:alert(1)">No link</a>, <a href="https://example.org/">a link</a></p>
</body></html>"""
MARKDOWN = (
    "## What we need\n\nFirst **blankets**.\n\n* soap\n* tea\n\n"
    "No link, [a link](https://example.org/)"
)
#: A line that is code to Markdown, and a table of many columns: neither makes the page wider.
WIDE = f"    {'x' * 300}\n\n| one | two | three | four | five | six |\n{'| --- ' * 6}|"
#: What other programs hand over, and the Markdown that it means.
OTHERS = {
    # Google Docs: one <b> around everything, and weights in styles.
    """<b style="font-weight:normal;" id="docs-internal-guid-1"><p><span
    style="font-weight:400;">One </span><span style="font-weight:700">bold</span></p><br/>
    <ul><li><p><span>first</span></p></li><ul><li><p>inner</p></li></ul><li><p>second</p></li></ul>
    <table><tbody><tr><td><p>A</p></td><td><p>B|C</p></td></tr><tr><td><p>1</p><p>2</p></td></tr>
    </tbody></table></b>""": (
        "One **bold**\n\n* first\n    * inner\n* second\n\n| A | B\\|C |\n| --- | --- |\n| 1 2 |  |"
    ),
    # Word: bold cut into two, levels, what was struck out, and what editors said among themselves.
    """<p class=MsoNormal><b>So</b><b>on</b> <ins>new</ins><del>old</del><a class=msocomanchor
    href="#_msocom_1">[AB1]</a></p><p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span
    style='mso-list:Ignore'>·&nbsp; </span>one</p><p class=MsoListParagraph
    style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>o&nbsp; </span>inner</p>
    <p class=MsoListParagraph style='mso-list:l1 level1 lfo2'>a)&nbsp; two</p>
    <p><img src="data:image/png;base64,AA"><span style='display:none'>hidden</span></p>
    <div style='mso-element:comment-list'><div style='mso-element:comment'><p>May she be named?</p>
    </div></div>""": "**Soon** new\n\n* one\n    * inner\n1. two",
    # Slanted and bold within each other, whichever is outside, and bold that is said twice.
    """<p><em><strong>a</strong> b</em></p><p><b><span style="font-weight:700">c</span> d</b></p>
    """: "***a** b*\n\n**c d**",
    # Word in Arabic: its figures and letters before the items.
    """<p class=MsoListParagraph dir=RTL style='mso-list:l0 level1 lfo1'>٣.&nbsp; صابون</p>
    <p class=MsoListParagraph dir=RTL style='mso-list:l0 level2 lfo1'>أ-&nbsp; شاي</p>""": (
        "3. صابون\n    1. شاي"
    ),
    # LibreOffice: an item of two paragraphs; a quotation; an address with a bracket.
    """<ol start="9"><li><p>nine</p><p>more</p></li><ol><li><p>inner</p></li></ol></ol>
    <blockquote><p>q1</p><p>q2</p></blockquote><p><a href="https://example.org/a(b)">x</a></p>""": (
        "9. nine more\n    1. inner\n\n> q1\n> \n> q2\n\n[x](https://example.org/a%28b%29)"
    ),
}
PASTE = """html => {
  const area = document.querySelector("[name=body-en]");
  area.focus();
  const given = new DataTransfer();
  given.setData("text/html", html);
  area.dispatchEvent(
    new ClipboardEvent("paste", {clipboardData: given, bubbles: true, cancelable: true}));
}"""


@pytest.fixture(params=FAR_APART, ids=str)
def device(request: pytest.FixtureRequest) -> Device:
    chosen: Device = request.param
    return chosen


@pytest.fixture
def desk(browser: Browser, stack: Stack, device: Device) -> Iterator[Page]:
    """The desk on the editor's device."""
    with opened(browser, stack, device) as page:
        sign_in(page, "organiser")
        yield page


def look_over(page: Page, device: Device) -> None:
    """Nothing is wider than the screen, and axe finds nothing where scripts run."""
    assert not is_too_wide(page), page.url
    if device.has_scripts:
        assert axe_faults(page) == []


def test_an_article_is_written_and_nothing_of_it_lost(desk: Page, device: Device) -> None:
    slug = f"soap-{token_hex(3)}"
    desk.goto("/desk/articles/new")
    look_over(desk, device)
    desk.locator("[name=slug]").fill(slug)
    desk.locator("[name=title-en]").fill("Soap and tea")
    if device.has_scripts:
        for html, markdown in OTHERS.items():
            desk.evaluate(PASTE, html)
            expect(desk.locator("[name=body-en]")).to_have_value(markdown)
            desk.locator("[name=body-en]").fill("")
        desk.evaluate(PASTE, WORD)
        expect(desk.locator("[name=body-en]")).to_have_value(MARKDOWN)
        expect(desk.get_by_text("What you type is kept.")).to_be_visible()
    else:
        desk.locator("[name=body-en]").fill(MARKDOWN)
        # A form that is refused keeps what was typed, too.
        desk.get_by_role("button", name="Save").click()
        expect(desk.locator("main")).to_contain_text("why one should read it")
    desk.goto("/desk/articles/new")
    desk.get_by_text("Show what I typed").click()
    expect(desk.locator("[name=title-en]")).to_have_value("Soap and tea")
    desk.locator("[name=teaser-en]").fill("What is missing this winter.")
    desk.locator("[name=body-en]").fill(f"{MARKDOWN}\n\n{WIDE}")
    desk.get_by_role("button", name="Save").click()
    expect(desk.locator("main")).to_contain_text("The article is kept as a draft.")
    look_over(desk, device)
    address = desk.url
    desk.get_by_role("button", name="Publish", exact=True).click()
    desk.goto(f"/articles/{slug}")
    expect(desk.locator(".prose li").first).to_have_text("soap")
    look_over(desk, device)
    desk.goto(address)
    desk.get_by_role("button", name="Take it off the site").click()
    desk.goto(f"/articles/{slug}")
    expect(desk.locator("main")).to_contain_text("taken off the site")
