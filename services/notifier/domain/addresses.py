"""Where webhooks may go: public addresses, and what the operator allows besides. Pure; names are resolved elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

_LEADS_ELSEWHERE = tuple(
    IPv6Network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")
)
"""NAT64, 6to4, Teredo and v4-compatible addresses hold an IPv4 address, which may be any; some count as global."""

_USUAL_PORTS = (80, 443)
_FIRST_FREE_PORT = 1024


@dataclass(frozen=True)
class Allowed:
    """The operator's list: networks, and hosts by name, that may be called although they are not public."""

    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    hosts: frozenset[str] = frozenset()

    def address(self, text: str) -> bool:
        """Whether this address is on the list."""
        address = _plain(text)
        return any(address in network for network in self.networks if network.version == address.version)


def read_allowed(text: str) -> Allowed:
    """`10.0.0.0/8, hooks.lan` -> the list: what is no network is the name of a host."""
    networks, hosts = [], []
    for part in filter(None, (one.strip() for one in text.split(","))):
        try:
            networks.append(ip_network(part))
        except ValueError:
            hosts.append(part.lower())
    return Allowed(tuple(networks), frozenset(hosts))


def fault_of(scheme: str, host: str, port: int, addresses: Sequence[str], allowed: Allowed) -> str | None:
    """Why a webhook may not go there, as a stable word, or None.

    addresses: all that the host resolves to. Beyond the operator's list: https, public addresses, usual ports.
    """
    if not addresses:
        return "host-unknown"
    if host.lower() in allowed.hosts or all(allowed.address(one) for one in addresses):
        return None
    if not all(is_public(one) or allowed.address(one) for one in addresses):
        return "address-forbidden"
    if scheme != "https":
        return "https-only"
    return None if port in _USUAL_PORTS or port >= _FIRST_FREE_PORT else "port-forbidden"


def is_public(text: str) -> bool:
    """Whether an address is one of the public Internet, and not a way to one that is not."""
    address = _plain(text)
    if isinstance(address, IPv6Address) and any(address in network for network in _LEADS_ELSEWHERE):
        return False
    return address.is_global and not address.is_multicast


def _plain(text: str) -> IPv4Address | IPv6Address:
    """An address; an IPv4 one that is written as IPv6 is that IPv4 one."""
    address = ip_address(text)
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
