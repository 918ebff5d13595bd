"""The parameters of a new Checkout Session: those played here, those that Stripe alone takes."""

from app.rehearsal.schema import (
    Address,
    Boolean,
    Choice,
    Email,
    Fields,
    Integer,
    Many,
    Metadata,
    Text,
)

# Checkout has no Arabic: `ar` is refused like any other word that is not in the list.
_LOCALES = (
    "auto bg cs da de el en en-GB es es-419 et fi fil fr fr-CA hi-IN hr hu id it ja ko lt lv ms mt "
    "nb nl pl pt pt-BR ro ru sk sl sv th tr vi zh zh-HK zh-TW"
)
LOCALES = _LOCALES.split()
NOTE = Fields({"message": Text(1200)}, required=["message"])
PRODUCT = Fields(
    {
        "name": Text(250),
        "description": Text(),
        "images": Many(Address(2048), most=8),
        "metadata": Metadata(),
    },
    required=["name"],
    unplayed=["tax_code", "tax_details", "unit_label"],
)
RECURRING = Fields(
    {
        "interval": Choice(["day", "month", "week", "year"]),
        "interval_count": Integer(least=1, most=3),
    },
    required=["interval"],
)
PRICE_DATA = Fields(
    {
        "currency": Text(3),
        "product_data": PRODUCT,
        "recurring": RECURRING,
        "tax_behavior": Choice(["exclusive", "inclusive", "unspecified"]),
        "unit_amount": Integer(least=0),
    },
    required=["currency", "unit_amount", "product_data"],
    unplayed=["product", "unit_amount_decimal"],
)
LINE = Fields(
    {"metadata": Metadata(), "price_data": PRICE_DATA, "quantity": Integer(least=1, most=999_999)},
    required=["price_data", "quantity"],
    unplayed=["adjustable_quantity", "price", "tax_rates"],
)
INTENT_DATA = Fields(
    {
        "capture_method": Choice(["automatic", "automatic_async"], unplayed=["manual"]),
        "description": Text(1000),
        "metadata": Metadata(),
        "receipt_email": Email(512),
        "setup_future_usage": Choice(["off_session", "on_session"]),
        "statement_descriptor": Text(22),
        "statement_descriptor_suffix": Text(),
    },
    unplayed=[
        "application_fee_amount", "on_behalf_of", "shipping", "transfer_data", "transfer_group",
    ],
)  # fmt: skip
SUBSCRIPTION_DATA = Fields(
    {"description": Text(500), "metadata": Metadata()},
    unplayed=[
        "application_fee_percent", "billing_cycle_anchor", "billing_cycle_anchor_config",
        "billing_mode", "default_tax_rates", "invoice_settings", "on_behalf_of",
        "pending_invoice_item_interval", "proration_behavior", "transfer_data", "trial_end",
        "trial_period_days", "trial_settings",
    ],
)  # fmt: skip
CREATE = Fields(
    {
        "adaptive_pricing": Fields({"enabled": Boolean()}),
        "allow_promotion_codes": Boolean(),
        "allowed_payment_method_types": Many(Text(50)),
        "billing_address_collection": Choice(["auto", "required"]),
        "cancel_url": Address(),
        "client_reference_id": Text(200),
        "currency": Text(3),
        "custom_text": Fields(
            {
                "after_submit": NOTE,
                "shipping_address": NOTE,
                "submit": NOTE,
                "terms_of_service_acceptance": NOTE,
            }
        ),
        "customer": Text(),
        "customer_creation": Choice(["always", "if_required"]),
        "customer_email": Email(800),
        "excluded_payment_method_types": Many(Text(50)),
        "expires_at": Integer(),
        "line_items": Many(LINE),
        "locale": Choice(LOCALES),
        "metadata": Metadata(),
        "mode": Choice(["payment", "subscription"], unplayed=["setup"]),
        "origin_context": Choice(["mobile_app", "web"]),
        "payment_intent_data": INTENT_DATA,
        "phone_number_collection": Fields({"enabled": Boolean()}, required=["enabled"]),
        "subscription_data": SUBSCRIPTION_DATA,
        "submit_type": Choice(["auto", "book", "donate", "pay", "subscribe"]),
        "success_url": Address(),
        "ui_mode": Choice(["hosted_page"], unplayed=["elements", "embedded_page", "form"]),
        "wallet_options": Fields({"link": Fields({"display": Choice(["auto", "never"])})}),
    },
    required=["line_items", "mode", "success_url"],
    unplayed=[
        "after_expiration", "automatic_tax", "branding_settings", "consent_collection",
        "custom_fields", "customer_account", "customer_update", "discounts",
        "integration_identifier", "invoice_creation", "managed_payments", "name_collection",
        "optional_items", "payment_method_collection", "payment_method_configuration",
        "payment_method_data", "payment_method_options", "permissions", "redirect_on_completion",
        "return_url", "saved_payment_method_options", "setup_intent_data",
        "shipping_address_collection", "shipping_options", "tax_id_collection",
    ],
)  # fmt: skip
