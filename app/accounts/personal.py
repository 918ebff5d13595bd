"""What is kept about organisers, why, and until when."""

from app.lib.personal import Kept
from app.lib.text import N_

KEPT = (
    Kept(
        table="account",
        columns=("email", "name", "password", "locale", "last_sign_in_at"),
        what=N_("Your name, e-mail address, language, last sign-in and a hash of your password"),
        why=N_("So that you can sign in, and your group can see who works on its desk."),
        until=N_("A year after your account is closed; the record of changes keeps your name."),
    ),
    Kept(
        table="account",
        columns=("totp_secret", "totp_pending", "totp_since", "recovery_used"),
        what=N_(
            "The key your authenticator app shares with us, encrypted, and which codes you used"
        ),
        why=N_("So that a stolen password is not enough to sign in as you."),
        until=N_("Until you take the second factor off, or your account is erased."),
    ),
    Kept(
        table="account_try",
        columns=("bucket", "at"),
        what=N_("That somebody tried to sign in, as a number that names neither person nor place"),
        why=N_("To stop whoever guesses passwords."),
        until=N_("A day."),
    ),
)
