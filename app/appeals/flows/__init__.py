"""What happens in several steps, with Stripe between them."""
