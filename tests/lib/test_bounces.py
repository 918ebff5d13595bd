"""What mail servers report, in the shapes in which they really do."""

from __future__ import annotations

from textwrap import dedent

import pytest

from app.lib.bounces import FINAL, BounceKind, classify_reply, read, split

OURS = "<4k2x7m9p3q8r5t6v1w0z@example.org>"
RETURNED = f"""\
From: Lea Valley Network <muster@example.org>
To: salma@example.net
Subject: Receipt 17
Message-ID: {OURS}

Your gift has arrived.
"""
GONE, FULL, POLICY = BounceKind.NO_SUCH_ADDRESS, BounceKind.MAILBOX_FULL, BounceKind.POLICY
AWAY, OTHER = BounceKind.UNREACHABLE, BounceKind.OTHER
DELAYED, DELIVERED = BounceKind.DELAYED, BounceKind.DELIVERED
REPLY, NOTHING = BounceKind.AUTO_REPLY, BounceKind.NOT_A_REPORT
SPAM = BounceKind.COMPLAINT


def dsn(
    action: str = "failed",
    status: str = "5.1.1",
    words: str = "smtp; 550 5.1.1 User unknown",
    returned: str = RETURNED,
    *,
    as_headers: bool = False,
) -> bytes:
    """A report as RFC 3464 says."""
    kind = "text/rfc822-headers" if as_headers else "message/rfc822"
    text = f"""\
From: MAILER-DAEMON@mx.example.net
To: muster@example.org
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_x"

--=_x
Content-Type: text/plain; charset=utf-8

I'm sorry to have to inform you.

--=_x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
Arrival-Date: Sun, 22 Nov 2026 12:00:00 +0000

Final-Recipient: rfc822; salma@example.net
Action: {action}
Status: {status}
Diagnostic-Code: {words}

--=_x
Content-Type: {kind}

{returned}
--=_x--
"""
    return text.encode()


def plain(
    body: str,
    *,
    sender: str = "MAILER-DAEMON@mx.example.net",
    subject: str = "failure notice",
    more: str = "",
    returned: str = RETURNED,
) -> bytes:
    """A report in words, or a letter of somebody."""
    head = f"From: {sender}\nTo: muster@example.org\nSubject: {subject}\n{more}"
    return f"{head}\n{dedent(body)}\n{returned}".encode()


def complaint(kind: str = "abuse", sender: str = "bounces@example.org") -> bytes:
    """A provider's report of a mail called spam, as RFC 5965 says."""
    text = f"""\
From: feedback@provider.example
To: fbl@example.org
Subject: FW: Receipt 17
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="=_x"

--=_x
Content-Type: text/plain

This is a report of a mail that our user called spam.

--=_x
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: SomeGenerator/1.0
Version: 1
Original-Mail-From: <{sender}>

--=_x
Content-Type: message/rfc822

{RETURNED}
--=_x--
"""
    return text.encode()


QMAIL = """\
    Hi. This is the qmail-send program at mx.example.net.
    I'm afraid I wasn't able to deliver your message to the following addresses.
    This is a permanent error; I've given up. Sorry it didn't work out.

    <salma@example.net>:
    {words}

    --- Below this line is a copy of the message.
"""
EXIM = """\
    This message was created automatically by mail delivery software.

    A message that you sent could not be delivered to one or more of its
    recipients. This is a permanent error. The following address(es) failed:

      salma@example.net
        {words}

    ------ This is a copy of the message, including all the headers. ------
"""
HELD_UP = """\
    This message was created automatically by mail delivery software.
    A message that you sent has not yet been delivered to one or more of its
    recipients after more than 24 hours on the queue. No action is required on
    your part. Delivery attempts will continue for some time.

    ------ This is a copy of the message's headers. ------
"""

