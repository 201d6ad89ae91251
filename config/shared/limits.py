"""How often something may be done from one address, counted in the shared cache."""

import time
from ipaddress import IPv4Address, ip_address, ip_network

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

HOUR = 3600


def network_of(request: HttpRequest) -> str:
    """The visitor's address; in production as the trusted proxies report it.

    Of an IPv6 address its network: one line has as many addresses as it likes.
    """
    found = ip_address(get_adapter(request).get_client_ip(request))
    if isinstance(found, IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or ip_network((found, 64), strict=False))


def within(scope: str, who: str, limit: int, window: int = HOUR) -> bool:
    """Count one more act of `who`; False when there were `limit` in this window (seconds).

    Two requests at the same moment may count as one: the limits are against floods.
    """
    key = f"limit:{scope}:{who}:{int(time.time() // window)}"
    acts = cache.get(key, 0) + 1
    cache.set(key, acts, window)  # incr() would forget a key of the database after 5 minutes
    return bool(acts <= limit)
