"""Before anything is sent to an address that somebody configured: it must not lead into our own network."""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address

from django.conf import settings


class PrivateAddress(Exception):  # noqa: N818 - named as the rule
    """The host leads into a private network."""


def refuse_private(host: str) -> None:
    """Every address of the host must be public, unless settings.ALLOW_PRIVATE_ADDRESSES.

    Raises: PrivateAddress; OSError, when the host is not known.
    """
    if settings.ALLOW_PRIVATE_ADDRESSES:
        return
    for *_rest, where in socket.getaddrinfo(host, None):
        if not _is_public(ip_address(str(where[0]).partition("%")[0])):
            raise PrivateAddress(f"{host} leads into a private network.")


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    """IPv4 wrapped in IPv6 (mapped, 6to4) counts as what it leads to."""
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address.sixtofour or address
    return address.is_global and not address.is_multicast
