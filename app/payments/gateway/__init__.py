"""The only room that speaks to Stripe: our words in, our words out.

Nothing else sees an object of the SDK. A call holds no lock: it is refused while a transaction is
open. Amounts need no conversion: `lib.money` counts minor units the way Stripe does.
"""
