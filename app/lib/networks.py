"""The part of an internet address that one visitor cannot change at will."""

import ipaddress

#: What stands for an address that nobody can read.
UNKNOWN = "unknown"


def network_of(address: str | None, *, bits_v4: int, bits_v6: int) -> str:
    """The network of an address, its first bits; an IPv4 address in IPv6 clothes is one of IPv4."""
    try:
        ip = ipaddress.ip_address(address or "")
    except ValueError:
        return UNKNOWN
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    prefix = bits_v6 if ip.version == 6 else bits_v4
    return str(ipaddress.ip_network((ip, prefix), strict=False))