ROWS: list[tuple[str, bytes, BounceKind]] = [
    ("postfix, nobody", dsn(), GONE),
    ("headers alone", dsn(as_headers=True), GONE),
    ("gmail, nobody", dsn(words="smtp; 550-5.1.1 The email account that you tried to reach does "
                                "not exist. Please try double-checking"), GONE),
    ("bad mailbox name", dsn(status="5.1.3", words="smtp; 553 5.1.3 bad address syntax"), GONE),
    ("moved away", dsn(status="5.1.6", words="smtp; 550 5.1.6 has moved"), GONE),
    ("null", dsn(status="5.1.10", words="smtp; 550 5.1.10 RESOLVER.ADR.RecipientNotFound"), GONE),
    ("switched off", dsn(status="5.2.1", words="smtp; 550 5.2.1 The email account is disabled"),
     GONE),
    ("exchange online", dsn(status="5.4.1", words="smtp; 550 5.4.1 Recipient address rejected: "
                                                  "Access denied"), GONE),
    ("yahoo", dsn(status="5.0.0", words="smtp; 554 delivery error: dd This user doesn't have a "
                                        "yahoo.com account (salma@yahoo.com)"), GONE),
    ("unnumbered", dsn(status="5.0.0", words="smtp; 550 No such user here"), GONE),
    ("unknown with 5.7.1", dsn(status="5.7.1", words="smtp; 550 5.7.1 User unknown"), GONE),
    ("full", dsn(status="5.2.2", words="smtp; 552 5.2.2 Mailbox full"), FULL),
    ("full for days", dsn(status="4.2.2", words="smtp; 452 4.2.2 The email account that you tried "
                                                "to reach is over quota"), FULL),
    ("full, unnumbered", dsn(status="5.0.0", words="smtp; 552 Quota exceeded"), FULL),
    ("full beside unknown", dsn(status="5.1.1", words="smtp; 552 mailbox is full"), FULL),
    ("sender with 5.7.1", dsn(status="5.7.1", words="smtp; 550 5.7.1 <muster@example.org>: Sender "
                              "address rejected: User unknown"), POLICY),
    ("sender with 5.1.8", dsn(status="5.1.8", words="smtp; 550 5.1.8 domain of address does not "
                              "exist"), POLICY),
    ("sender with 5.1.0", dsn(status="5.1.0", words="smtp; 550 5.1.0 sender rejected"), POLICY),
    ("policy", dsn(status="5.7.1", words="smtp; 550 5.7.1 Message rejected due to policy"), POLICY),
    ("dmarc", dsn(status="5.7.26", words="smtp; 550 5.7.26 Unauthenticated email is not accepted "
                                         "due to the domain's DMARC policy"), POLICY),
    ("block list", dsn(status="5.0.0", words="smtp; 554 Service unavailable; Client host blocked "
                                             "using zen.spamhaus.org"), POLICY),
    ("spam", dsn(status="5.6.0", words="smtp; 554 5.6.0 looks like spam"), POLICY),
    ("no such domain", dsn(status="5.1.2", words="X-Postfix; Host or domain name not found"), AWAY),
    ("given up", dsn(status="4.4.1", words="X-Postfix; connect to mx: Connection timed out"), AWAY),
    ("expired", dsn(status="4.4.7", words="smtp; 421 4.4.7 delivery time expired"), AWAY),
    ("null mx", dsn(status="5.4.4", words="smtp; 556 5.1.10 Recipient address has nullMX"), AWAY),
    ("too large", dsn(status="5.3.4", words="smtp; 552 5.3.4 message too big"), OTHER),
    ("no reason", dsn(status="5.0.0", words="smtp; 550 Requested action not taken"), OTHER),
    ("no words", dsn(status="5.5.0", words=""), OTHER),
    ("delayed", dsn("delayed", "4.4.1", "smtp; 421 4.4.1 try later"), DELAYED),
    ("delayed with 5 in it", dsn("delayed", "5.1.1", "smtp; 450 greylisted"), DELAYED),
    ("delivered", dsn("delivered", "2.1.5", "smtp; 250 ok"), DELIVERED),
    ("relayed", dsn("relayed", "2.0.0", ""), DELIVERED),
    ("no action", dsn("", "5.1.1", "x").replace(b"From: MAILER-DAEMON", b"From: someone"), NOTHING),
    ("qmail, nobody", plain(QMAIL.format(words="Sorry, no mailbox here by that name. (#5.1.1)")),
     GONE),
    ("qmail, full", plain(QMAIL.format(words="552 Mailbox is full")), FULL),
    ("exim, nobody", plain(EXIM.format(words="550 Unrouteable address")), GONE),
    ("exim, policy", plain(EXIM.format(words="550 Blocked: see spamhaus")), POLICY),
    ("exim, held up", plain(HELD_UP, subject="Warning: message delayed 24 hours"), DELAYED),
    ("called spam", complaint(), SPAM),
    ("left by the button", complaint("opt-out"), SPAM),
    ("not spam after all", complaint("not-spam"), NOTHING),
    ("somebody else in our name", complaint("auth-failure"), NOTHING),
    ("out of office", plain("I am away until Monday.", sender="salma@example.net",
                            subject="Automatic reply: Receipt 17",
                            more="Auto-Submitted: auto-replied\n"), REPLY),
    ("vacation", plain("550 days of holiday!", sender="salma@example.net",
                       more="X-Autoreply: yes\n"), REPLY),
    ("old vacation", plain("Away.", sender="salma@example.net", more="Precedence: auto_reply\n"),
     REPLY),
    ("a letter that quotes", plain("> 550 5.1.1 user unknown\n\nWhy did I get this?",
                                   sender="salma@example.net"), NOTHING),
    ("a daemon's greeting", plain("Welcome to the mail service."), NOTHING),
    ("nothing", b"", NOTHING),
    ("noise", bytes(range(256)) * 40, NOTHING),
    ("a truncated report", dsn()[:420], NOTHING),
    ("no boundary", dsn().replace(b'; boundary="=_x"', b""), NOTHING),
]  # fmt: skip


