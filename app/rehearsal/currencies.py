"""Currencies that Stripe charges, and the least it charges in them (docs.stripe.com/currencies)."""

_CODES = (
    "usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bif bmd bnd bob brl bsd bwp byn "
    "bzd cad cdf chf clp cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd "
    "gnf gtq gyd hkd hnl htg huf idr ils inr isk jmd jpy kes kgs khr kmf krw kyd kzt lak lbp lkr "
    "lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd pab pen "
    "pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle sos srd std szl thb tjs "
    "top try ttd twd tzs uah ugx uyu uzs vnd vuv wst xaf xcd xcg xof xpf yer zar zmw bhd jod kwd "
    "omr tnd"
)
CURRENCIES = frozenset(_CODES.split())
THREE_DECIMALS = frozenset({"bhd", "jod", "kwd", "omr", "tnd"})
_WITHOUT_PENCE = "bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf"
NO_DECIMALS = frozenset(_WITHOUT_PENCE.split())
MINIMUM = {
    "usd": 50, "aed": 200, "aud": 50, "bgn": 100, "brl": 50, "cad": 50, "chf": 50, "czk": 1500,
    "dkk": 250, "eur": 50, "gbp": 30, "hkd": 400, "huf": 17500, "inr": 50, "jpy": 50, "mxn": 1000,
    "myr": 200, "nok": 300, "nzd": 50, "pln": 200, "ron": 200, "sek": 300, "sgd": 50, "thb": 1000,
}  # fmt: skip
MOST = 99_999_999


def minimum(currency: str) -> int:
    """The least amount of a charge, in minor units."""
    return MINIMUM.get(currency, 1)


def amount_text(minor: int, currency: str) -> str:
    """An amount as a sentence of the rehearsal shows it, such as "£10.00"."""
    signs = {"gbp": "£", "usd": "$", "eur": "€"}
    places = 0 if currency in NO_DECIMALS else 3 if currency in THREE_DECIMALS else 2
    whole, rest = divmod(abs(minor), 10**places)
    figures = f"{whole:,}" + (f".{rest:0{places}d}" if places else "")
    sign = "-" if minor < 0 else ""
    if currency in signs:
        return f"{sign}{signs[currency]}{figures}"
    return f"{sign}{figures} {currency.upper()}"
