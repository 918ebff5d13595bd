"""The mail catcher of the demo: an SMTP sink on loopback and a small page that shows what came."""
