"""The shape of what visitors, hosts and organisers type about aid."""
