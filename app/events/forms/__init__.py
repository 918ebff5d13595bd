"""The shape of what visitors and organisers type about events."""
