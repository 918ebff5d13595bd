"""What is kept about donors, why, and until when."""

from app.lib.personal import Kept
from app.lib.text import N_

KEPT = (
    Kept(
        table="donation",
        columns=(
            *("email", "name", "supporter_id", "consent_id", "locale", "corrected_at"),
            *("news_asked_at", "news_wording"),
        ),
        what=N_("The e-mail address and, if you gave it, the name that belong to a gift"),
        why=N_("To send the receipt, to give money back, and to keep true accounts."),
        until=N_(
            "Six years after the year of the gift; thirty days if the gift was never paid, "
            "ninety if you promised to pay another way."
        ),
    ),
    Kept(
        table="donation",
        columns=("public_name", "is_anonymous", "message"),
        what=N_("The name you let us show in public, and your message"),
        why=N_("Because you asked us to; a gift without a public name stays anonymous."),
        until=N_(
            "Six years after the year of the gift; thirty days if the gift was never paid, "
            "ninety if you promised to pay another way."
        ),
    ),
    Kept(
        table="donation",
        columns=(
            "amount_minor",
            "covered_fee_minor",
            "frequency",
            "source",
            "source_code_id",
            "regular_id",
            "paying_by",
            "promised_at",
            "created_at",
        ),
        what=N_(
            "How much you decided to give, how often, when, how you pay, "
            "and which link or poster brought you, if it has a name of ours"
        ),
        why=N_("Accounts must show every gift."),
        until=N_("It stays in the accounts; after six years without anything that names you."),
    ),
    Kept(
        table="regular_donation",
        columns=("email", "name", "supporter_id", "locale"),
        what=N_(
            "The e-mail address and, if you gave it, the name that belong to a gift that you give "
            "again and again"
        ),
        why=N_("To tell you of each collection, and so that you can change or stop it."),
        until=N_("Six years after the year of its last gift; thirty days if it never began."),
    ),
    Kept(
        table="regular_donation",
        columns=(
            "amount_minor",
            "covered_fee_minor",
            "frequency",
            "state",
            "adult_at",
            "created_at",
            "next_at",
            "paused_until",
            "stopped_at",
        ),
        what=N_("How much you give each time, how often, since when, and that you are 18 or older"),
        why=N_("To collect what you agreed to and nothing else."),
        until=N_("It stays in the accounts; after six years without anything that names you."),
    ),
    Kept(
        table="receipt",
        columns=("number", "amount_minor", "issued_at", "donation_id"),
        what=N_("The number and sum of each receipt"),
        why=N_("Accounts must show every receipt, without a gap."),
        until=N_("It stays in the accounts; it does not name you."),
    ),
)
