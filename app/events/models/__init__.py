"""What is kept about events, mobilisations, hosts, attendances, shifts."""
