"""The pages of the catcher: a list, one mail as text and in a locked frame, its source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, jsonify, redirect, render_template, request, url_for

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from app.demo.catcher.store import CaughtMail, MailStore

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
_PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
# A mail is a stranger's document: no script, no form, no request to anywhere.
_MAIL_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def create_pages(store: MailStore, *, site_url: str) -> Flask:
    """The WSGI application of the catcher's pages over one store."""
    pages = Flask(__name__, static_folder="static", static_url_path="/static")
    pages.json.ensure_ascii = False  # type: ignore[attr-defined]

    @pages.before_request
    def only_loopback() -> None:
        # Another site's name resolving to this machine must not read private links.
        if urlsplit(f"//{request.host}").hostname not in LOOPBACK_NAMES:
            abort(403)

    @pages.after_request
    def lock(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", _PAGE_POLICY)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
        return response

    _add_list(pages, store, site_url)
    _add_mail(pages, store, site_url)
    return pages


def _add_list(pages: Flask, store: MailStore, site_url: str) -> None:
    @pages.get("/")
    def index() -> str:
        to = request.args.get("to", "").strip()
        mails = store.list_mails(to=to)
        return render_template(
            "index.html", mails=mails, to=to, total=len(store.keys()), site_url=site_url
        )

    @pages.get("/_catcher/mails.json")
    def mails_json() -> ResponseReturnValue:
        limit = min(request.args.get("limit", default=100, type=int), 1000)
        mails = store.list_mails(to=request.args.get("to", "").strip(), limit=limit)
        return jsonify(mails=[_as_json(mail) for mail in mails], total=len(store.keys()))

    @pages.post("/_catcher/clear")
    def clear() -> ResponseReturnValue:
        store.clear()
        return redirect(url_for("index"), 303)


def _add_mail(pages: Flask, store: MailStore, site_url: str) -> None:
    @pages.get("/mails/<key>")
    def mail(key: str) -> str:
        return render_template("mail.html", mail=store.get(key) or abort(404), site_url=site_url)

    @pages.get("/mails/<key>/html")
    def mail_html(key: str) -> ResponseReturnValue:
        found = store.get(key) or abort(404)
        headers = {"Content-Security-Policy": _MAIL_POLICY}
        return Response(found.html, mimetype="text/html", headers=headers)

    @pages.get("/mails/<key>/raw")
    def mail_raw(key: str) -> ResponseReturnValue:
        raw = store.raw(key)
        return abort(404) if raw is None else Response(raw, mimetype="text/plain")


def _as_json(mail: CaughtMail) -> dict[str, Any]:
    return {
        "id": mail.key,
        "received_at": mail.received_at.isoformat(),
        "from": mail.sender,
        "to": list(mail.recipients),
        "subject": mail.subject,
        "date": mail.sent_at.isoformat() if mail.sent_at else None,
        "message_id": mail.message_id,
        "language": mail.language,
        "text": mail.text,
        "html": mail.html,
        "raw": url_for("mail_raw", key=mail.key),
    }
