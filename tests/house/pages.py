"""Reading pages as strictly as the standard does, and following their links."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.test import TestResponse

#: Attributes that make a browser fetch or send something by itself.
LOADING = {
    ("img", "src"),
    ("script", "src"),
    ("link", "href"),
    ("source", "srcset"),
    ("iframe", "src"),
    ("video", "src"),
    ("audio", "src"),
    ("use", "href"),
    ("image", "href"),
}
#: Relations of <link> that load nothing.
NAMING = {"canonical", "alternate", "author", "license", "next", "prev"}
PER_ENDPOINT = 4


@dataclass(frozen=True)
class Page:
    """An answer that is a page, as a tree."""

    path: str
    answer: TestResponse
    root: Element

    def all(self, *names: str) -> Iterator[Element]:
        """Every element of these names."""
        return (element for element in self.root.iter() if element.tag in names)

    def text(self, element: Element) -> str:
        """What an element says, without its tags."""
        return " ".join("".join(element.itertext()).split())

    def links(self) -> Iterator[str]:
        """The pages of ours that it leads to."""
        for link in self.all("a"):
            target = urlsplit(urljoin(f"http://localhost{self.path}", link.get("href") or ""))
            if target.netloc == "localhost" and target.scheme == "http":
                yield target.path + (f"?{target.query}" if target.query else "")


def parse(path: str, answer: TestResponse) -> Page:
    """Read a page; raises html5lib's ParseError for what a browser would have to guess."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    return Page(path, answer, parser.parse(answer.get_data(as_text=True)))


def inline_faults(page: Page) -> list[str]:
    """Scripts and styles written into the page, and parts that come from elsewhere."""
    faults = []
    for element in page.root.iter():
        if element.tag == "style" or is_inline_script(element):
            faults.append(f"inline <{element.tag}>")
        for name, value in element.attrib.items():
            if name == "style" or re.match(r"on[a-z]+$", str(name)):
                faults.append(f"{name} on <{element.tag}>")
            if (element.tag, name) in LOADING and is_foreign(element, value):
                faults.append(f"<{element.tag} {name}={value}>")
    return faults


def is_inline_script(element: Element) -> bool:
    """Whether something would run that stands in the page; data for search engines does not."""
    is_data = element.get("type") == "application/ld+json"
    return element.tag == "script" and not element.get("src") and not is_data


def is_foreign(element: Element, address: str) -> bool:
    """Whether an element makes the browser fetch from another origin."""
    if element.tag == "link" and NAMING & set((element.get("rel") or "").split()):
        return False
    parts = urlsplit(address)
    return bool(parts.scheme or parts.netloc) and parts.netloc != "localhost"


def duplicate_ids(page: Page) -> list[str]:
    """Ids that stand on more than one element."""
    counts = Counter(element.get("id") for element in page.root.iter() if element.get("id"))
    return [name for name, count in counts.items() if name and count > 1]


def dangling_references(page: Page) -> list[str]:
    """Ids that labels, descriptions and links on the page name, but nothing has."""
    known = {element.get("id") for element in page.root.iter()}
    named = set()
    for element in page.root.iter():
        for attribute in ("for", "aria-describedby", "aria-labelledby", "aria-controls"):
            named.update((element.get(attribute) or "").split())
        target = element.get("href") or ""
        if element.tag == "a" and target.startswith("#") and len(target) > 1:
            named.add(target[1:])
    return sorted(named - known)


def unlabelled_fields(page: Page) -> list[str]:
    """Fields that no label, and nothing else, gives a name."""
    labelled = {label.get("for") for label in page.all("label")}
    faults = []
    for field in page.all("input", "select", "textarea"):
        is_silent = field.get("type") in {"hidden", "submit", "button", "image"}
        named = (
            field.get("id") in labelled or field.get("aria-label") or field.get("aria-labelledby")
        )
        if not is_silent and not named:
            faults.append(str(field.get("name")))
    return faults


def endpoint_of(app: Flask, path: str) -> str | None:
    """Which endpoint answers a path, without its language; None for one that nothing answers."""
    bare = re.sub(r"^/ar(?=/)", "", urlsplit(path).path)
    try:
        endpoint, _ = app.url_map.bind("localhost").match(bare)
    except RequestRedirect:
        return None
    except HTTPException:
        return None
    return str(endpoint)


def crawl(
    app: Flask,
    client: FlaskClient,
    starts: Iterable[str],
    *,
    is_wanted: Callable[[str], bool],
    most: int = PER_ENDPOINT,
) -> Iterator[tuple[str, TestResponse]]:
    """Follow links from some pages; a few of each kind and language are enough."""
    waiting, seen, visits = deque(starts), set(starts), Counter[tuple[str | None, bool]]()
    while waiting:
        path = waiting.popleft()
        kind = (endpoint_of(app, path), path.startswith("/ar/"))
        visits[kind] += 1
        if visits[kind] > most:
            continue
        answer = client.get(path)
        yield path, answer
        if answer.mimetype == "text/html" and answer.status_code == 200:
            for link in parse(path, answer).links():
                if link not in seen and is_wanted(link):
                    seen.add(link)
                    waiting.append(link)