@pytest.mark.parametrize(("data", "kind"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_a_report_is_understood(data: bytes, kind: BounceKind) -> None:
    found = read(data)
    assert found.kind is kind
    if kind in FINAL:
        assert found.message_id == OURS


def test_there_are_forty_of_them() -> None:
    assert len(ROWS) >= 40
    assert {kind for _, _, kind in ROWS} == set(BounceKind)


QUOTING = """\
From: amina@example.org
To: salma@example.net
Message-ID: <reply-1@example.org>
In-Reply-To: <4k2x7m9p3q8r5t6v1w0z@example.org>

On Sunday you wrote:
> Message-ID: <4k2x7m9p3q8r5t6v1w0z@example.org>
Message-ID: <4k2x7m9p3q8r5t6v1w0z@example.org>
"""


def test_only_the_returned_mail_s_own_headers_count() -> None:
    assert read(dsn(returned=QUOTING)).message_id == "<reply-1@example.org>"
    quoted = "> Message-ID: " + OURS + "\n"
    bare = plain(QMAIL.format(words="no such user"), returned=quoted)
    assert (read(bare).kind, read(bare).message_id) == (GONE, None)


def test_a_folded_header_is_read() -> None:
    folded = RETURNED.replace("Message-ID: ", "Message-ID:\n ")
    assert read(dsn(returned=folded)).message_id == OURS
    assert read(plain(QMAIL.format(words="no such user"), returned=folded)).message_id == OURS


def test_an_mbox_is_taken_apart() -> None:
    box = b"From MAILER-DAEMON Sun Nov 22 12:00:00 2026\n" + dsn()
    box += b"\nFrom MAILER-DAEMON Sun Nov 22 12:00:01 2026\n" + dsn(status="5.2.2", words="full")
    assert [read(each).kind for each in split(box)] == [GONE, FULL]
    assert [read(each).kind for each in split(dsn())] == [GONE]
    assert list(split(b" \n")) == []


def test_a_flood_of_parts_ends() -> None:
    part = b"--=_x\nContent-Type: multipart/mixed; boundary=y\n\n"
    read(dsn().replace(b"--=_x\n", part * 20_000, 1))
    read(b"From: MAILER-DAEMON@x\n\n" + b"a" * 2_000_000)


@pytest.mark.parametrize(
    ("code", "words", "kind"),
    [
        (550, "5.1.1 <salma@example.net>: Recipient address rejected: User unknown", GONE),
        (550, "No such user here", GONE),
        (550, "Returned to sender, refused: no such user", GONE),
        (550, "We told the sender that this was refused: no such user", GONE),
        (552, "5.2.2 over quota", FULL),
        (550, "5.2.1 The user is receiving mail at a rate that prevents more of it", FULL),
        (554, "5.7.1 Service unavailable; blocked", POLICY),
        (550, "5.4.1 Recipient address rejected: Access denied", GONE),
        (550, "", OTHER),
        (450, "4.2.1 greylisted", None),
        (421, "too busy", None),
        (250, "fine", None),
    ],
)
def test_a_server_s_own_answer_is_understood(
    code: int, words: str, kind: BounceKind | None
) -> None:
    assert classify_reply(code, words) is kind
